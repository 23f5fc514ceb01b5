import pLimit from 'p-limit';
import { shared } from '../../stale.ts';
import { compare, folded } from '../name.ts';
import { inPortions } from '../portion.ts';
import { parentKey, placeOf, withinOf } from './asked.ts';
import type { Ask, Row } from './client.ts';
import type { Connection, ConnectionAsked, ConnectionSources } from './connection.ts';
import { facetIn, facetPlan } from './facet.ts';
import { all, any, type Kql, kql } from './kql.ts';
import { tooManyRows, wholeLevel } from './level.ts';
import { leftOut, missingFrom } from './missing.ts';
import { byKey } from './order.ts';
import { pageOfRows } from './page.ts';
import { boundsOf } from './scope.ts';

const MAX_GROUPS_PER_QUERY = 1000;
const QUERIES_AT_A_TIME = 8;

/**
 * The connections of several parents that are asked alike. Resource Graph has no first few of each parent: all rows are read, once
 * for all parents, and the pages are cut here.
 */
export function dealtOut(
  ask: Ask,
  sources: ConnectionSources,
  alike: readonly ConnectionAsked[],
): readonly (readonly [ConnectionAsked, () => Promise<Connection>])[] {
  const read = shared(() => readAll(ask, sources, alike));
  return alike.map((asked) => [asked, shared(async () => cutFrom(await read(), sources, asked))] as const);
}

interface Dealt extends Pick<Connection, 'cut' | 'limit'> {
  readonly rows: ReadonlyMap<string, readonly Row[]>;
  readonly subscriptions: readonly string[] | undefined;
}

async function readAll(ask: Ask, sources: ConnectionSources, alike: readonly ConnectionAsked[]): Promise<Dealt> {
  const [asked] = alike;
  if (!asked) return { rows: new Map(), subscriptions: undefined, cut: undefined, limit: undefined };
  const { scope, where, orderBy: order, columns } = asked;
  const { columns: beside } = facetPlan(asked.facets);
  const limit = pLimit(QUERIES_AT_A_TIME);
  const levels = await Promise.all(portionsOf(alike, sources).map((portion) => limit(() => levelOf(portion))));
  const found = levels.reduce((sum, level) => sum + level.rows.length, 0);
  if (found > sources.maxRows) throw tooManyRows(found, sources.maxRows);
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
    cut: leftOut(levels.flatMap((level) => level.truncated)),
    limit: levels.find(({ limit }) => limit)?.limit,
  };

  async function levelOf(portion: Portion) {
    const bounds = boundsOf(scope, withinOf(portion, { where }));
    if (!bounds) return { rows: [], truncated: [], limit: undefined, subscriptions: [] };
    const { subscriptions } = bounds;
    const question = { where, columns, order, beside, bounds: [...bounds.where, ...conditionOf(portion)] };
    return { subscriptions, ...(await wholeLevel(ask, { ...question, subscriptions }, sources.maxRows)) };
  }
}

function cutFrom(
  { rows, subscriptions, cut, limit }: Dealt,
  sources: ConnectionSources,
  asked: ConnectionAsked,
): Connection {
  const { parent } = asked;
  const order = byKey(asked.orderBy);
  const own = (rows.get(parentKey(parent)) ?? []).toSorted(order);
  const place = placeOf(asked);
  const [orderKey, idKey] = place ?? [];
  const rest = place ? own.filter((row) => order(row, { orderKey, idKey }) > 0) : own;
  const facets = facetPlan(asked.facets).countedHere(own);
  return {
    ...pageOfRows(rest.slice(0, asked.first), rest.length > asked.first, asked),
    totalCount: own.length,
    facets: (each) => facetIn(facets, each),
    ...{ cut, limit },
    completeness: () => missingFrom(sources, asked, { bounded: subscriptions, cut, limit }),
  };
}

/** What one query asks about: subscriptions, of each either the groups of these names or all. */
type Portion = readonly { readonly subscriptionId: string; readonly names?: readonly string[] }[];

/** The parents in as few queries as there can be: all subscriptions that are meant whole in the first, of the others so many groups in each. */
function portionsOf(alike: readonly ConnectionAsked[], sources: ConnectionSources): readonly Portion[] {
  const each = [...Map.groupBy(alike, ({ parent }) => folded(parent?.subscriptionId ?? ''))]
    .sort(([one], [other]) => compare(one, other))
    .map(([subscriptionId, some]) => ({ subscriptionId, names: namesIn(subscriptionId, some, sources) }));
  const whole = each.flatMap(({ subscriptionId, names }) => (names ? [] : { subscriptionId }));
  const groups = each.flatMap(({ subscriptionId, names = [] }) => names.map((name) => ({ subscriptionId, name })));
  const [first = [], ...others] = inPortions(groups, MAX_GROUPS_PER_QUERY).map((some) =>
    [...Map.groupBy(some, ({ subscriptionId }) => subscriptionId)].map(([subscriptionId, own]) => ({
      subscriptionId,
      names: own.map(({ name }) => name),
    })),
  );
  return [[...whole, ...first], ...others];
}

/** The groups that are meant of a subscription; undefined where it is itself, or all of its groups that may be read. */
function namesIn(
  subscriptionId: string,
  asked: readonly ConnectionAsked[],
  { resourceGroups }: ConnectionSources,
): readonly string[] | undefined {
  const groups = asked.map(({ parent }) => parent?.group);
  const names = new Set(groups.flatMap((group) => (group === undefined ? [] : folded(group))));
  if (groups.includes(undefined)) return undefined;
  const known = resourceGroups.wholeList(subscriptionId);
  const isWhole = known?.every(
    (name) => names.has(folded(name)) || !asked[0]?.scope.includesGroup(subscriptionId, name),
  );
  return isWhole ? undefined : [...names].sort();
}

/** None where only whole subscriptions are meant: they bound the query. */
function conditionOf(portion: Portion): readonly Kql[] {
  if (portion.every(({ names }) => names === undefined)) return [];
  return [
    any(
      portion.map(({ subscriptionId, names }) =>
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
