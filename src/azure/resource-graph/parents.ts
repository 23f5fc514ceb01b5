import { compare, folded } from '../name.ts';
import { pageOf } from '../page.ts';
import { inPortions } from '../portion.ts';
import { cursorOf, mayLack, type Parent, parentKey, placeOf, withinOf } from './asked.ts';
import type { Ask, Row } from './client.ts';
import type { Connection, ConnectionAsked, ConnectionSources } from './connection.ts';
import { facetIn, facetPlan } from './facet.ts';
import { all, any, type Kql, kql } from './kql.ts';
import { wholeLevel } from './level.ts';
import { missingFrom } from './missing.ts';
import { byKey, keyOf } from './order.ts';
import { resourceWith } from './record.ts';
import { boundsOf, type Scope } from './scope.ts';

const MAX_PARENTS_PER_QUERY = 1000;

/**
 * The connections of several parents that are asked alike. Resource Graph has no first few of each parent: all rows are read, once
 * for all parents, and the pages are cut here.
 */
export function dealtOut(
  ask: Ask,
  sources: ConnectionSources,
  alike: readonly ConnectionAsked[],
): readonly (readonly [ConnectionAsked, Promise<Connection>])[] {
  const read = readAll(ask, sources, alike);
  return alike.map((asked) => [asked, read.then((rows) => cutFrom(rows, sources, asked))] as const);
}

interface Dealt {
  readonly rows: ReadonlyMap<string, readonly Row[]>;
  readonly subscriptions: readonly string[] | undefined;
  readonly truncated: readonly string[];
}

async function readAll(ask: Ask, sources: ConnectionSources, alike: readonly ConnectionAsked[]): Promise<Dealt> {
  const [asked] = alike;
  if (!asked) return { rows: new Map(), subscriptions: undefined, truncated: [] };
  const { where, orderBy: order, columns } = asked;
  const { columns: beside } = facetPlan(asked.facets);
  const parents = alike.flatMap(({ parent }) => parent ?? []).sort((a, b) => compare(parentKey(a), parentKey(b)));
  const levels = await Promise.all(
    inPortions(parents, MAX_PARENTS_PER_QUERY).map(async (some) => {
      const bounds = boundsOf(asked.scope, withinOf(some, asked));
      if (!bounds) return { rows: [], truncated: [], subscriptions: [] };
      const condition = await parentsCondition(some, asked.scope, sources);
      const question = { where, columns, order, beside, bounds: [...bounds.where, ...condition] };
      const { subscriptions } = bounds;
      return { subscriptions, ...(await wholeLevel(ask, { ...question, subscriptions }, sources.maxRows)) };
    }),
  );
  const rows = new Map<string, Row[]>();
  for (const row of levels.flatMap((level) => level.rows)) {
    for (const key of parentKeysOf(row)) {
      const own = rows.get(key);
      if (own) own.push(row);
      else rows.set(key, [row]);
    }
  }
  return {
    rows,
    subscriptions: levels.flatMap((level) => level.subscriptions ?? []),
    truncated: levels.flatMap((level) => level.truncated),
  };
}

function cutFrom(
  { rows, subscriptions, truncated }: Dealt,
  sources: ConnectionSources,
  asked: ConnectionAsked,
): Connection {
  const { columns, parent } = asked;
  const order = byKey(asked.orderBy);
  const own = (rows.get(parentKey(parent)) ?? []).toSorted(order);
  const place = placeOf(asked);
  const [orderKey, idKey] = place ?? [];
  const rest = place ? own.filter((row) => order(row, { orderKey, idKey }) > 0) : own;
  const page = pageOf(rest, asked.first, (row) => cursorOf(asked, keyOf(row)));
  const asResource = resourceWith(columns);
  const edges = page.edges.map(({ node, cursor }) => ({ node: asResource(node), cursor }));
  const facets = facetPlan(asked.facets).countedHere(own);
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: page.pageInfo,
    totalCount: own.length,
    facets: (each) => facetIn(facets, each),
    completeness: () => missingFrom(sources, mayLack(subscriptions, asked), truncated),
  };
}

/** Which parents are meant; no group is named where all of a subscription's that may be read are. */
async function parentsCondition(
  parents: readonly Parent[],
  scope: Scope,
  { resourceGroups }: ConnectionSources,
): Promise<readonly Kql[]> {
  const bySubscription = [...Map.groupBy(parents, ({ subscriptionId }) => folded(subscriptionId))];
  const each = await Promise.all(
    bySubscription.map(async ([subscriptionId, some]) => {
      const names = new Set(some.flatMap(({ group }) => (group === undefined ? [] : folded(group))));
      const known = await resourceGroups.wholeList(subscriptionId);
      const isWhole =
        some.some(({ group }) => group === undefined) ||
        known?.every((name) => names.has(folded(name)) || !scope.includesGroup(subscriptionId, name));
      return { subscriptionId, names: isWhole ? undefined : [...names].sort() };
    }),
  );
  if (each.every(({ names }) => names === undefined)) return [];
  return [
    any(
      each.map(({ subscriptionId, names }) =>
        all([kql`subscriptionId =~ ${subscriptionId}`, ...(names ? [kql`resourceGroup in~ ${names}`] : [])]),
      ),
    ),
  ];
}

// A row is its subscription's and its group's.
function parentKeysOf(row: Row): string[] {
  const [subscriptionId, group] = [String(row.subscriptionId), String(row.resourceGroup ?? '')];
  return [parentKey({ subscriptionId }), ...(group ? [parentKey({ subscriptionId, group })] : [])];
}
