import type { Caller } from '../caller.ts';
import type { CheckedPolicy } from './check.ts';
import { holds } from './holds.ts';
import { type Action, APPLIES_TO, callerEntity } from './model.ts';
import { type AnyOf, knownEntity, someResource } from './partly-known.ts';

/**
 * Whether some `permit` may hold for a member of the scope, and no `forbid` must hold for all of it. Cedar's own partial
 * evaluation is not used: it parses every policy again each time (12 ms for 100), and gives up a policy that errs without
 * the resource although it would not with it.
 */
export function couldAllow(policies: readonly CheckedPolicy[], caller: Caller, action: Action, anyOf: AnyOf): boolean {
  if (!APPLIES_TO[action].includes(anyOf.type)) return false;
  const request = {
    principal: knownEntity(callerEntity(caller)),
    action: knownEntity({ uid: { type: 'Action', id: action }, attrs: {}, parents: [] }),
    resource: someResource(anyOf),
  };
  const all = policies.map(({ json }) => ({ effect: json.effect, holds: holds(json, request) }));
  const isForbidden = all.some((policy) => policy.effect === 'forbid' && policy.holds === true);
  return !isForbidden && all.some((policy) => policy.effect === 'permit' && policy.holds !== false);
}
