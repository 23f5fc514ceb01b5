import type { Principal } from '../entra/tokens.ts';
import { hasRoleAround } from '../roles.ts';
import { type Context, json } from '../service.ts';
import type { Subscription } from '../world.ts';
import { armError } from './answer.ts';
import { armPage } from './page.ts';
import { subscriptionRecord } from './record.ts';

/** `GET /subscriptions`: those in which the caller has some role. */
export function listSubscriptions(caller: Principal, context: Context): Response {
  const { world } = context;
  const visible = world.subscriptions.filter(({ id }) => hasRoleAround(world, caller.principalId, id));
  return armPage(visible, (subscription) => subscriptionRecord(subscription, world.tenant), context);
}

/** `GET /subscriptions/{id}`. */
export function getSubscription(subscription: Subscription, caller: Principal, { world }: Context): Response {
  if (!hasRoleAround(world, caller.principalId, subscription.id)) {
    return authorizationFailed(caller, 'Microsoft.Resources/subscriptions/read', subscription.id);
  }
  return json(200, subscriptionRecord(subscription, world.tenant));
}

/** ARM's 403: who, what and over which scope. */
export function authorizationFailed(caller: Principal, action: string, scope: string): Response {
  return armError(
    403,
    'AuthorizationFailed',
    `The client '${caller.clientId}' with object id '${caller.principalId}' does not have authorization to perform action '${action}' over scope '${scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.`,
  );
}
