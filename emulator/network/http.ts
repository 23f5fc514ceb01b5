import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { constants, gzipSync } from 'node:zlib';

export type Handler = (request: Request) => Promise<Response>;

/** Puts a Request -> Response function behind node's http server; the path stays as the client wrote it. */
export function listener(scheme: 'http' | 'https', handle: Handler): RequestListener {
  return async (incoming, outgoing) => {
    const request = await readRequest(scheme, incoming, outgoing);
    if (!request) {
      outgoing.writeHead(400).end();
      return;
    }
    try {
      await write(request, await handle(request), outgoing);
    } catch (error) {
      fail(error, incoming, outgoing);
    }
  };
}

async function readRequest(
  scheme: 'http' | 'https',
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<Request | null> {
  const { method = 'GET', url = '/', headers } = incoming;
  const gone = new AbortController();
  outgoing.on('close', () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of incoming) chunks.push(chunk);
    const target = url.startsWith('/') ? `${scheme}://${headers.host}${url}` : url;
    const pairs = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
    const hasBody = method !== 'GET' && method !== 'HEAD' && chunks.length > 0;
    const body = hasBody ? Buffer.concat(chunks) : null;
    return new Request(target, { method, headers: pairs, body, signal: gone.signal });
  } catch {
    return null;
  }
}

async function write(request: Request, response: Response, outgoing: ServerResponse): Promise<void> {
  // What says its length is sent as it comes: it breaks off before.
  if (response.headers.has('content-length')) return writePieces(request, response, outgoing);
  const body = Buffer.from(await response.arrayBuffer());
  const length = response.status === 204 ? {} : { 'content-length': body.length };
  outgoing.writeHead(response.status, { ...length, ...Object.fromEntries(response.headers) });
  outgoing.end(body);
}

// Compressed, as Azure does it: what clients make of half a compressed body is another matter.
async function writePieces(request: Request, response: Response, outgoing: ServerResponse): Promise<void> {
  const isCompressed = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '');
  const { 'content-length': length, ...headers } = Object.fromEntries(response.headers);
  const encoding = isCompressed ? { 'content-encoding': 'gzip' } : { 'content-length': length };
  outgoing.writeHead(response.status, { ...headers, ...encoding });
  for await (const piece of response.body ?? []) {
    const written = isCompressed ? gzipSync(piece, { finishFlush: constants.Z_SYNC_FLUSH }) : piece;
    await new Promise((done) => outgoing.write(written, done));
  }
  outgoing.end();
}

// A reset, or a client that went away: nothing is answered. A host that does not exist cannot be answered for.
function fail(error: unknown, incoming: IncomingMessage, outgoing: ServerResponse): void {
  if (error instanceof Error && 'code' in error && error.code === 'ENOTFOUND') {
    outgoing.writeHead(421, { 'content-type': 'text/plain' }).end(`${error.message}\n`);
    return;
  }
  incoming.socket.destroy();
}
