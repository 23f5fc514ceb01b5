import { GatewayError } from '../errors.ts';
import type { Fetch } from '../outbound.ts';
import { told } from '../telemetry/call.ts';
import { describeError, type Telemetry } from '../telemetry.ts';

const TIMEOUT_IN_MS = 5_000;
const MAX_BYTES = 262_144;

export type JsonObject = Readonly<Record<string, unknown>>;

/** GETs a JSON object in one request: no redirect, 5 s, 256 kB. Throws UPSTREAM_UNAVAILABLE naming the host. */
export type ReadDocument = (url: string) => Promise<JsonObject>;

export function createReader(telemetry: Telemetry, fetch: Fetch): ReadDocument {
  return async (url) => {
    const { host } = new URL(url);
    const { document } = await told(telemetry, {
      call: { service: 'issuer', method: 'GET', host },
      send: () => read(url, host).catch((error) => failed(host, error)),
      answered: ({ status }) => ({ status }),
      described: describeError,
    });
    return document;
  };

  async function read(url: string, host: string) {
    const signal = AbortSignal.timeout(TIMEOUT_IN_MS);
    const { status, body } = await fetch(url, { headers: { accept: 'application/json' }, redirect: 'manual', signal });
    // Where it leads was not chosen by whoever configured the issuer.
    if (status !== 200) throw issuerFailure(host, `answered ${status}`);
    const document = parsed(await textOf(body ?? [], host));
    if (!isObject(document)) throw issuerFailure(host, 'sent what is not a JSON object');
    return { status, document };
  }
}

/** What a caller is told where an issuer gives no keys: its host, what it did, and to try again. */
export function issuerFailure(host: string, did: string, cause?: unknown): GatewayError {
  const message = `The token cannot be checked: its issuer ${host} ${did}. Try again in a moment; if it lasts, check the issuer.`;
  return new GatewayError('UPSTREAM_UNAVAILABLE', message, { cause });
}

async function textOf(body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, host: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > MAX_BYTES) throw issuerFailure(host, `sent more than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function failed(host: string, error: unknown): never {
  if (error instanceof GatewayError) throw error;
  const isLate = error instanceof Error && error.name === 'TimeoutError';
  throw issuerFailure(host, isLate ? `did not answer in ${TIMEOUT_IN_MS / 1000} s` : 'cannot be reached', error);
}
