import { createHash } from 'node:crypto';
import type { TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import type { Resource } from './model.ts';

/** Of a subscription's groups and what is in them: all but some, or some alone. Sorted, in lower case. */
export type Groups = { readonly allBut: readonly string[] } | { readonly only: readonly string[] };

export interface Rights {
  /** On the subscription's own record, which a policy can grant without its groups, and the reverse. */
  readonly subscription: boolean;
  readonly groups: Groups;
}

/** Over exactly which of the estate a caller is granted `readEstate`. Ids and names in any letter case. */
export interface ScopeSet {
  /** Equal for equal rights, in every process: a hash of 64 digits. */
  readonly key: string;
  /** No subscription and no group is granted: there is nothing to ask Azure for. */
  readonly isEmpty: boolean;
  /** In every subscription that is not in `named`. */
  readonly elsewhere: Rights;
  /** By subscription id, in lower case and sorted: where the rights are others than elsewhere. */
  readonly named: ReadonlyMap<string, Rights>;
  includesSubscription(subscriptionId: string): boolean;
  includesGroup(subscriptionId: string, name: string): boolean;
  groupsOf(subscriptionId: string): Groups;
}

/**
 * The scope set of a caller of whom `grants` tells each right, and whose rights differ from one resource to the other
 * only by whether a policy names it, or its subscription.
 */
export function scopeSetOf(entities: readonly TypeAndId[], grants: (resource: Resource) => boolean): ScopeSet {
  const elsewhere = rightsOn(NO_NAME, new Set(), grants);
  const all = [...namesIn(entities)].map(([id, groups]) => [id, rightsOn(id, groups, grants)] as const);
  const others = all.filter(([, rights]) => JSON.stringify(rights) !== JSON.stringify(elsewhere)).sort(byId);
  const named = new Map(others);
  // A list's records are mostly of one subscription, each asked about.
  let last = { subscriptionId: '', rights: named.get('') ?? elsewhere };
  const rightsIn = (subscriptionId: string): Rights => {
    if (last.subscriptionId !== subscriptionId) {
      last = { subscriptionId, rights: named.get(subscriptionId.toLowerCase()) ?? elsewhere };
    }
    return last.rights;
  };
  const lookedUp = new Map<Groups, ReadonlySet<string>>();

  return {
    key: createHash('sha256')
      .update(JSON.stringify([elsewhere, others]))
      .digest('hex'),
    isEmpty: named.size === 0 && isNothing(elsewhere),
    elsewhere,
    named,
    includesSubscription: (subscriptionId) => rightsIn(subscriptionId).subscription,
    includesGroup(subscriptionId, name) {
      const { groups } = rightsIn(subscriptionId);
      const isListed = listed(groups).has(name.toLowerCase());
      return 'only' in groups ? isListed : !isListed;
    },
    groupsOf: (subscriptionId) => rightsIn(subscriptionId).groups,
  };

  function listed(groups: Groups): ReadonlySet<string> {
    const known = lookedUp.get(groups) ?? new Set('only' in groups ? groups.only : groups.allBut);
    lookedUp.set(groups, known);
    return known;
  }
}

// Stands for every name that no policy says: none can hold a slash.
const NO_NAME = '/';

function rightsOn(subscriptionId: string, names: ReadonlySet<string>, grants: (resource: Resource) => boolean): Rights {
  const ofGroup = (name: string) => grants({ type: 'ResourceGroup', subscriptionId, name });
  const others = ofGroup(NO_NAME);
  const excepted = [...names].filter((name) => ofGroup(name) !== others).sort();
  const subscription = grants({ type: 'Subscription', subscriptionId });
  return { subscription, groups: others ? { allBut: excepted } : { only: excepted } };
}

/** The groups that the policies name, by subscription; those too of which none is named. */
function namesIn(entities: readonly TypeAndId[]): Map<string, ReadonlySet<string>> {
  const groups = new Map<string, Set<string>>();
  for (const { type, id } of entities) {
    if (type !== 'Subscription' && type !== 'ResourceGroup') continue;
    const [subscriptionId = '', name] = id.split('/');
    const names = groups.get(subscriptionId) ?? new Set();
    if (name !== undefined) names.add(name);
    groups.set(subscriptionId, names);
  }
  return groups;
}

const byId = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number => (one < other ? -1 : 1);
const isNone = (groups: Groups): boolean => 'only' in groups && groups.only.length === 0;
const isNothing = ({ subscription, groups }: Rights): boolean => !subscription && isNone(groups);
