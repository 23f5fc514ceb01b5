import { armError, throttled, withArmHeaders, withQuota } from './arm/answer.ts';
import { armCaller } from './arm/caller.ts';
import { getGroup, listGroups } from './arm/groups.ts';
import { getProvider } from './arm/providers.ts';
import { getResource } from './arm/resource.ts';
import { listResources } from './arm/resources.ts';
import { getSubscription, listSubscriptions } from './arm/subscriptions.ts';
import type { Principal } from './entra/tokens.ts';
import { sameName } from './identifier.ts';
import type { Context } from './service.ts';
import type { Subscription } from './world.ts';

// Newest first; clients of every age send one of these.
const API_VERSIONS = [
  '2025-04-01 2025-03-01 2024-11-01 2024-07-01 2024-03-01 2023-07-01 2022-12-01 2022-09-01 2022-06-01 2022-05-01',
  '2022-01-01 2021-04-01 2021-01-01 2020-10-01 2020-09-01 2020-08-01 2020-06-01 2020-05-01 2020-01-01 2019-11-01',
  '2019-10-01 2019-08-01 2019-06-01 2019-05-10 2019-05-01 2019-03-01 2018-06-01 2018-05-01 2018-02-01 2017-08-01',
  '2017-05-10 2016-09-01 2016-06-01 2015-11-01 2015-01-01',
].flatMap((line) => line.split(' '));

// A resource is asked for in its provider's own version, of which there are too many to list.
const OF_A_RESOURCE = /\/providers\//i;
const ANY_VERSION = /^\d{4}-\d{2}-\d{2}(-preview)?$/;
const MIN_SEGMENTS_OF_A_RESOURCE = 8;

/** Azure Resource Manager: subscriptions, resource groups and resources, read only. */
export async function arm(request: Request, context: Context): Promise<Response> {
  return withArmHeaders(await answer(request, context), context);
}

async function answer(request: Request, context: Context): Promise<Response> {
  const path = decodedPath(context.url);
  if (!path) return armError(400, 'InvalidRequestUri', 'The request URI is not encoded correctly.');
  const invalid = apiVersionError(context);
  if (invalid) return invalid;

  // ARM looks the subscription up before it looks at the token: that is how its 401 can name the tenant.
  const subscriptionId = sameName(path[0] ?? '', 'subscriptions') ? (path[1] ?? null) : null;
  const subscription = context.world.subscriptions.find((one) => sameName(one.subscriptionId, subscriptionId ?? ''));
  if (subscriptionId !== null && !subscription) {
    return armError(404, 'SubscriptionNotFound', `The subscription '${subscriptionId}' could not be found.`);
  }

  const caller = await armCaller(request, context);
  if (caller instanceof Response) return caller;
  const quota = context.quotas.spendArmRead(caller.principalId, subscriptionId);
  const response = quota.granted
    ? route(request.method, path, caller, subscription, context)
    : throttled(quota, caller.principalId, subscriptionId);
  return withQuota(response, quota, subscriptionId);
}

function route(
  method: string,
  path: readonly string[],
  caller: Principal,
  subscription: Subscription | undefined,
  context: Context,
): Response {
  const [, , section, groupName, collection] = path;
  const shape = path.map((segment, index) => (index % 2 === 0 ? segment.toLowerCase() : '*')).join('/');
  if (method !== 'GET' && !(method === 'HEAD' && shape === 'subscriptions/*/resourcegroups/*'))
    return notSupported(method);
  if (shape === 'subscriptions') return listSubscriptions(caller, context);
  if (!subscription) return unknownPath();
  if (shape === 'subscriptions/*') return getSubscription(subscription, caller, context);
  if (shape === 'subscriptions/*/resourcegroups') return listGroups(subscription, caller, context);
  if (shape === 'subscriptions/*/resources') return listResources(subscription, null, caller, context);
  if (shape === 'subscriptions/*/providers/*' && groupName)
    return getProvider(subscription, groupName, caller, context);
  if (section === undefined || groupName === undefined) return unknownType(section ?? '');
  if (shape === 'subscriptions/*/resourcegroups/*') return getGroup(method, subscription, groupName, caller, context);
  if (shape === 'subscriptions/*/resourcegroups/*/resources') {
    return listResources(subscription, groupName, caller, context);
  }
  if (isResource(path)) return getResource(path, subscription, caller, context);
  return unknownType(collection ?? section);
}

// .../providers/Microsoft.Sql/servers/a/databases/b
function isResource(path: readonly string[]): boolean {
  const isBelowGroup = sameName(path[2] ?? '', 'resourcegroups') && sameName(path[4] ?? '', 'providers');
  return isBelowGroup && path.length >= MIN_SEGMENTS_OF_A_RESOURCE && path.length % 2 === 0;
}

function apiVersionError({ url }: Context): Response | null {
  const version = url.searchParams.get('api-version');
  if (!version) {
    const message = 'The api-version query parameter (?api-version=) is required for all requests.';
    return armError(400, 'MissingApiVersionParameter', message);
  }
  if (API_VERSIONS.includes(version)) return null;
  if (OF_A_RESOURCE.test(url.pathname) && ANY_VERSION.test(version)) return null;
  const message = `The api-version '${version}' is invalid. The supported versions are '${API_VERSIONS.join(',')}'.`;
  return armError(400, 'InvalidApiVersionParameter', message);
}

function decodedPath(url: URL): string[] | null {
  try {
    return url.pathname
      .split('/')
      .filter((segment) => segment !== '')
      .map(decodeURIComponent);
  } catch {
    return null;
  }
}

function unknownPath(): Response {
  const message = 'The request did not have a subscription or a valid tenant level resource provider.';
  return armError(404, 'MissingSubscription', message);
}

function unknownType(type: string): Response {
  const message = `The resource type '${type}' could not be found in the local Azure, which serves subscriptions, resource groups and resources.`;
  return armError(404, 'InvalidResourceType', message);
}

function notSupported(method: string): Response {
  const message = `The requested resource does not support http method '${method}'.`;
  return armError(405, 'MethodNotAllowed', message, { allow: 'GET' });
}
