import { randomUUID } from 'node:crypto';
import { type Context, json } from '../service.ts';
import type { GraphQuota } from '../throttle.ts';
import type { Detail } from './kql/problem.ts';

/** Resource Graph's error body: what is wrong stands in its details. */
export function graphError(status: number, code: string, details: readonly Detail[], { clock }: Context): Response {
  const timestamp = new Date(clock.now()).toISOString().replace('Z', '0000Z');
  const message = `Please provide below info when asking for support: timestamp = ${timestamp}, correlationId = ${randomUUID()}.`;
  return json(status, { error: { code, message, details } });
}

export function badRequest(code: string, message: string, context: Context): Response {
  return graphError(400, 'BadRequest', [{ code, message }], context);
}

/** The 403 of a caller who may read none of what it names. */
export function accessDenied(context: Context): Response {
  const message = 'Access is denied to the requested resource. The user might not have enough permission.';
  return graphError(403, 'AccessDenied', [{ code: 'AccessDenied', message }], context);
}

export function rateLimited({ resetsAfterSeconds }: GraphQuota, context: Context): Response {
  const message =
    'Client application has been throttled and should not attempt to repeat the request until an amount of time has elapsed. Please see https://aka.ms/resourcegraph-throttling for help.';
  const response = graphError(429, 'RateLimiting', [{ code: 'RateLimiting', message }], context);
  response.headers.set('retry-after', String(resetsAfterSeconds));
  return response;
}

export function payloadTooLarge(bytes: number, limit: number, context: Context): Response {
  const message = `Response payload size is ${bytes}, and has exceeded the limit of ${limit}. Please consider querying less data at a time and make paginated call if needed.`;
  return badRequest('ResponsePayloadTooLarge', message, context);
}

/** What is left of the caller's quota, as Resource Graph tells it. */
export function withGraphQuota(response: Response, { remaining, resetsAfterSeconds }: GraphQuota): Response {
  response.headers.set('x-ms-user-quota-remaining', String(remaining));
  response.headers.set('x-ms-user-quota-resets-after', `00:00:${String(resetsAfterSeconds).padStart(2, '0')}`);
  response.headers.set('x-ms-ratelimit-remaining-tenant-resource-requests', String(remaining));
  return response;
}
