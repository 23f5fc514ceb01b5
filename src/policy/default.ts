/** The shipped policy, as Cedar text. Without a default vault nobody reads a secret; nobody at all may `explain`. */
export function defaultPolicy(defaultVault: string | undefined): string {
  return defaultVault === undefined ? ESTATE : `${ESTATE}\n${secretsOf(defaultVault.toLowerCase())}`;
}

const ESTATE = `@id("estate-reader")
permit (principal in Role::"Estate.Reader", action == Action::"readEstate", resource);
`;

const secretsOf = (vault: string) => `@id("secret-reader")
permit (
  principal in Role::"Secret.Reader",
  action in [Action::"readSecretProperties", Action::"readSecretValue"],
  resource in Vault::${JSON.stringify(vault)}
);
`;
