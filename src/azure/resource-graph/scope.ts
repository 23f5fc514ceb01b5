import { folded } from '../name.ts';
import { sortedOnce } from './canonical.ts';
import { all, any, type Kql, kql } from './kql.ts';

/** Of a subscription's groups: all but some, or some alone. */
export type Groups = { readonly allBut: readonly string[] } | { readonly only: readonly string[] };

/** The part of the estate that may be read; the access policy's scope set is one. */
export interface Scope {
  /** Equal for equal rights. */
  readonly key: string;
  readonly isEmpty: boolean;
  readonly elsewhere: { readonly groups: Groups };
  /** By subscription id, in lower case, where it is otherwise than elsewhere. */
  readonly named: ReadonlyMap<string, { readonly groups: Groups }>;
  groupsOf(subscriptionId: string): Groups;
  includesGroup(subscriptionId: string, name: string): boolean;
  includesSubscription(subscriptionId: string): boolean;
}

/** A scope as Resource Graph takes it; undefined where nothing of it is left to be asked. */
export interface Bounds {
  /** Absent: every subscription that the gateway's identity sees. */
  readonly subscriptions?: readonly string[] | undefined;
  readonly where: readonly Kql[];
}

// https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data: what the official clients send at most.
const MAX_SUBSCRIPTIONS = 1000;

/** `within`: the subscriptions that are asked for; absent: all of the scope. */
export function boundsOf(scope: Scope, within?: readonly string[]): Bounds | undefined {
  if (scope.isEmpty) return undefined;
  if (within) return amongst(sortedOnce(within.map(folded)).map((id) => [id, scope.groupsOf(id)] as const));
  const named = [...scope.named].map(([id, { groups }]) => [id, groups] as const);
  if (isNone(scope.elsewhere.groups)) return amongst(named);
  // What holds elsewhere holds for subscriptions that nobody names: all are asked, and the named ones excepted.
  const others = kql`subscriptionId !in~ ${named.map(([id]) => id)}`;
  const elsewhere = all([...(named.length > 0 ? [others] : []), ...conditionOf(scope.elsewhere.groups)]);
  return { where: [any([elsewhere, ...named.filter(([, groups]) => !isNone(groups)).map(conditionIn)])] };
}

function amongst(each: readonly (readonly [id: string, groups: Groups])[]): Bounds | undefined {
  const granted = each.filter(([, groups]) => !isNone(groups));
  if (granted.length === 0) return undefined;
  const ids = granted.map(([id]) => id);
  const partly = granted.filter(([, groups]) => !isAll(groups));
  const whole = granted.filter(([, groups]) => isAll(groups)).map(([id]) => id);
  const rest = whole.length > 0 ? [kql`subscriptionId in~ ${whole}`] : [];
  const where = [
    ...(ids.length > MAX_SUBSCRIPTIONS ? [kql`subscriptionId in~ ${ids}`] : []),
    ...(partly.length > 0 ? [any([...rest, ...partly.map(conditionIn)])] : []),
  ];
  return ids.length > MAX_SUBSCRIPTIONS ? { where } : { subscriptions: ids, where };
}

const conditionIn = ([id, groups]: readonly [string, Groups]): Kql =>
  all([kql`subscriptionId =~ ${id}`, ...conditionOf(groups)]);

function conditionOf(groups: Groups): Kql[] {
  if ('only' in groups) return [kql`resourceGroup in~ ${groups.only}`];
  return groups.allBut.length > 0 ? [kql`resourceGroup !in~ ${groups.allBut}`] : [];
}

const isAll = (groups: Groups): boolean => 'allBut' in groups && groups.allBut.length === 0;
export const isNone = (groups: Groups): boolean => 'only' in groups && groups.only.length === 0;
