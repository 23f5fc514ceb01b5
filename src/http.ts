/** A request as the gateway reads it. A Request is one; the server makes lighter ones, which cost a tenth. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Pick<Headers, 'get' | 'has'>;
  /** Ends when the caller is gone. */
  readonly signal: AbortSignal;
  readonly body: AsyncIterable<Uint8Array> | null;
  text(): Promise<string>;
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

/** An answer whose body is at hand. Header names are in lower case. */
export function wholeResponse<Body extends string | Uint8Array>(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Body,
): HttpResponse & { readonly body: Body } {
  const bytes = async () => (typeof body === 'string' ? new TextEncoder().encode(body) : new Uint8Array(body));
  const text = async () => (typeof body === 'string' ? body : new TextDecoder().decode(body));
  return {
    ...{ status, headers: headersOf(headers), body, text },
    json: async () => JSON.parse(await text()),
    arrayBuffer: async () => (await bytes()).buffer,
  };
}

/** The path alone, as it was sent: nothing in it is resolved or decoded. */
export function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3);
  if (start < 0) return '/';
  const end = url.indexOf('?', start);
  return end < 0 ? url.slice(start) : url.slice(start, end);
}

function headersOf(first: Readonly<Record<string, string>>): HttpHeaders {
  const all = new Map(Object.entries(first));
  return {
    get: (name) => all.get(name) ?? null,
    has: (name) => all.has(name),
    set: (name, value) => void all.set(name, value),
    append(name, value) {
      const before = all.get(name);
      all.set(name, before === undefined ? value : `${before}, ${value}`);
    },
    [Symbol.iterator]: () => all[Symbol.iterator](),
  };
}
