import type { ServiceName } from './service.ts';

/** What goes wrong, where and how often. The first fault that fits a request is the one that happens. */
export interface Fault {
  readonly service: ServiceName;
  /** `/a/b`: this path and what is below it; `...?text`: the query holds the text; no leading slash: anywhere in the path. */
  readonly path?: string;
  readonly host?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly delayInMs?: number;
  /** The connection is destroyed instead of an answer. */
  readonly reset?: boolean;
  /** There is never an answer, and the connection stays. */
  readonly hang?: boolean;
  /** Half of the answer's body comes, then the connection is destroyed, or nothing more comes. */
  readonly breaksOff?: 'reset' | 'hang';
  /** Resource Graph's real answer, cut to so many rows: `resultTruncated` is "true", and there is no token. */
  readonly truncateTo?: number;
  /** Absent: until the faults are cleared. */
  readonly times?: number;
}

export interface FaultScript {
  add(fault: Fault): void;
  clear(): void;
  /** The fault that befalls this request, counted as happened. */
  take(service: ServiceName, url: URL): Fault | null;
}

/** An empty script. */
export function createFaultScript(): FaultScript {
  let script: { fault: Fault; left: number }[] = [];
  return {
    add(fault) {
      script.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
    },
    clear() {
      script = [];
    },
    take(service, url) {
      const entry = script.find(({ fault, left }) => left > 0 && fits(fault, service, url));
      if (!entry) return null;
      entry.left -= 1;
      return entry.fault;
    },
  };
}

/** The answer the fault gives instead of the service; null when the service still answers. */
export function faultAnswer({ status, body, headers }: Fault): Response | null {
  if (status === undefined && body === undefined) return null;
  if (body === undefined) return new Response(null, { status: status ?? 200, headers: headers ?? {} });
  const isText = typeof body === 'string';
  const contentType = isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  return new Response(isText ? body : JSON.stringify(body), {
    status: status ?? 200,
    headers: { 'content-type': contentType, ...headers },
  });
}

/** The answer whose body breaks off half-way; its Content-Length is that of the whole. */
export async function brokenOff(whole: Response, how: 'reset' | 'hang', signal: AbortSignal): Promise<Response> {
  const bytes = new Uint8Array(await whole.arrayBuffer());
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        controller.enqueue(bytes.slice(0, bytes.length / 2));
        signal.addEventListener('abort', () => controller.error(signal.reason), { once: true });
      },
      // Asked for more when the first half has been taken.
      pull(controller) {
        if (how === 'reset') controller.error(connectionReset());
      },
    },
    { highWaterMark: 0 },
  );
  const { status, headers } = whole;
  headers.set('content-length', String(bytes.length));
  return new Response(body, { status, headers });
}

export const connectionReset = (): Error => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });

function fits(fault: Fault, service: ServiceName, url: URL): boolean {
  const atHost = fault.host === undefined || [url.host, url.hostname].includes(fault.host.toLowerCase());
  return fault.service === service && atHost && (fault.path === undefined || pathFits(fault.path, url));
}

function pathFits(pattern: string, url: URL): boolean {
  const [path = '', ...query] = decoded(pattern).toLowerCase().split('?');
  const pathname = decoded(url.pathname).toLowerCase().replace(/\/+/g, '/');
  const prefix = path.replace(/\/+$/, '');
  const atPath = path.startsWith('/')
    ? pathname === prefix || pathname.startsWith(`${prefix}/`)
    : pathname.includes(path);
  return atPath && decoded(url.search).toLowerCase().includes(query.join('?'));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
