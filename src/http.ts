import { randomUUID } from 'node:crypto';

const REQUEST_ID = /^[\w.:-]{1,128}$/;

/** A request as the gateway reads it. A Request is one; the server makes lighter ones, which cost a tenth. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Pick<Headers, 'get' | 'has'>;
  /** Ends when the caller is gone. */
  readonly signal: AbortSignal;
  readonly body: AsyncIterable<Uint8Array> | null;
  text(): Promise<string>;
  /** Says whose it is, for whoever sends the answer. */
  belongsTo?(callerId: string): void;
  /** Calls back once its answer has left, or nobody is there to take it. Absent: an answer has left when it is given. */
  whenOver?(listener: () => void): void;
}

/** An answer as the server sends it. A Response is one; those of the usual way are lighter. */
export interface HttpResponse extends Pick<Response, 'status' | 'text' | 'json' | 'arrayBuffer'> {
  readonly headers: HttpHeaders;
  /** The whole of it where it is at hand, else a stream. */
  readonly body: string | Uint8Array | Response['body'];
}

export interface HttpHeaders extends Iterable<[name: string, value: string]>, Pick<Headers, 'get' | 'has' | 'set'> {
  append(name: string, value: string): void;
}

/** The id that a request is found by: its own `x-request-id`, or a new one. */
export const requestIdOf = (asked: string | null | undefined): string =>
  asked && REQUEST_ID.test(asked) ? asked : randomUUID();

/** An answer whose body is at hand, and with it how many bytes it takes where that is known. Header names are in lower case. */
export const wholeResponse = <Body extends string | Uint8Array>(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Body,
  byteLength?: number,
): WholeResponse<Body> => new WholeResponse(status, headers, body, byteLength);

/** Lighter than a Response by far. */
export class WholeResponse<Body extends string | Uint8Array> implements HttpResponse {
  readonly status: number;
  readonly headers: HttpHeaders;
  readonly body: Body;
  readonly byteLength: number;

  constructor(status: number, headers: Readonly<Record<string, string>>, body: Body, byteLength?: number) {
    this.status = status;
    this.headers = new PlainHeaders(headers);
    this.body = body;
    this.byteLength = byteLength ?? Buffer.byteLength(body);
  }

  async text(): Promise<string> {
    const { body } = this;
    return typeof body === 'string' ? body : new TextDecoder().decode(body);
  }

  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }

  async arrayBuffer(): Promise<ArrayBuffer> {
    const { body } = this;
    return (typeof body === 'string' ? new TextEncoder().encode(body) : new Uint8Array(body)).buffer;
  }
}

/** The path alone, as it was sent: nothing in it is resolved or decoded. */
export function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3);
  if (start < 0) return '/';
  const end = url.indexOf('?', start);
  return end < 0 ? url.slice(start) : url.slice(start, end);
}

class PlainHeaders implements HttpHeaders {
  readonly #all: Map<string, string>;

  constructor(first: Readonly<Record<string, string>>) {
    this.#all = new Map();
    for (const name in first) this.#all.set(name, first[name] as string);
  }

  get(name: string): string | null {
    return this.#all.get(name) ?? null;
  }

  has(name: string): boolean {
    return this.#all.has(name);
  }

  set(name: string, value: string): void {
    this.#all.set(name, value);
  }

  append(name: string, value: string): void {
    const before = this.#all.get(name);
    this.#all.set(name, before === undefined ? value : `${before}, ${value}`);
  }

  [Symbol.iterator](): Iterator<[name: string, value: string]> {
    return this.#all[Symbol.iterator]();
  }
}
