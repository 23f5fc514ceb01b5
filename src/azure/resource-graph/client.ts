import type { QueryRequest, QueryResponse } from '@azure/arm-resourcegraph';
import { GatewayError } from '../../errors.ts';
import type { Read, Seen } from '../cache/asked.ts';
import type { Clients } from '../clients.ts';
import { given, isForbidden } from '../errors.ts';
import { isCallLimit } from '../governor/call-limit.ts';
import type { Kql } from './kql.ts';
import { refusalOf } from './refusal.ts';

export type Row = Readonly<Record<string, unknown>>;

/** Where each row of an answer says when and where it was read. */
export const SEEN = Symbol('seen');

export interface Question {
  readonly query: Kql;
  /** Absent: every subscription that the gateway's identity sees. */
  readonly subscriptions?: readonly string[] | undefined;
  /** Rows of the answer, 1000 at most; of ids as many as there are. Where those would be too large an answer, there are fewer. */
  readonly top: number;
  readonly facets?: readonly FacetQuestion[];
  /** Whether it is of ids, and so the same whoever asks; each record is decided on behind it. */
  readonly isOfIds?: boolean;
}

/**
 * That rows are missing, in Azure's own word. Its flag of that name says it of any answer that has fewer rows than were asked for, be there
 * more of them or not, so it goes by the counts: https://learn.microsoft.com/azure/governance/resource-graph/concepts/paging-results
 */
export const CUT_OFF = 'resultTruncated';

export interface FacetQuestion {
  readonly column: string;
  readonly top: number;
}

export interface Answer {
  readonly rows: readonly Row[];
  /** How many rows were asked for in the end. */
  readonly top: number;
  /** Of the whole query, however many were sent. */
  readonly totalRows: number;
  /** By the column. */
  readonly facets: ReadonlyMap<string, readonly Row[]>;
  /** Why rows may be missing, in Azure's own words; none where all are there. */
  readonly truncated: readonly string[];
  /** Why nothing was asked: the request has no calls left. */
  readonly limit?: GatewayError;
  /** Whether the identity may read nothing of what was asked. */
  readonly isRefused?: boolean;
}

/**
 * Asks Resource Graph once, where nothing is kept: one of 15 queries that a principal has in 5 s. Where the answer would be too
 * large, again for a quarter as many rows, and so on. Of subscriptions that the identity may not read there are no rows.
 */
export type Ask = (question: Question) => Promise<Answer>;

export function resourceGraph(clients: Clients, read: Read): Ask {
  return (question) =>
    read<Answer>({
      kind: 'inventory',
      source: 'RESOURCE_GRAPH',
      upstream: { host: clients.armHost, grant: grantFor(question) },
      operation: 'resources.query',
      key: keyOf(question),
      isOfScope: !question.isOfIds,
      // Of too many subscriptions Azure leaves out the same each time; rows it may not leave out of the next answer.
      isCutOff: ({ truncated }) => truncated.includes(CUT_OFF),
      isAbsent: ({ totalRows, isRefused = false }) =>
        isRefused || (question.isOfIds === true && totalRows < question.top),
      async act(seen) {
        for (let top = question.top; ; top = Math.ceil(top / 4)) {
          try {
            return await askOnce({ ...question, top }, seen);
          } catch (error) {
            // It leaves out in silence what the identity may not read, and refuses a query only where it may read nothing of it.
            if (question.subscriptions && isForbidden(error)) return { ...none(question), isRefused: true };
            const refusal = refusalOf(error);
            if (!refusal?.isTooLarge || top === 1) throw refusal?.error ?? error;
          }
        }
      },
    });

  async function askOnce(question: Question, seen: Seen): Promise<Answer> {
    const [context, { resources }] = await Promise.all([
      clients.resourceGraph(),
      import('@azure/arm-resourcegraph/api'),
    ]);
    let isLimited = false;
    const response = await resources(context, requestOf(question), {
      onResponse: ({ headers }) => {
        isLimited = headers.get('x-ms-tenant-subscription-limit-hit') === 'true';
      },
    });
    return answerOf(response, { top: question.top, isLimited, seen });
  }
}

/** As `ask`; what there are no calls left for has no rows, and says so. */
export const asFarAsAllowed =
  (ask: Ask): Ask =>
  (question) =>
    ask(question).catch((error: unknown) => {
      if (!isCallLimit(error)) throw error;
      return { ...none(question), limit: error };
    });

const none = ({ top, facets = [] }: Question): Answer => ({
  ...{ rows: [], top, totalRows: 0, truncated: [] },
  facets: new Map(facets.map(({ column }) => [column, []])),
});

function grantFor({ subscriptions: [first, ...others] = [] }: Question): string {
  if (first === undefined) return 'the role Reader on a subscription';
  return `the role Reader on subscription ${first}${others.length > 0 ? ` or on one of ${others.length} more that are asked` : ''}`;
}

const keyOf = ({ query, subscriptions, top, facets }: Question): string =>
  JSON.stringify([query.text, subscriptions?.toSorted(), top, facets]);

function requestOf({ query, subscriptions, top, facets = [] }: Question): QueryRequest {
  return {
    query: query.text,
    ...(subscriptions && { subscriptions: [...subscriptions] }),
    options: { top, resultFormat: 'objectArray' },
    ...(facets.length > 0 && {
      facets: facets.map(({ column, top: most }) => ({
        expression: column,
        options: { sortBy: 'count', sortOrder: 'desc' as const, top: most },
      })),
    }),
  };
}

function answerOf({ data, totalRecords, facets = [] }: QueryResponse, { top, isLimited, seen }: Asked): Answer {
  if (!isList(data)) throw new TypeError('The answer of Resource Graph is no list.');
  if (!Number.isSafeInteger(totalRecords)) throw new TypeError('The answer of Resource Graph has no count.');
  for (const row of data) for (const column of ALWAYS) given(row[column], column);
  return {
    top,
    rows: data.map((row: Row) => Object.assign(row, { [SEEN]: seen })),
    totalRows: totalRecords,
    facets: new Map(facets.map((facet) => [facet.expression, facetRows(facet)])),
    truncated: [
      ...(data.length < Math.min(top, totalRecords) ? [CUT_OFF] : []),
      ...(isLimited ? ['x-ms-tenant-subscription-limit-hit'] : []),
    ],
  };
}

interface Asked {
  readonly top: number;
  readonly isLimited: boolean;
  readonly seen: Seen;
}

// What every query selects, and every row has.
const ALWAYS = ['id', 'name', 'type', 'subscriptionId'];

const isList = (list: unknown): list is Row[] =>
  Array.isArray(list) && list.every((each) => typeof each === 'object' && each !== null);

function facetRows(facet: { readonly resultType: string; readonly data?: unknown }): readonly Row[] {
  if (facet.resultType === 'FacetResult' && isList(facet.data)) return facet.data;
  throw new GatewayError('UPSTREAM_UNAVAILABLE', 'Resource Graph could not count. Try again, or ask for fewer facets.');
}
