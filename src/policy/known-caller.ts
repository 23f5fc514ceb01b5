import { createHash } from 'node:crypto';
import type { EntityJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Caller } from '../caller.ts';
import type { CheckedPolicy } from './check.ts';
import { callerEntity } from './model.ts';
import { entitiesIn } from './names.ts';
import { nameOf } from './partly-known.ts';
import { remember } from './remember.ts';

export interface KnownCaller {
  readonly entity: EntityJson;
  /** Equal for callers whom these policies cannot tell apart. */
  readonly digest: string;
}

/** The callers as these policies see them: of two hundred groups a policy names a few, and the others cannot matter. */
export function knownCallers(policies: readonly CheckedPolicy[]): (caller: Caller) => KnownCaller {
  const named = new Set(policies.flatMap(({ json }) => entitiesIn(json).map(nameOf)));
  const known = new WeakMap<Caller, KnownCaller>();

  return (caller) =>
    remember(known, caller, () => {
      const { parents, ...rest } = callerEntity(caller);
      // Each of the others would cost Cedar 5 microseconds a decision.
      const entity = { ...rest, parents: parents.filter((parent) => named.has(nameOf(parent))) };
      return { entity, digest: createHash('sha256').update(JSON.stringify(entity)).digest('base64') };
    });
}
