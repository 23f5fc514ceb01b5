import { decodeCursor, encodeCursor, hashOf } from '../cursor.ts';
import { checked, compare, folded } from '../name.ts';
import { checkedSize, pageOf } from '../page.ts';
import type { Found, RelatedAsked, RelatedConnection } from '../related.ts';
import { nonEmpty } from '../resource-graph/filter.ts';

/** Throws BAD_USER_INPUT for what no relation is found by. */
export function checkRelated(asked: RelatedAsked): void {
  checkedSize(asked.first);
  if (asked.types) nonEmpty(asked.types, 'types').forEach(checked.resourceType);
  placeOf(asked);
}

/** Of what has been found the page that is asked for, by id. */
export function pageOfRelated(found: readonly Found[], asked: RelatedAsked): RelatedConnection {
  const sorted = found.toSorted((one, other) => compare(folded(one.node.id), folded(other.node.id)));
  const [last] = placeOf(asked) ?? [];
  const rest = last === undefined ? sorted : sorted.filter(({ node }) => folded(node.id) > last);
  const of = queryOf(asked);
  const { edges, pageInfo } = pageOf(rest, asked.first, ({ node }) => encodeCursor(CURSOR, of, [folded(node.id)]));
  return {
    edges: edges.map(({ node: each, cursor }) => ({ ...each, cursor })),
    pageInfo,
    totalCount: sorted.length,
  };
}

const CURSOR = 'related';

const queryOf = ({ of, direction, types }: RelatedAsked): string =>
  hashOf([folded(of.id), direction, (types ?? []).map(folded).sort()]);

const placeOf = (asked: RelatedAsked): readonly string[] | undefined =>
  asked.after == null ? undefined : decodeCursor(CURSOR, queryOf(asked), asked.after);
