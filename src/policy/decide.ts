import {
  type AuthorizationAnswer,
  type EntityJson,
  preparsePolicySet,
  preparseSchema,
  statefulIsAuthorized,
} from '@cedar-policy/cedar-wasm/nodejs';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../caller.ts';
import { GatewayError } from '../errors.ts';
import type { Log } from '../telemetry.ts';
import { decisionOf, inapplicable } from './answer.ts';
import type { CheckedPolicy } from './check.ts';
import { knownCallers } from './known-caller.ts';
import { type Action, APPLIES_TO, type Decision, type Resource, resourceEntity, SCHEMA } from './model.ts';
import { remember } from './remember.ts';

export interface Decider {
  takeUp(set: { readonly version: string; readonly policies: readonly CheckedPolicy[] }): void;
  decide(caller: Caller, action: Action, resource: Resource): Decision;
}

const SCHEMA_NAME = 'gateway';
// In characters, since names come from queries: about fifty thousand usual decisions, and none with a name of a megabyte.
const MEMORY = { maxSize: 16_000_000, maxEntrySize: 2_000 };
const DECISION_SIZE = 200;

let deciders = 0;

/** Asks Cedar, and remembers its answers as long as the policy set stays. Denies all until one is taken up. */
export function createDecider(log: Log, bounds: { maxSize: number; maxEntrySize: number } = MEMORY): Decider {
  // Cedar keeps what it has parsed by name and for ever: each decider has one name, and overwrites it.
  const preparsedPolicySetId = `policies-${deciders++}`;
  const remembered = new LRUCache<string, Decision>({
    ...bounds,
    sizeCalculation: (_decision, key) => key.length + DECISION_SIZE,
  });
  let known = knownCallers([]);
  let version = '';
  preparseSchema(SCHEMA_NAME, SCHEMA);

  return {
    takeUp({ version: taken, policies }) {
      const staticPolicies = Object.fromEntries(policies.map(({ id, text }) => [id, text]));
      const answer = preparsePolicySet(preparsedPolicySetId, { staticPolicies });
      if (answer.type === 'failure') throw new GatewayError('INTERNAL', 'Cedar refuses what it had found valid.');
      known = knownCallers(policies);
      remembered.clear();
      version = taken;
    },
    decide(caller, action, resource) {
      const entity = resourceEntity(resource);
      const { type, id } = entity.uid;
      if (!APPLIES_TO[action].includes(type)) return inapplicable(action, type);
      const who = known(caller);
      const key = `${who.digest} ${action} ${type} ${id}`;
      return remember<string, Decision>(remembered, key, () => {
        const { decision, failed } = decisionOf(ask(who.entity, action, entity), action, type);
        if (failed) log.error({ event: 'policy-not-evaluated', version, policies: decision.policies });
        return decision;
      });
    },
  };

  function ask(caller: EntityJson, action: Action, resource: EntityJson): AuthorizationAnswer {
    return statefulIsAuthorized({
      principal: caller.uid,
      action: { type: 'Action', id: action },
      resource: resource.uid,
      context: {},
      preparsedSchemaName: SCHEMA_NAME,
      validateRequest: true,
      preparsedPolicySetId,
      entities: [caller, resource],
    });
  }
}
