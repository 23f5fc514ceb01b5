import { GatewayError } from '../../errors.ts';
import type { Answer, Ask, Row } from './client.ts';
import { compared, type Kql, kql } from './kql.ts';
import { keyOf } from './order.ts';
import { type ResourcesQuestion, resourcesQuery } from './query.ts';

const MAX_ROWS_PER_PAGE = 1000;
// As many as the governor has under way. The last page of each may be all but empty: with two that is one page too many at most.
const PARTS = 2;

export interface Level {
  readonly rows: readonly Row[];
  /** Each reason once. */
  readonly truncated: readonly string[];
  /** Why rows are missing: the request has no calls left. */
  readonly limit: GatewayError | undefined;
}

export interface LevelQuestion extends Omit<ResourcesQuestion, 'place' | 'isByIdAlone'> {
  readonly subscriptions?: readonly string[] | undefined;
}

/**
 * All rows of a level of the query, whatever the number of its parents: one call, and where they are more than fit on a page, the
 * rest in two parts at once, each page by page: at most as many calls more as there are pages in all. Throws LIMIT_EXCEEDED after
 * that one call where they are more than `maxRows`.
 */
export async function wholeLevel(ask: Ask, question: LevelQuestion, maxRows: number): Promise<Level> {
  const { subscriptions } = question;
  const page = (place: readonly Kql[], top: number) =>
    ask({ query: resourcesQuery({ ...question, place, isByIdAlone: true }), subscriptions, top });

  const first = await page([], MAX_ROWS_PER_PAGE);
  if (first.totalRows > maxRows) throw tooManyRows(first.totalRows, maxRows);
  const last = first.rows.at(-1);
  if (first.rows.length >= first.totalRows || !last) return levelOf([first]);

  // https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests: by hash.
  const { top } = first;
  const rest = await Promise.all(
    Array.from({ length: PARTS }, (_, part) => partOf(kql`hash(idKey) % ${PARTS} == ${part}`, last)),
  );
  return levelOf([first, ...rest.flat()]);

  /** The rows of one part after this one, page by page. */
  async function partOf(part: Kql, from: Row): Promise<Answer[]> {
    const answer = await page([part, kql`${compared(kql`idKey`, keyOf(from)[1])} > 0`], top);
    const lastOfPage = answer.rows.at(-1);
    if (answer.rows.length >= answer.totalRows || !lastOfPage) return [answer];
    return [answer, ...(await partOf(part, lastOfPage))];
  }
}

const levelOf = (answers: readonly Answer[]): Level => ({
  rows: answers.flatMap(({ rows }) => rows),
  truncated: [...new Set(answers.flatMap(({ truncated }) => truncated))],
  limit: answers.find(({ limit }) => limit)?.limit,
});

export const tooManyRows = (rows: number, maxRows: number): GatewayError =>
  new GatewayError(
    'LIMIT_EXCEEDED',
    `${rows} resources are selected at one level, more than MAX_ROWS_PER_LEVEL (${maxRows}). Give a filter, name fewer parents, or page through the root field \`resources\`.`,
  );
