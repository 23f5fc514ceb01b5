import { decodeCursorAmong, encodeCursor, hashOf, notACursor } from '../cursor.ts';
import { folded } from '../name.ts';
import { checkedSize } from '../page.ts';
import { canonicalFilter, inFieldOrder } from './canonical.ts';
import type { Row } from './client.ts';
import { columnsKey } from './column.ts';
import type { ConnectionAsked } from './connection.ts';
import { facetPlan, facetsKey } from './facet.ts';
import { checkFilter, subscriptionsIn } from './filter.ts';
import { isKey, type Key, keyOf } from './order.ts';
import { isNone } from './scope.ts';

/** A subscription, or one group of it. */
export interface Parent {
  readonly subscriptionId: string;
  readonly group?: string;
}

/** What of a question its caller gives. */
export type Given = Pick<ConnectionAsked, 'where' | 'orderBy' | 'first' | 'after'>;

/** What a list is below: nothing, a subscription or a group. */
export type Level = 'estate' | 'subscription' | 'group';

/** Throws BAD_USER_INPUT for what no query is made of `now`, in ms since 1970; of a cursor below a parent `placeOf` says whether it is of that one. */
export function check(asked: ConnectionAsked, now: number): void {
  checkBelow(asked, now, levelOf(asked.parent), asked.parent ? undefined : [undefined]);
  facetPlan(asked.facets);
}

/** The same of what is given alone. `parents`: those that it may be below; undefined: any of its level. Costs nothing. */
export function checkBelow(
  given: Given,
  now: number,
  level: Level,
  parents: readonly (Parent | undefined)[] | undefined,
): void {
  checkedSize(given.first);
  if (given.where) checkFilter(given.where, now);
  if (given.after == null) return;
  const queries = queryHashes(given);
  const among = parents?.flatMap((parent) => cursorsQueries({ ...given, parent }));
  const isAmong = (of: string) => among?.includes(of) ?? queries.some((query) => of.startsWith(query));
  keyIn(decodeCursorAmong(CURSORS[level], isAmong, given.after), given.orderBy);
}

/** The subscriptions that are asked for: the parents', and of those the ones that the filter names; undefined: all. */
export function withinOf(
  parents: readonly Parent[],
  { where }: Pick<ConnectionAsked, 'where'>,
): readonly string[] | undefined {
  const filtered = where?.subscriptionIds?.map(folded);
  if (parents.length === 0) return filtered;
  const own = [...new Set(parents.map(({ subscriptionId }) => folded(subscriptionId)))];
  return filtered ? own.filter((id) => filtered.includes(id)) : own;
}

/** The subscriptions that an answer may lack: those that it is bounded to, and those that its filter wants as far as they may be read. */
export function mayLack(bounded: readonly string[] | undefined, { where, scope }: ConnectionAsked): readonly string[] {
  const named = where ? subscriptionsIn(where).filter((id) => !isNone(scope.groupsOf(folded(id)))) : [];
  return [...new Set([...(bounded ?? []), ...named].map(folded))];
}

/** The subscriptions that the filter names and the caller may read nothing in. */
export const deniedIn = ({ where, scope }: ConnectionAsked): readonly string[] =>
  where ? [...new Set(subscriptionsIn(where).map(folded))].filter((id) => isNone(scope.groupsOf(id))) : [];

export const parentKey = (parent: Parent | undefined): string =>
  folded(`${parent?.subscriptionId ?? ''}/${parent?.group ?? ''}`);

/** Equal for questions of the whole estate that one query answers, whatever is selected. Takes one that has been checked. */
export const questionKey = (given: Given): string =>
  hashOf([filterKey(given.where), given.orderBy, given.first, placeOf({ ...given, parent: undefined }) ?? null]);

/** What makes one query of the connections of several parents. */
export const alikeKey = ({ scope, where, orderBy, columns, facets }: ConnectionAsked): string =>
  hashOf([scope.key, filterKey(where), orderBy, columnsKey(columns), facetsKey(facets)]);

export const connectionKey = (asked: ConnectionAsked): string =>
  [alikeKey(asked), parentKey(asked.parent), asked.first, asked.isTotalAsked, asked.after ?? ''].join(' ');

/** What gives the place of a row in this query, as `after` takes it. */
export function cursorsOf(asked: ConnectionAsked): (row: Row) => string {
  const [kind, [query = '']] = [CURSORS[levelOf(asked.parent)], cursorsQueries(asked)];
  return (row) => encodeCursor(kind, query, keyOf(row));
}

/** Where the page begins; undefined: at the first row. Throws BAD_USER_INPUT for a cursor of another query. */
export function placeOf(asked: Given & Pick<ConnectionAsked, 'parent'>): Key | undefined {
  if (asked.after == null) return undefined;
  const queries = cursorsQueries(asked);
  return keyIn(
    decodeCursorAmong(CURSORS[levelOf(asked.parent)], (of) => queries.includes(of), asked.after),
    asked.orderBy,
  );
}

function keyIn([orderKey, id, ...others]: readonly string[], orderBy: Given['orderBy']): Key {
  if (orderKey === undefined || id === undefined || others.length > 0) throw notACursor();
  const key: Key = [orderKey, id];
  if (!isKey(key, orderBy)) throw notACursor();
  return key;
}

const CURSORS = { estate: 'resources', subscription: 'resources of a subscription', group: 'resources of a group' };

function levelOf(parent: Parent | undefined): Level {
  if (!parent) return 'estate';
  return parent.group === undefined ? 'subscription' : 'group';
}

// What a cursor is of, the arguments before the parent, which is not known before anything is read. Not of the columns, nor of the
// page's length.
const cursorsQueries = (asked: Pick<ConnectionAsked, 'where' | 'orderBy' | 'parent'>): readonly string[] =>
  queryHashes(asked).map((query) => query + hashOf(parentKey(asked.parent)));

// The first one is written. The other is that of cursors from when the order and the letter case of what a filter lists counted.
const queryHashes = ({ where, orderBy }: Pick<ConnectionAsked, 'where' | 'orderBy'>): readonly string[] =>
  [filterKey(where), inFieldOrder(where ?? {})].map((filter) => hashOf([filter, orderBy.field, orderBy.direction]));

const filterKey = (where: Given['where']): unknown => inFieldOrder(canonicalFilter(where ?? {}));
