import { GatewayError } from './errors.ts';

// What is refused before GraphQL is reached.
const STATUS: { readonly [code: string]: number } = {
  UNAUTHENTICATED: 401,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
  UPSTREAM_UNAVAILABLE: 503,
};

/** Whether an error is meant for the caller of a request that never became an operation. */
export const isRefusal = (error: unknown): error is GatewayError =>
  error instanceof GatewayError && error.code in STATUS;

/** The answer to one. */
export function refusal({ code, message, retryAfterSeconds }: GatewayError): Response {
  const response = failure(STATUS[code] ?? 500, code, message, retryAfterSeconds);
  // RFC 6750, section 3.
  if (code === 'UNAUTHENTICATED') response.headers.set('www-authenticate', 'Bearer error="invalid_token"');
  if (retryAfterSeconds !== undefined) response.headers.set('retry-after', String(retryAfterSeconds));
  return response;
}

export function failure(status: number, code: string, message: string, retryAfterSeconds?: number): Response {
  const extensions = { code, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return Response.json({ errors: [{ message, extensions }] }, { status, headers });
}

export const overloaded = (): GatewayError =>
  new GatewayError('OVERLOADED', 'The gateway has as much under way as MAX_IN_FLIGHT allows. Try again in 1 s.', {
    retryAfterSeconds: 1,
  });

export const tooOften = (retryAfterSeconds: number): GatewayError =>
  new GatewayError(
    'RATE_LIMITED',
    `This caller asks more often than RATE_LIMIT_PER_MINUTE allows. Try again in ${retryAfterSeconds} s.`,
    { retryAfterSeconds },
  );
