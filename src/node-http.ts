import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { type HttpRequest, type HttpResponse, WholeResponse, wholeResponse } from './http.ts';
import type { Unsent } from './unsent.ts';

// Node's sockets take a write whole before they say that there is room: in parts, what waits is known, and who takes any of it.
const PART_IN_BYTES = 256 * 1024;

/** What node:http has received, as a request. Its signal costs nothing until somebody asks for it. */
export const requestOf = (incoming: IncomingMessage, outgoing: ServerResponse): Received =>
  new NodeRequest(incoming, outgoing);

export interface Received extends HttpRequest {
  /** Absent until it is known whose it is. */
  readonly callerId: string | undefined;
}

// A class for the sake of its getter: an object literal's would give each request a hidden class of its own, which V8 keeps until
// its next full collection, and all that it leads to with it.
class NodeRequest implements Received {
  readonly method: string;
  readonly url: string;
  readonly headers: HttpRequest['headers'];
  readonly body: IncomingMessage;
  callerId: string | undefined;
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

  belongsTo(callerId: string): void {
    this.callerId = callerId;
  }

  whenOver(listener: () => void): void {
    whenOver(this.#outgoing, listener);
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

/** Calls back once the answer has left, or its connection is gone. */
function whenOver(outgoing: ServerResponse, listener: () => void): void {
  if (outgoing.closed || outgoing.req.socket.destroyed) listener();
  else outgoing.once('close', listener);
}

/** Sends an answer as fast as the client takes it. */
export async function send(
  outgoing: ServerResponse,
  response: HttpResponse,
  unsent: Unsent,
  callerId?: string,
): Promise<void> {
  const whole = response instanceof WholeResponse ? response : await wholeOf(response);
  const { status, headers, body, byteLength } = whole;
  const lines = ['content-length', String(byteLength)];
  for (const [name, value] of headers) if (name !== 'content-length') lines.push(name, value);
  if (outgoing.destroyed || outgoing.req.socket.destroyed) return;
  outgoing.writeHead(status, lines);
  // ASCII is the same in both, and written faster as the first.
  const encoding = byteLength === body.length ? 'latin1' : 'utf8';
  if (byteLength > PART_IN_BYTES) {
    const bytes = typeof body === 'string' ? Buffer.from(body, encoding) : body;
    return sendInParts(outgoing, bytes, unsent.add(outgoing, byteLength, callerId));
  }
  outgoing.end(body, encoding);
  // Mostly the system has taken it by now.
  if (outgoing.socket?.writableLength !== 0) unsent.add(outgoing, byteLength, callerId);
}

function sendInParts(outgoing: ServerResponse, bytes: Uint8Array, took: () => void): void {
  let at = 0;
  const goOn = () => {
    while (at < bytes.length) {
      const part = bytes.subarray(at, at + PART_IN_BYTES);
      at += part.length;
      if (!outgoing.write(part)) return;
    }
    outgoing.end();
  };
  outgoing.on('drain', () => {
    took();
    goOn();
  });
  goOn();
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
  whenOver(outgoing, end);
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
