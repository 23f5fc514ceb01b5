import type { GatewayError } from '../../errors.ts';
import { foldedLatin } from '../name.ts';
import { type NodePage, pageOf } from '../page.ts';
import { inPortions } from '../portion.ts';
import { cursorsOf, placeOf, withinOf } from './asked.ts';
import { type Answer, type Ask, CUT_OFF, type Row } from './client.ts';
import type { Connection, ConnectionAsked, ConnectionSources } from './connection.ts';
import { facetIn, facetPlan } from './facet.ts';
import { kql } from './kql.ts';
import { leftOut, missingFrom } from './missing.ts';
import { after } from './order.ts';
import { resourcesQuery } from './query.ts';
import { type Resource, resourceWith } from './record.ts';
import { boundsOf } from './scope.ts';

const FACETS_PER_QUERY = 5;

/**
 * One connection by one page. The first comes with its count and up to five facets in one call; a later one is a call, and one
 * more where it is counted.
 */
export async function pageFrom(ask: Ask, sources: ConnectionSources, asked: ConnectionAsked): Promise<Connection> {
  const { scope, parent, where, orderBy, first, columns } = asked;
  const place = placeOf(asked);
  const plan = facetPlan(asked.facets);
  const bounds = boundsOf(scope, withinOf(parent ? [parent] : [], asked));
  if (!bounds) return nothing(sources, asked);

  const { subscriptions } = bounds;
  const question = {
    ...{ where, columns, order: orderBy, beside: plan.columns },
    bounds: [
      ...bounds.where,
      ...(parent?.group === undefined ? [] : [kql`resourceGroup =~ ${foldedLatin(parent.group)}`]),
    ],
  };
  const query = resourcesQuery({ ...question, place: place ? [after(place, orderBy)] : [] });
  const [ofFirst = [], ...portions] = inPortions(plan.questions, FACETS_PER_QUERY);
  const isCounted = asked.isTotalAsked || plan.questions.length > 0;
  // Beyond the first page the rows are those from a place on, and what is counted are all.
  const counted = [...(place && isCounted ? [ofFirst] : []), ...portions];
  const [page, ...counts] = await Promise.all([
    ask({ query, subscriptions, top: first, facets: place ? [] : ofFirst }),
    ...counted.map((facets) => ask({ query: resourcesQuery(question), subscriptions, top: 1, facets })),
  ]);

  const facets = plan.counted(new Map([page, ...counts].flatMap((answer) => [...answer.facets])));
  const cut = cutOf(page);
  const limit = [page, ...counts].find((answer) => answer.limit)?.limit;
  return {
    ...pageOfRows(page.rows, page.rows.length > 0 && page.totalRows > page.rows.length, asked),
    // Where the count is missing, there are at least those that were read.
    totalCount: Math.max(page.totalRows, place ? (counts[0]?.totalRows ?? 0) : 0),
    facets: (each) => facetIn(facets, each),
    ...{ cut, limit },
    completeness: () => missingFrom(sources, asked, { bounded: subscriptions, cut, limit }),
  };
}

/** Rows that a page lacks are on the next one; where it has none, there is no cursor that leads there. */
function cutOf({ rows, truncated }: Answer): GatewayError | undefined {
  if (truncated.some((flag) => flag !== CUT_OFF)) return leftOut(truncated);
  return leftOut(
    truncated,
    rows.length > 0 ? 'They are on the next page, behind `endCursor`.' : 'Try again, or ask for fewer fields.',
  );
}

export const pageOfRows = (rows: readonly Row[], hasNextPage: boolean, asked: ConnectionAsked): NodePage<Resource> =>
  pageOf(rows, { hasNextPage, nodeOf: resourceWith(asked.columns), cursorOf: cursorsOf(asked) });

/** What a caller reads of whom nothing is granted here. */
function nothing(sources: ConnectionSources, asked: ConnectionAsked): Connection {
  const whole = { cut: undefined, limit: undefined };
  const completeness = () => missingFrom(sources, asked, { bounded: [], ...whole });
  return { ...pageOfRows([], false, asked), totalCount: 0, facets: () => [], ...whole, completeness };
}
