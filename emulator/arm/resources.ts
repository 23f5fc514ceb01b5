import type { Principal } from '../entra/tokens.ts';
import { sameName } from '../identifier.ts';
import { hasRoleAround, isPermitted } from '../roles.ts';
import type { Context } from '../service.ts';
import type { Subscription } from '../world.ts';
import { resourceFilter } from './filter.ts';
import { groupNotFound, invalidFilter } from './groups.ts';
import { armPage } from './page.ts';
import { resourceRecord } from './record.ts';
import { authorizationFailed } from './subscriptions.ts';

const READ_RESOURCES = 'Microsoft.Resources/subscriptions/resources/read';

/** `GET .../resources`, of a whole subscription or of one group: those the caller may read. */
export function listResources(
  subscription: Subscription,
  groupName: string | null,
  caller: Principal,
  context: Context,
): Response {
  const { url, world } = context;
  const inSubscription = (item: { subscriptionId: string }) => item.subscriptionId === subscription.subscriptionId;
  const scope = groupName === null ? subscription.id : `${subscription.id}/resourceGroups/${groupName}`;
  if (!hasRoleAround(world, caller.principalId, scope)) return authorizationFailed(caller, READ_RESOURCES, scope);
  if (
    groupName !== null &&
    !world.resourceGroups.some((group) => inSubscription(group) && sameName(group.name, groupName))
  ) {
    return groupNotFound(groupName);
  }
  const text = url.searchParams.get('$filter');
  const filter = text ? resourceFilter(text) : { matches: () => true, byTag: false };
  if (!filter) return invalidFilter(text ?? '');
  const resources = world.resources.filter(
    (resource) =>
      inSubscription(resource) &&
      (groupName === null || sameName(resource.resourceGroup, groupName)) &&
      filter.matches(resource) &&
      isPermitted(world, caller.principalId, `${resource.type}/read`, resource.id),
  );
  const expand = (url.searchParams.get('$expand') ?? '').split(',');
  return armPage(resources, (resource) => resourceRecord(resource, expand, !filter.byTag), context);
}
