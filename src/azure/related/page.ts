import { decodeCursor, decodeCursorAmong, encodeCursor, hashOf, notACursor } from '../cursor.ts';
import { checked, compare, folded } from '../name.ts';
import { checkedSize, pageOf } from '../page.ts';
import type { Found, RelatedAsked, RelatedConnection } from '../related.ts';
import { nonEmpty } from '../resource-graph/filter.ts';
import { foldedId, isFoldedId } from '../resource-id.ts';
import { isFoldedSecret } from '../secret-reference.ts';

/** What of a question its caller gives. */
export type RelatedGiven = Pick<RelatedAsked, 'direction' | 'types' | 'first' | 'after'>;

/** Throws BAD_USER_INPUT for what no relation is found by. `ids`: the resources that it may be of; undefined: any. Costs nothing. */
export function checkRelated(given: RelatedGiven, ids: readonly string[] | undefined): void {
  checkedSize(given.first);
  if (given.types) nonEmpty(given.types, 'types').forEach(checked.resourceType);
  if (given.after == null) return;
  const query = queryHash(given);
  const among = ids?.map((id) => cursorsQuery({ ...given, of: { id } }));
  const isAmong = (of: string) => among?.includes(of) ?? of.startsWith(query);
  lastIn(decodeCursorAmong(CURSOR, isAmong, given.after));
}

/** Of what has been found the page that is asked for, by id. */
export function pageOfRelated(found: readonly Found[], asked: RelatedAsked): Omit<RelatedConnection, 'completeness'> {
  const sorted = found.toSorted((one, other) => compare(folded(one.node.id), folded(other.node.id)));
  const last = placeOf(asked);
  const rest = last === undefined ? sorted : sorted.filter(({ node }) => folded(node.id) > last);
  const of = cursorsQuery(asked);
  const page = pageOf(rest.slice(0, asked.first), {
    hasNextPage: rest.length > asked.first,
    nodeOf: (each) => each,
    cursorOf: ({ node }) => encodeCursor(CURSOR, of, [folded(node.id)]),
  });
  return {
    length: page.length,
    edges: () => page.edges().map(({ node: each, cursor }) => ({ ...each, cursor })),
    pageInfo: page.pageInfo,
    totalCount: sorted.length,
  };
}

const CURSOR = 'related';

// The arguments before the resource, which is not known before anything is read.
const cursorsQuery = (asked: Pick<RelatedAsked, 'direction' | 'types'> & { readonly of: { readonly id: string } }) =>
  queryHash(asked) + hashOf(foldedId(asked.of.id));

const queryHash = ({ direction, types }: Pick<RelatedAsked, 'direction' | 'types'>): string =>
  hashOf([direction, (types ?? []).map(folded).sort()]);

const placeOf = (asked: RelatedAsked): string | undefined =>
  asked.after == null ? undefined : lastIn(decodeCursor(CURSOR, cursorsQuery(asked), asked.after));

/** The id of the resource or the secret that the page follows, in lower case. */
function lastIn([id, ...others]: readonly string[]): string {
  if (id === undefined || others.length > 0 || !(isFoldedId(id) || isFoldedSecret(id))) throw notACursor();
  return id;
}
