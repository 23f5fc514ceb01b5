import type { HttpRequest, HttpResponse } from './http.ts';

/** What browsers of other origins may do: nothing, but for the origins that the operator lists. */
export interface Cors {
  /** The answer to a preflight; undefined: not one. */
  preflight(request: HttpRequest): Response | undefined;
  /** Tells the browser of a listed origin that it may read this answer. */
  stamp(request: HttpRequest, response: HttpResponse): void;
}

const PREFLIGHT_HEADERS = {
  'access-control-allow-methods': 'POST, GET',
  'access-control-allow-headers': 'authorization, content-type, x-explain, x-request-id',
  'access-control-max-age': '600',
};

/** No origin by a pattern, and never with credentials: the gateway knows no cookies. */
export function createCors(origins: readonly string[]): Cors {
  const allowed = new Set(origins);
  const originOf = (request: HttpRequest) => {
    const origin = request.headers.get('origin');
    return origin !== null && allowed.has(origin) ? origin : undefined;
  };
  return {
    preflight(request) {
      if (request.method !== 'OPTIONS' || !request.headers.has('access-control-request-method')) return undefined;
      return originOf(request) ? new Response(null, { status: 204, headers: PREFLIGHT_HEADERS }) : undefined;
    },
    stamp(request, { headers }) {
      if (allowed.size === 0) return;
      headers.append('vary', 'Origin');
      const origin = originOf(request);
      if (origin === undefined) return;
      headers.set('access-control-allow-origin', origin);
      headers.set('access-control-expose-headers', 'x-request-id, retry-after');
    },
  };
}
