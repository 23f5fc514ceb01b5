import type { Principal } from '../entra/tokens.ts';
import { sameName } from '../identifier.ts';
import { hasRoleAround, isPermitted, readerOf } from '../roles.ts';
import { type Context, json } from '../service.ts';
import type { Subscription } from '../world.ts';
import { armError } from './answer.ts';
import { groupFilter } from './filter.ts';
import { armPage } from './page.ts';
import { groupRecord } from './record.ts';
import { authorizationFailed } from './subscriptions.ts';

const READ_GROUP = 'Microsoft.Resources/subscriptions/resourcegroups/read';

/** `GET .../resourcegroups`: those the caller may read, without a hint that there are others. */
export function listGroups(subscription: Subscription, caller: Principal, context: Context): Response {
  const { url, world } = context;
  if (!hasRoleAround(world, caller.principalId, subscription.id)) {
    return authorizationFailed(caller, READ_GROUP, subscription.id);
  }
  const text = url.searchParams.get('$filter');
  const matches = text ? groupFilter(text) : () => true;
  if (!matches) return invalidFilter(text ?? '');
  const mayRead = readerOf(world, caller.principalId);
  const groups = world.resourceGroups.filter(
    (group) =>
      group.subscriptionId === subscription.subscriptionId &&
      matches(group) &&
      mayRead(group.subscriptionId, READ_GROUP, group.id),
  );
  return armPage(groups, groupRecord, context);
}

/** `GET` or `HEAD .../resourcegroups/{name}`; what the caller may not read is refused, whether or not it exists. */
export function getGroup(
  method: string,
  subscription: Subscription,
  name: string,
  caller: Principal,
  { world }: Context,
): Response {
  const scope = `${subscription.id}/resourceGroups/${name}`;
  if (!isPermitted(world, caller.principalId, READ_GROUP, scope)) return authorizationFailed(caller, READ_GROUP, scope);
  const group = world.resourceGroups.find(
    (one) => one.subscriptionId === subscription.subscriptionId && sameName(one.name, name),
  );
  if (method === 'HEAD') return new Response(null, { status: group ? 204 : 404 });
  return group ? json(200, groupRecord(group)) : groupNotFound(name);
}

export function groupNotFound(name: string): Response {
  return armError(404, 'ResourceGroupNotFound', `Resource group '${name}' could not be found.`);
}

export function invalidFilter(text: string): Response {
  return armError(400, 'InvalidFilterInQueryString', `Invalid $filter '${text}' specified in the query string.`);
}
