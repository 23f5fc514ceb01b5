import { LRUCache } from 'lru-cache';
import type { Caller } from '../caller.ts';
import type { CheckedPolicy } from './check.ts';
import { holds } from './holds.ts';
import { knownCallers } from './known-caller.ts';
import { type Action, APPLIES_TO, callerEntity, type Scope } from './model.ts';
import { type AnyOf, knownEntity, someResource } from './partly-known.ts';
import { remember } from './remember.ts';

// In characters, since names come from queries: some ten thousand answers, and none with a name of a megabyte.
const MEMORY = { maxSize: 4_000_000, maxEntrySize: 2_000 };
const ANSWER_SIZE = 100;

/** `couldAllow`, whose answers are remembered as long as the policy set stays. */
export function createCouldAllow() {
  const remembered = new LRUCache<string, { readonly could: boolean }>({
    ...MEMORY,
    sizeCalculation: (_answer, key) => key.length + ANSWER_SIZE,
  });
  let policies: readonly CheckedPolicy[] = [];
  let known = knownCallers(policies);

  return {
    takeUp(set: { readonly policies: readonly CheckedPolicy[] }): void {
      ({ policies } = set);
      known = knownCallers(policies);
      remembered.clear();
    },
    couldAllow(caller: Caller, action: Action, scope: Scope): boolean {
      const key = `${known(caller).digest} ${action} ${placeOf(scope)}`;
      return remember<string, { readonly could: boolean }>(remembered, key, () => ({
        could: couldAllow(policies, caller, action, scope),
      })).could;
    },
  };
}

function placeOf(scope: Scope): string {
  if (scope.type === 'Secret') return `Secret ${JSON.stringify([scope.vault])}`.toLowerCase();
  if (scope.type !== 'ResourceGroup') return scope.type;
  return `ResourceGroup ${JSON.stringify([scope.subscriptionId, scope.name])}`.toLowerCase();
}

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
