import { GatewayError } from '../errors.ts';

const MAX_PAGE_SIZE = 1000;

export interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly edges: readonly { readonly node: Node; readonly cursor: string }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | undefined };
}

/** The first `size` of what a list holds from here on. */
export function pageOf<Node>(rest: readonly Node[], size: number, cursorOf: (node: Node) => string): Page<Node> {
  const nodes = rest.slice(0, size);
  const edges = nodes.map((node) => ({ node, cursor: cursorOf(node) }));
  return { nodes, edges, pageInfo: { hasNextPage: rest.length > size, endCursor: edges.at(-1)?.cursor } };
}

/** The size of a page. Throws BAD_USER_INPUT for one that is none. */
export function checkedSize(first: number): number {
  if (first >= 1 && first <= MAX_PAGE_SIZE) return first;
  throw new GatewayError('BAD_USER_INPUT', `first is not a page's size: give 1 to ${MAX_PAGE_SIZE}.`);
}
