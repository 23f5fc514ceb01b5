import { ConfigError } from './config.ts';
import { PolicyError } from './policy.ts';

/** Why the gateway cannot start, one line a complaint, each with what to do; no stack trace. */
export function complaintsOf(error: unknown, env: Readonly<Record<string, string | undefined>>): readonly string[] {
  if (error instanceof ConfigError || error instanceof PolicyError) return error.complaints;
  const { code, message, port } = error as NodeJS.ErrnoException & { port?: number };
  const setting = port !== undefined && String(port) === env.METRICS_PORT?.trim() ? 'METRICS_PORT' : 'PORT';
  if (code === 'EADDRINUSE') return [`${setting} ${port} is taken: stop what uses it, or set ${setting}.`];
  if (code === 'EACCES' && port !== undefined)
    return [`${setting} ${port} may not be opened by this user: set a ${setting} above 1023.`];
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return [`HOST ${env.HOST} is not an address here.`];
  if (code?.startsWith('ERR_OSSL') || code?.startsWith('ERR_TLS') || code === 'EISDIR') {
    return [`TLS_CERT_FILE and TLS_KEY_FILE cannot be used (${code}): give a PEM certificate chain and its key.`];
  }
  return [message];
}
