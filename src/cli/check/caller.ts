import { createReader } from '../../caller/document.ts';
import { countKeys } from '../../caller/keys.ts';
import type { CallersConfig } from '../../config.ts';
import { GatewayError } from '../../errors.ts';
import { type Fetch, outboundFetch } from '../../outbound.ts';
import type { Telemetry } from '../../telemetry.ts';
import { failed, ok, type Row, skipped, withPatience } from './row.ts';

/** A row for each issuer of callers' tokens: whether it gives its keys. */
export async function checkIssuers(
  { issuers }: CallersConfig,
  telemetry: Telemetry,
  signal: AbortSignal,
  fetch: Fetch = outboundFetch,
): Promise<readonly Row[]> {
  if (issuers.length === 0)
    return [skipped("callers' issuers", 'CALLER_ISSUERS is not set: every caller is anonymous')];
  const read = createReader(telemetry, fetch);
  return Promise.all(
    issuers.map(async (issuer) => {
      const { host } = new URL(issuer);
      const what = `issuer ${host}`;
      try {
        const keys = await withPatience(countKeys(issuer, read), signal, host);
        return ok(what, `${issuer} publishes ${keys} ${keys === 1 ? 'key' : 'keys'}`);
      } catch (error) {
        if (error instanceof GatewayError) return failed(what, error.message, fixOf(issuer));
        throw error;
      }
    }),
  );
}

const fixOf = (issuer: string): string =>
  `See that the gateway may reach ${issuer} on port 443, HTTPS_PROXY and NO_PROXY included, and that CALLER_ISSUERS has it exactly as the tokens' iss.`;
