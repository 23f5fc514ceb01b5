import type { EntityJson, SchemaJson } from '@cedar-policy/cedar-wasm/nodejs';
import type { Caller } from '../caller.ts';

/** Independent of each other: who may read a value may not therefore see the properties. */
export type Action = 'readEstate' | 'readSecretProperties' | 'readSecretValue' | 'explain';

/** Names in any letter case: Azure's have none. */
export type Resource =
  | { readonly type: 'Subscription'; readonly subscriptionId: string }
  | { readonly type: 'ResourceGroup'; readonly subscriptionId: string; readonly name: string }
  | { readonly type: 'Vault'; readonly name: string }
  | { readonly type: 'Secret'; readonly vault: string; readonly name: string };

export type ResourceType = Resource['type'];

/** A set of resources not yet known: all subscriptions, all groups or those of one subscription, the secrets of a vault or of all. */
export type Scope =
  | { readonly type: 'Subscription' }
  | { readonly type: 'ResourceGroup'; readonly subscriptionId?: string; readonly name?: string }
  | { readonly type: 'Vault' }
  | { readonly type: 'Secret'; readonly vault?: string };

export interface Decision {
  readonly allowed: boolean;
  /** For people: why. Names no caller and no resource. */
  readonly because: string;
  /** The `@id` of each deciding policy, sorted. */
  readonly policies: readonly string[];
}

// Reading properties is of secrets alone, not of vaults: the list of a vault's secrets is decided secret by secret, and
// `resource.vault` would not validate in a policy that could also meet a vault.
export const APPLIES_TO: Readonly<Record<Action, readonly ResourceType[]>> = {
  readEstate: ['Subscription', 'ResourceGroup'],
  readSecretProperties: ['Secret'],
  readSecretValue: ['Secret'],
  explain: ['Subscription', 'ResourceGroup', 'Vault', 'Secret'],
};

export const ACTIONS: readonly Action[] = ['readEstate', 'readSecretProperties', 'readSecretValue', 'explain'];
export const RESOURCE_TYPES: readonly ResourceType[] = APPLIES_TO.explain;

const text = { type: 'EntityOrCommon', name: 'String' } as const;
const record = (...names: readonly string[]) => ({
  type: 'Record' as const,
  attributes: Object.fromEntries(names.map((name) => [name, text])),
});

/**
 * What a policy may speak of: https://docs.cedarpolicy.com/schema/json-schema.html. In JSON, since Cedar's parser of the readable
 * form alone takes 15 ms to be compiled.
 */
export const SCHEMA: SchemaJson<string> = {
  '': {
    entityTypes: {
      ...{ Issuer: {}, Role: {}, Group: {} },
      Caller: { memberOfTypes: ['Issuer', 'Role', 'Group'], shape: record('kind', 'issuer', 'subject') },
      Subscription: { shape: record('subscriptionId') },
      ResourceGroup: { memberOfTypes: ['Subscription'], shape: record('name', 'subscriptionId') },
      Vault: { shape: record('name') },
      Secret: { memberOfTypes: ['Vault'], shape: record('name', 'vault') },
    },
    actions: Object.fromEntries(
      ACTIONS.map((action) => [
        action,
        { appliesTo: { principalTypes: ['Caller'], resourceTypes: [...APPLIES_TO[action]] } },
      ]),
    ),
  },
};

/** The caller as Cedar sees it: in its issuer, roles and groups, whose letter case counts. */
export function callerEntity({ id, kind, issuer, subject, roles, groups }: Caller): EntityJson {
  const issuers = kind === 'ANONYMOUS' ? [] : [issuer];
  return {
    uid: { type: 'Caller', id },
    attrs: { kind, issuer, subject },
    parents: [
      ...issuers.map((name) => ({ type: 'Issuer', id: name })),
      ...roles.map((name) => ({ type: 'Role', id: name })),
      ...groups.map((name) => ({ type: 'Group', id: name })),
    ],
  };
}

/** The resource as Cedar sees it, its names in lower case. */
export function resourceEntity(resource: Resource): EntityJson & { readonly uid: { type: ResourceType; id: string } } {
  const { type } = resource;
  if (type === 'Subscription') {
    const subscriptionId = resource.subscriptionId.toLowerCase();
    return { uid: { type, id: subscriptionId }, attrs: { subscriptionId }, parents: [] };
  }
  const name = resource.name.toLowerCase();
  if (type === 'Vault') return { uid: { type, id: name }, attrs: { name }, parents: [] };
  if (type === 'Secret') {
    const vault = resource.vault.toLowerCase();
    return { uid: { type, id: `${vault}/${name}` }, attrs: { name, vault }, parents: [{ type: 'Vault', id: vault }] };
  }
  const subscriptionId = resource.subscriptionId.toLowerCase();
  const parents = [{ type: 'Subscription', id: subscriptionId }];
  return { uid: { type, id: `${subscriptionId}/${name}` }, attrs: { name, subscriptionId }, parents };
}
