import { GatewayError } from '../../errors.ts';
import { compare, folded, foldedLatin } from '../name.ts';
import { checkedSize } from '../page.ts';
import { sortedOnce } from './canonical.ts';
import type { FacetQuestion, Row } from './client.ts';
import { type Kql, kql } from './kql.ts';
import { tagText, tagValue } from './tag.ts';

export type FacetBy = 'TYPE' | 'LOCATION' | 'SUBSCRIPTION' | 'RESOURCE_GROUP' | 'TAG';

export interface FacetAsked {
  readonly by: FacetBy;
  /** The tag's key, with TAG. */
  readonly tag?: string | null | undefined;
  /** How many of the most frequent values; 20 where it does not say. */
  readonly first?: number | null | undefined;
}

export interface Facet {
  /** Undefined for those that have none. */
  readonly value: string | undefined;
  readonly count: number;
}

const VALUES = 20;

// https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources#facetrequestoptions. As many as there can be:
// of values that are equally frequent it says which come first as it likes, and here that is not left to it.
const MOST_VALUES = 1000;

/** What one facet counts, whatever number of its values is asked for. */
const facetKey = ({ by, tag }: FacetAsked): string => (by === 'TAG' ? `TAG ${folded(tag ?? '')}` : by);

/** Equal for equal facets. */
export const facetsKey = (asked: readonly FacetAsked[]): readonly string[] =>
  sortedOnce(asked.map((each) => `${facetKey(each)} ${each.first ?? VALUES}`));

/** The facets that are asked for, each once, and the columns that Resource Graph is to count. Throws BAD_USER_INPUT. */
export function facetPlan(asked: readonly FacetAsked[]) {
  asked.forEach(checkFacet);
  const byKey = [...Map.groupBy(asked, facetKey)].sort(([one], [other]) => compare(one, other));
  const each = byKey.map(([key, same], index) => ({
    key,
    column: `facet${index}`,
    expression: expressionOf(same[0] ?? { by: 'TYPE' }),
    read: same[0]?.by === 'TAG' ? tagText : textOf,
  }));
  return {
    columns: each.map(({ expression }, index) => kql`facet${index} = ${expression}`),
    questions: each.map(({ column }): FacetQuestion => ({ column, top: MOST_VALUES })),
    /** Of Resource Graph's own counts. */
    counted: (rows: ReadonlyMap<string, readonly Row[]>): Facets =>
      new Map(
        each.map(({ key, column, read }) => [
          key,
          (rows.get(column) ?? []).map((row) => ({ value: read(row[column]), count: Number(row.count) })).sort(byCount),
        ]),
      ),
    /** Counted here, of all rows. */
    countedHere: (rows: readonly Row[]): Facets =>
      new Map(each.map(({ key, column, read }) => [key, countedBy(rows, ({ [column]: value }) => read(value))])),
  };
}

/** Throws BAD_USER_INPUT for what cannot be counted. Costs nothing. */
export function checkFacet({ by, tag, first }: FacetAsked): void {
  checkedSize(first ?? VALUES);
  if (by !== 'TAG' && tag != null) throw needsNoTag(by);
  expressionOf({ by, tag });
}

/** Of all that were counted the one that is asked for, cut to its length. */
export const facetIn = (facets: Facets, asked: FacetAsked): readonly Facet[] =>
  (facets.get(facetKey(asked)) ?? []).slice(0, asked.first ?? VALUES);

/** By `facetKey`, in their order. */
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
      if (tag == null) throw noTag();
      return tagValue(foldedLatin(tag));
  }
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

function countedBy(rows: readonly Row[], read: (row: Row) => string | undefined): Facet[] {
  return [...Map.groupBy(rows, read)].map(([value, same]) => ({ value, count: same.length })).sort(byCount);
}

/** The most frequent first; of equally frequent ones from A to Z, and last what has no value. */
function byCount(a: Facet, b: Facet): number {
  if (a.count !== b.count) return b.count - a.count;
  if (a.value === undefined || b.value === undefined) return a.value === undefined ? 1 : -1;
  return compare(a.value, b.value);
}

const needsNoTag = (by: FacetBy): GatewayError =>
  new GatewayError(
    'BAD_USER_INPUT',
    `facets(by: ${by}) takes no tag: give by: TAG to count a tag's values, or no tag.`,
  );

const noTag = (): GatewayError =>
  new GatewayError('BAD_USER_INPUT', 'facets(by: TAG) counts the values of one tag: give its key as tag.');
