import { GatewayError } from '../errors.ts';

const MAX_PAGE_SIZE = 1000;

/** Its things are made when they are asked for: many pages of the same records may wait to be answered. */
export interface Page<Edge> {
  /** How many there are on it. */
  readonly length: number;
  edges(): readonly Edge[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | undefined };
}

export interface NodePage<Node> extends Page<{ readonly node: Node; readonly cursor: string }> {
  nodes(): readonly Node[];
}

interface PageAsked<Item, Node> {
  readonly hasNextPage: boolean;
  nodeOf(item: Item): Node;
  cursorOf(item: Item): string;
}

export function pageOf<Item, Node>(items: readonly Item[], asked: PageAsked<Item, Node>): NodePage<Node> {
  const { hasNextPage, nodeOf, cursorOf } = asked;
  const last = items.at(-1);
  return {
    length: items.length,
    nodes: () => items.map(nodeOf),
    edges: () => items.map((item) => ({ node: nodeOf(item), cursor: cursorOf(item) })),
    pageInfo: { hasNextPage, endCursor: last && cursorOf(last) },
  };
}

/** The size of a page. Throws BAD_USER_INPUT for one that is none. */
export function checkedSize(first: number): number {
  if (first >= 1 && first <= MAX_PAGE_SIZE) return first;
  throw new GatewayError('BAD_USER_INPUT', `first is not a page's size: give 1 to ${MAX_PAGE_SIZE}.`);
}
