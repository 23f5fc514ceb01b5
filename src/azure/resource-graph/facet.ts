import { compare, folded } from '../name.ts';
import type { FacetQuestion, Row } from './client.ts';
import { type Kql, kql } from './kql.ts';
import { tagValue } from './tag.ts';

export type FacetBy = 'TYPE' | 'LOCATION' | 'SUBSCRIPTION' | 'RESOURCE_GROUP' | 'TAG';

export interface FacetAsked {
  readonly by: FacetBy;
  /** The tag's key, with TAG. */
  readonly tag?: string | null | undefined;
  /** How many of the most frequent values. */
  readonly first: number;
}

export interface Facet {
  /** Undefined for those that have none. */
  readonly value: string | undefined;
  readonly count: number;
}

/** What one facet counts, whatever number of its values is asked for. */
export const facetKey = ({ by, tag }: FacetAsked): string => (by === 'TAG' ? `TAG ${folded(tag ?? '')}` : by);

/** The facets that are asked for, each once, and the columns that Resource Graph is to count. */
export function facetPlan(asked: readonly FacetAsked[]) {
  const each = [...Map.groupBy(asked, facetKey)].map(([key, same], index) => ({
    key,
    column: `facet${index}`,
    expression: expressionOf(same[0] ?? { by: 'TYPE', first: 0 }),
    first: Math.max(...same.map(({ first }) => first)),
  }));
  return {
    columns: each.map(({ expression }, index) => kql`facet${index} = ${expression}`),
    questions: each.map(({ column, first }): FacetQuestion => ({ column, top: first })),
    /** Of Resource Graph's own counts. */
    counted: (rows: ReadonlyMap<string, readonly Row[]>): Facets =>
      new Map(
        each.map(({ key, column }) => [key, (rows.get(column) ?? []).map((row) => facetOf(row[column], row.count))]),
      ),
    /** Counted here, of all rows. */
    countedHere: (rows: readonly Row[]): Facets =>
      new Map(each.map(({ key, column }) => [key, countedBy(rows, column)])),
  };
}

/** By `facetKey`, the most frequent first. */
export type Facets = ReadonlyMap<string, readonly Facet[]>;

function expressionOf({ by, tag }: FacetAsked): Kql {
  switch (by) {
    case 'TYPE':
      return kql`tolower(type)`;
    case 'LOCATION':
      return kql`tolower(location)`;
    case 'SUBSCRIPTION':
      return kql`tolower(subscriptionId)`;
    case 'RESOURCE_GROUP':
      return kql`tolower(resourceGroup)`;
    case 'TAG':
      return tagValue(tag ?? '');
  }
}

const facetOf = (value: unknown, count: unknown): Facet => ({
  value: typeof value === 'string' && value !== '' ? value : undefined,
  count: Number(count),
});

function countedBy(rows: readonly Row[], column: string): Facet[] {
  return [...Map.groupBy(rows, (row) => row[column])]
    .map(([value, same]) => facetOf(value, same.length))
    .sort((a, b) => b.count - a.count || compare(a.value ?? '', b.value ?? ''));
}
