import type { Principal } from '../entra/tokens.ts';
import { sameName } from '../identifier.ts';
import { isPermitted } from '../roles.ts';
import { type Context, json } from '../service.ts';
import type { Subscription } from '../world.ts';
import { armError } from './answer.ts';
import { groupNotFound } from './groups.ts';
import { wholeResourceRecord } from './record.ts';
import { authorizationFailed } from './subscriptions.ts';

/** `GET` of a resource by its id; what the caller may not read is refused, whether or not it exists. */
export function getResource(
  path: readonly string[],
  subscription: Subscription,
  caller: Principal,
  { world }: Context,
): Response {
  const [, , , groupName = '', , provider = '', ...pairs] = path;
  const kinds = pairs.filter((_, index) => index % 2 === 0);
  const names = pairs.filter((_, index) => index % 2 === 1);
  const type = [provider, ...kinds].join('/');
  const id = `${subscription.id}/resourceGroups/${groupName}/providers/${[provider, ...pairs].join('/')}`;
  if (!isPermitted(world, caller.principalId, `${type}/read`, id)) {
    return authorizationFailed(caller, `${type}/read`, id);
  }
  const resource = world.resources.find((one) => one.id.length === id.length && sameName(one.id, id));
  if (resource) return json(200, wholeResourceRecord(resource));
  const hasGroup = world.resourceGroups.some(
    (group) => group.subscriptionId === subscription.subscriptionId && sameName(group.name, groupName),
  );
  if (!hasGroup) return groupNotFound(groupName);
  const message = `The Resource '${type}/${names.join('/')}' under resource group '${groupName}' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix`;
  return armError(404, 'ResourceNotFound', message);
}
