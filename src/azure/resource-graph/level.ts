import { GatewayError } from '../../errors.ts';
import { type Answer, type Ask, CUT_OFF, type Row } from './client.ts';
import { compared, type Kql, kql } from './kql.ts';
import { keyOf } from './order.ts';
import { type ResourcesQuestion, resourcesQuery } from './query.ts';

const MAX_ROWS_PER_PAGE = 1000;

// As many as the governor has under way. The last page of each may be all but empty: with two that is one page too many at most.
// https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests: by hash.
const HALVES: Parts = [0, 1].map((part) => [kql`hash(idKey) % 2 == ${part}`]);
const WHOLE: Parts = [[]];

/** The conditions of each. */
type Parts = readonly (readonly Kql[])[];

export interface Level {
  readonly rows: readonly Row[];
  /** Why rows are missing, each reason once; none where all are there, however many answers it took. */
  readonly truncated: readonly string[];
  /** Why rows are missing: the request has no calls left. */
  readonly limit: GatewayError | undefined;
}

export interface LevelQuestion extends Omit<ResourcesQuestion, 'place' | 'isByIdAlone'> {
  readonly subscriptions?: readonly string[] | undefined;
}

/**
 * All rows of a level of the query, whatever the number of its parents: one call, and where they are more than fit on a page, at most
 * as many calls more as there are pages in all: the next page, or where one is not enough, the rest in two parts at once, each page by
 * page. Where Azure cuts an answer off, what is behind it is read as far as that number of calls goes, and the rest is told. Throws
 * LIMIT_EXCEEDED after one call where the rows are more than `maxRows`.
 */
export async function wholeLevel(ask: Ask, question: LevelQuestion, maxRows: number): Promise<Level> {
  const { subscriptions } = question;
  const page = (place: readonly Kql[], top: number) =>
    ask({ query: resourcesQuery({ ...question, place, isByIdAlone: true }), subscriptions, top });

  const first = await page([], MAX_ROWS_PER_PAGE);
  const { totalRows } = first;
  if (totalRows > maxRows) throw tooManyRows(totalRows, maxRows);
  let { top } = first;
  let calls = 1;
  let isCutOff = first.truncated.includes(CUT_OFF);
  const isNextTheLast = totalRows - first.rows.length <= top;
  return withRest(first, isNextTheLast || isCutOff ? WHOLE : HALVES);

  /** The rows of an answer and of all that follow it in these parts. */
  async function withRest(answer: Answer, parts: Parts): Promise<Level> {
    const { rows, truncated } = answer;
    const last = rows.at(-1);
    if (rows.length >= answer.totalRows || !last) return levelOf([answer]);
    const rest = await Promise.all(parts.map((part) => partAfter(last, part)));
    return levelOf([{ ...answer, truncated: truncated.filter((flag) => flag !== CUT_OFF) }, ...rest]);
  }

  async function partAfter(last: Row, part: readonly Kql[]): Promise<Level> {
    // Whole pages come to an end. Once one was cut off, there may be any number of them.
    if (isCutOff && calls > Math.ceil(totalRows / top)) return NO_MORE;
    calls += 1;
    const answer = await page([...part, kql`${compared(kql`idKey`, keyOf(last)[1])} > 0`], top);
    top = Math.min(top, answer.top);
    isCutOff ||= answer.truncated.includes(CUT_OFF);
    return withRest(answer, [part]);
  }
}

const NO_MORE: Level = { rows: [], truncated: [CUT_OFF], limit: undefined };

const levelOf = (parts: readonly (Answer | Level)[]): Level => ({
  rows: parts.flatMap(({ rows }) => rows),
  truncated: [...new Set(parts.flatMap(({ truncated }) => truncated))],
  limit: parts.find(({ limit }) => limit)?.limit,
});

export const tooManyRows = (rows: number, maxRows: number): GatewayError =>
  new GatewayError(
    'LIMIT_EXCEEDED',
    `${rows} resources are selected at one level, more than MAX_ROWS_PER_LEVEL (${maxRows}). Give a filter, name fewer parents, or page through the root field \`resources\`.`,
  );
