/** Secrets that an operator makes, since they have no place in a file: docs/deploying.md. */
export const OPERATORS_SECRETS: Readonly<Record<string, readonly string[]>> = {
  'gateway-audit': ['key'],
  'gateway-tls': ['tls.crt', 'tls.key'],
};
