import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { type HttpRequest, type HttpResponse, WholeResponse, wholeResponse } from './http.ts';

/** What node:http has received, as a request. Its signal costs nothing until somebody asks for it. */
export const requestOf = (incoming: IncomingMessage, outgoing: ServerResponse): HttpRequest =>
  new NodeRequest(incoming, outgoing);

// A class for the sake of its getter: an object literal's would give each request a hidden class of its own, which V8 keeps until
// its next full collection, and all that it leads to with it.
class NodeRequest implements HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: HttpRequest['headers'];
  readonly body: IncomingMessage;
  readonly #outgoing: ServerResponse;
  #gone: AbortController | undefined;

  constructor(incoming: IncomingMessage, outgoing: ServerResponse) {
    const { method = 'GET', headers } = incoming;
    this.method = method;
    this.url = `http://${headers.host}${incoming.url}`;
    this.headers = new NodeHeaders(headers);
    this.body = incoming;
    this.#outgoing = outgoing;
  }

  get signal(): AbortSignal {
    this.#gone ??= endingWith(this.#outgoing);
    return this.#gone.signal;
  }

  text(): Promise<string> {
    return wholeText(this.body);
  }
}

class NodeHeaders {
  readonly #all: IncomingHttpHeaders;

  constructor(all: IncomingHttpHeaders) {
    this.#all = all;
  }

  get(name: string): string | null {
    return textOf(this.#all[name]);
  }

  has(name: string): boolean {
    return this.#all[name] !== undefined;
  }
}

/** Sends an answer whole. */
export async function send(outgoing: ServerResponse, response: HttpResponse): Promise<void> {
  const whole = response instanceof WholeResponse ? response : await wholeOf(response);
  const { status, headers, body, byteLength } = whole;
  const lines = ['content-length', String(byteLength)];
  for (const [name, value] of headers) if (name !== 'content-length') lines.push(name, value);
  if (outgoing.destroyed) return;
  // ASCII is the same in both, and written faster as the first.
  outgoing.writeHead(status, lines).end(body, byteLength === body.length ? 'latin1' : 'utf8');
}

async function wholeOf(response: HttpResponse): Promise<WholeResponse<Uint8Array>> {
  const body = new Uint8Array(await response.arrayBuffer());
  return wholeResponse(response.status, Object.fromEntries(response.headers), body);
}

const textOf = (value: string | string[] | undefined): string | null =>
  value === undefined ? null : typeof value === 'string' ? value : value.join(', ');

function endingWith(outgoing: ServerResponse): AbortController {
  const gone = new AbortController();
  const end = () => {
    if (!outgoing.writableFinished) gone.abort();
  };
  if (outgoing.closed) end();
  else outgoing.once('close', end);
  return gone;
}

// Events cost half of what an iterator does.
function wholeText(incoming: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.once('end', () => {
      const [first, ...others] = chunks;
      resolve(first === undefined ? '' : (others.length === 0 ? first : Buffer.concat(chunks)).toString('utf8'));
    });
    incoming.once('error', reject);
    incoming.once('close', () => {
      if (!incoming.complete) reject(new Error('The body ended before its time.'));
    });
  });
}
