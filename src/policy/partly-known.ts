import type { EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { ResourceType } from './model.ts';

/** Undefined: it depends on what is not known. */
export type Maybe = boolean | undefined;

/** An entity of which more or less is known. */
export interface PartlyKnown {
  readonly type: string;
  readonly uid: TypeAndId | undefined;
  /** All that its type has, those not known undefined; or undefined where none is known. */
  readonly attributes: Readonly<Record<string, unknown>> | undefined;
  is(other: TypeAndId): Maybe;
  /** As Cedar's `in`: is it, or has it as a parent. */
  isIn(other: TypeAndId): Maybe;
}

/** Any member of a `Scope`; without `vault` every secret. */
export interface AnyOf {
  readonly type: ResourceType;
  readonly subscriptionId?: string;
  readonly vault?: string;
  readonly name?: string;
}

export function knownEntity({ uid, attrs, parents }: EntityJson): PartlyKnown {
  const self = typeAndId(uid);
  const family = [self, ...parents.map(typeAndId)];
  return {
    type: self.type,
    uid: self,
    attributes: attrs,
    is: (other) => isSame(self, other),
    isIn: (other) => family.some((one) => isSame(one, other)),
  };
}

/** An entity that a policy names: of its attributes and parents Cedar may know more than is known here. */
export function namedEntity(uid: TypeAndId): PartlyKnown {
  const is = (other: TypeAndId) => isSame(uid, other);
  return { type: uid.type, uid, attributes: undefined, is, isIn: (other) => is(other) || undefined };
}

export function someCaller(): PartlyKnown {
  const attributes = { kind: undefined, issuer: undefined, subject: undefined };
  const is = (other: TypeAndId) => (other.type === 'Caller' ? undefined : false);
  return { type: 'Caller', uid: undefined, attributes, is, isIn: () => undefined };
}

export function someResource({ type, ...scope }: AnyOf): PartlyKnown {
  const subscriptionId = scope.subscriptionId?.toLowerCase();
  const vault = scope.vault?.toLowerCase();
  const name = scope.name?.toLowerCase();
  const { attributes, parent } = {
    Subscription: { attributes: { subscriptionId: undefined }, parent: undefined },
    ResourceGroup: {
      attributes: { name, subscriptionId },
      parent: { type: 'Subscription', id: subscriptionId },
    },
    Vault: { attributes: { name: undefined }, parent: undefined },
    Secret: { attributes: { name: undefined, vault }, parent: { type: 'Vault', id: vault } },
  }[type];
  // The id of a group or a secret is its parent's and its name.
  const is = (other: TypeAndId) => {
    if (other.type !== type || (parent?.id !== undefined && !other.id.startsWith(`${parent.id}/`))) return false;
    return name !== undefined && !other.id.endsWith(`/${name}`) ? false : undefined;
  };
  const isIn = (other: TypeAndId) => {
    if (other.type !== parent?.type) return is(other);
    return parent.id === undefined ? undefined : other.id === parent.id;
  };
  return { type, uid: undefined, attributes, is, isIn };
}

/** Cedar's JSON writes an entity in two ways. */
export function typeAndId(uid: TypeAndId | { __entity: TypeAndId }): TypeAndId {
  return '__entity' in uid ? uid.__entity : uid;
}

/** One string for an entity, whichever way Cedar writes it. */
export function nameOf(uid: TypeAndId | { __entity: TypeAndId }): string {
  const { type, id } = typeAndId(uid);
  return `${type} ${id}`;
}

const isSame = (one: TypeAndId, other: TypeAndId): boolean => one.type === other.type && one.id === other.id;
