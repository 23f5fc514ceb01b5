import type { QueryRequest, QueryResponse } from '@azure/arm-resourcegraph';
import { GatewayError } from '../../errors.ts';
import type { Read, Seen } from '../cache/asked.ts';
import type { Clients } from '../clients.ts';
import type { Kql } from './kql.ts';

export type Row = Readonly<Record<string, unknown>>;

/** Where each row of an answer says when and where it was read. */
export const SEEN = Symbol('seen');

export interface Question {
  readonly query: Kql;
  /** Absent: every subscription that the gateway's identity sees. */
  readonly subscriptions?: readonly string[] | undefined;
  /** Rows of the answer, 1000 at most. */
  readonly top: number;
  readonly facets?: readonly FacetQuestion[];
  /** Whether it is of ids, and so the same whoever asks; each record is decided on behind it. */
  readonly isOfIds?: boolean;
}

export interface FacetQuestion {
  readonly column: string;
  readonly top: number;
}

export interface Answer {
  readonly rows: readonly Row[];
  /** Of the whole query, however many were sent. */
  readonly totalRows: number;
  /** By the column. */
  readonly facets: ReadonlyMap<string, readonly Row[]>;
  /** Why rows may be missing, in Azure's own words; none where all are there. */
  readonly truncated: readonly string[];
}

/** Asks Resource Graph once, where nothing is kept: one of 15 queries that a principal has in 5 s. */
export type Ask = (question: Question) => Promise<Answer>;

export function resourceGraph(clients: Clients, read: Read): Ask {
  const upstream = { host: clients.armHost, grant: 'the role Reader on the subscriptions' };
  return (question) =>
    read({
      kind: 'inventory',
      source: 'RESOURCE_GRAPH',
      upstream,
      operation: 'resources.query',
      key: keyOf(question),
      isOfScope: !question.isOfIds,
      isAbsent: ({ rows }) => question.isOfIds === true && rows.length === 0,
      async act(seen) {
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
        return answerOf(response, isLimited, seen);
      },
    });
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

function answerOf(
  { data, totalRecords, facets = [], resultTruncated }: QueryResponse,
  isLimited: boolean,
  seen: Seen,
): Answer {
  if (!Array.isArray(data)) throw new TypeError('The answer of Resource Graph is no list.');
  return {
    rows: data.map((row: Row) => Object.assign(row, { [SEEN]: seen })),
    totalRows: totalRecords,
    facets: new Map(facets.map((facet) => [facet.expression, facetRows(facet)])),
    truncated: [
      ...(resultTruncated === 'true' ? ['resultTruncated'] : []),
      ...(isLimited ? ['x-ms-tenant-subscription-limit-hit'] : []),
    ],
  };
}

function facetRows(facet: { readonly resultType: string; readonly data?: unknown }): readonly Row[] {
  if (facet.resultType === 'FacetResult' && Array.isArray(facet.data)) return facet.data;
  throw new GatewayError('UPSTREAM_UNAVAILABLE', 'Resource Graph could not count. Try again, or ask for fewer facets.');
}
