/** The part of fetch that the gateway's own GETs need. globalThis.fetch fits it. */
export type Fetch = (
  url: string,
  init: { headers: Record<string, string>; redirect: 'manual'; signal: AbortSignal },
) => Promise<{ readonly status: number; readonly body: AsyncIterable<Uint8Array> | null }>;

let loading: ReturnType<typeof load> | undefined;

/** fetch by way of HTTPS_PROXY and NO_PROXY; NODE_EXTRA_CA_CERTS holds too. globalThis.fetch knows no proxy. */
export const outboundFetch: Fetch = async (url, { headers, signal }) => {
  loading ??= load();
  const { get } = await loading;
  const { status, readableStreamBody } = await get(url, headers, signal).catch((error) => rethrow(error, signal));
  return { status, body: readableStreamBody ? untilAborted(readableStreamBody, signal) : null };
};

// What goes to Azure goes this way as well. Loaded with the first call: a gateway that nobody signs in to never needs it.
async function load() {
  const sdk = await import('@azure/core-rest-pipeline');
  const pipeline = sdk.createEmptyPipeline();
  pipeline.addPolicy(sdk.proxyPolicy());
  const client = sdk.createDefaultHttpClient();
  return {
    get: (url: string, headers: Record<string, string>, abortSignal: AbortSignal) => {
      // Streamed, whatever its status: the reader says how much of it is too much.
      const streamResponseStatusCodes = new Set([Number.POSITIVE_INFINITY]);
      const request = { url, headers: sdk.createHttpHeaders(headers), abortSignal, streamResponseStatusCodes };
      return pipeline.sendRequest(client, sdk.createPipelineRequest(request));
    },
  };
}

async function* untilAborted(body: NodeJS.ReadableStream, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) yield chunk as Uint8Array;
  } catch (error) {
    rethrow(error, signal);
  }
}

// The SDK says AbortError of a time that is up, too.
function rethrow(error: unknown, signal: AbortSignal): never {
  signal.throwIfAborted();
  throw error;
}
