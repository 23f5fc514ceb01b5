import { randomUUID } from 'node:crypto';
import { type Context, json } from '../service.ts';
import type { ArmQuota } from '../throttle.ts';

/** Azure Resource Manager's error body. */
export function armError(
  status: number,
  code: string,
  message: string,
  headers: Record<string, string> = {},
): Response {
  return json(status, { error: { code, message } }, headers);
}

/** The headers that stand on every answer of Azure Resource Manager. */
export function withArmHeaders(response: Response, { clock }: Context): Response {
  const correlationId = randomUUID();
  const time = new Date(clock.now()).toISOString().replace(/[-:]|\.\d+/g, '');
  const headers = {
    'x-ms-request-id': randomUUID(),
    'x-ms-correlation-request-id': correlationId,
    'x-ms-routing-request-id': `WESTUS:${time}:${correlationId}`,
    'cache-control': 'no-cache',
    pragma: 'no-cache',
    expires: '-1',
    'strict-transport-security': 'max-age=31536000; includeSubDomains',
    'x-content-type-options': 'nosniff',
  };
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}

/** What is left of the caller's quota, as Azure tells it. */
export function withQuota(response: Response, quota: ArmQuota, subscriptionId: string | null): Response {
  if (subscriptionId === null) {
    response.headers.set('x-ms-ratelimit-remaining-tenant-reads', String(quota.remaining));
    return response;
  }
  response.headers.set('x-ms-ratelimit-remaining-subscription-reads', String(quota.remaining));
  response.headers.set('x-ms-ratelimit-remaining-subscription-global-reads', String(quota.remainingGlobally));
  return response;
}

export function throttled(quota: ArmQuota, principalId: string, subscriptionId: string | null): Response {
  const [code, whose] = subscriptionId
    ? ['SubscriptionRequestsThrottled', `subscription '${subscriptionId}'`]
    : ['TenantRequestsThrottled', 'tenant'];
  const message = `Number of 'read' requests for ${whose} actor '${principalId}' exceeded. Please try again after '${quota.retryAfterSeconds}' seconds after additional tokens are available. Refer to https://aka.ms/arm-throttling for additional information.`;
  return armError(429, code, message, { 'retry-after': String(quota.retryAfterSeconds) });
}
