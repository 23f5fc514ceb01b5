import { type EntityJson, isAuthorizedPartial, type TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../caller.ts';
import type { Log } from '../telemetry.ts';
import type { CheckedPolicy } from './check.ts';
import { isOnEstate } from './estate.ts';
import { knownCallers } from './known-caller.ts';
import { type Resource, SCHEMA } from './model.ts';
import { entitiesIn } from './names.ts';
import { knownEntity, typeAndId } from './partly-known.ts';
import { remember } from './remember.ts';
import { estateEntity, type Test, testOf } from './residual.ts';
import { type ScopeSet, scopeSetOf } from './scope-set.ts';

export interface Scoper {
  takeUp(set: { readonly version: string; readonly policies: readonly CheckedPolicy[] }): void;
  scopeSet(caller: Caller): ScopeSet;
}

// In characters of names: tens of thousands of usual scope sets, few that name thousands of groups.
const MAX_SIZE = 16_000_000;
const SCOPE_SET_SIZE = 500;

/** Asks Cedar once a caller what is left of the policies, and remembers the scope sets as long as the policies stay. */
export function createScoper(log: Log, maxSize = MAX_SIZE): Scoper {
  const remembered = new LRUCache<string, ScopeSet>({ maxSize, sizeCalculation: sizeOf });
  let policies: readonly CheckedPolicy[] = [];
  let known = knownCallers(policies);
  let version = '';

  return {
    takeUp(set) {
      ({ policies, version } = set);
      known = knownCallers(policies);
      remembered.clear();
    },
    scopeSet(caller) {
      const { entity, digest } = known(caller);
      return remember<string, ScopeSet>(remembered, digest, () => {
        const { rules, failed } = rulesFor(entity, policies);
        const errored = new Set(failed);
        const scopeSet = scopeSetOf(
          rules?.flatMap(({ named }) => named) ?? [],
          (resource) => rules !== undefined && isGranted(rules, resource, errored),
        );
        const isFailed = errored.size > 0 || rules === undefined;
        if (isFailed) log.error({ event: 'policy-not-evaluated', version, policies: [...errored].sort() });
        return scopeSet;
      });
    },
  };
}

/** What a policy says once the caller is known. */
interface Rule {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  readonly holds: Test;
  readonly named: readonly TypeAndId[];
}

/** Undefined where all is denied: Cedar could not be asked, or a policy cannot be evaluated whatever the resource. */
function rulesFor(
  caller: EntityJson,
  policies: readonly CheckedPolicy[],
): { readonly rules: readonly Rule[] | undefined; readonly failed: readonly string[] } {
  // Cedar parses each policy again, 70 microseconds a time: those for other callers need not be.
  const some = policies.filter(({ json }) => isOnEstate(json, knownEntity(caller)));
  const answer = isAuthorizedPartial({
    principal: typeAndId(caller.uid),
    action: { type: 'Action', id: 'readEstate' },
    resource: null,
    context: {},
    schema: SCHEMA,
    validateRequest: true,
    policies: { staticPolicies: Object.fromEntries(some.map(({ id, text }) => [id, text])) },
    entities: [caller],
  });
  if (answer.type === 'failure') return { rules: undefined, failed: [] };
  const { residuals, errored } = answer.response;
  if (errored.length > 0) return { rules: undefined, failed: errored };
  const rules = Object.entries(residuals).map(([id, residual]) => ({
    ...{ id, effect: residual.effect, holds: testOf(residual), named: entitiesIn(residual) },
  }));
  return { rules, failed: [] };
}

/** As Cedar decides; but a policy that cannot be evaluated denies, and is told. */
function isGranted(rules: readonly Rule[], resource: Resource, errored: Set<string>): boolean {
  const entity = estateEntity(resource);
  const outcomes = rules.map(({ id, effect, holds }) => ({ id, effect, held: holds(entity) }));
  const failed = outcomes.filter(({ held }) => held === undefined);
  for (const { id } of failed) errored.add(id);
  const held = (which: Rule['effect']) => outcomes.some((outcome) => outcome.effect === which && outcome.held);
  return failed.length === 0 && held('permit') && !held('forbid');
}

function sizeOf({ named }: ScopeSet, digest: string): number {
  const names = [...named].flatMap(([id, { groups }]) => [id, ...('only' in groups ? groups.only : groups.allBut)]);
  return SCOPE_SET_SIZE + digest.length + names.reduce((sum, name) => sum + name.length + 50, 0);
}
