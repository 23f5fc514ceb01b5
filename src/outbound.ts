import type { Dispatcher, fetch as undiciFetch } from 'undici';

/** The part of fetch that the gateway's own GETs need. globalThis.fetch fits it. */
export type Fetch = (
  url: string,
  init: { headers: Record<string, string>; redirect: 'manual'; signal: AbortSignal },
) => Promise<{ readonly status: number; readonly body: AsyncIterable<Uint8Array> | null }>;

let loading: Promise<{ fetch: typeof undiciFetch; dispatcher: Dispatcher }> | undefined;

/** fetch by way of HTTPS_PROXY and NO_PROXY; NODE_EXTRA_CA_CERTS holds too. globalThis.fetch knows no proxy. */
export const outboundFetch: Fetch = async (url, init) => {
  loading ??= load();
  const { fetch, dispatcher } = await loading;
  return fetch(url, { ...init, dispatcher });
};

// Loaded with the first call: a gateway that nobody signs in to never needs it.
async function load() {
  const { EnvHttpProxyAgent, fetch } = await import('undici');
  return { fetch, dispatcher: new EnvHttpProxyAgent() };
}
