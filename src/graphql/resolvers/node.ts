import type { Node } from '../../azure/node.ts';
import type { Resolvers } from '../generated.ts';
import { selectedBelow } from '../lookahead.ts';
import { nodesOf, nodeTypeOf } from '../nodes.ts';
import { graphqlTypeOf } from '../resource-types.ts';

export const node: Resolvers = {
  Query: {
    node: async (_root, { id }, context, info) => (await nodesOf([id], context, selectedBelow(info))[0]) ?? null,
    // GraphQL waits for each by itself, and takes null from it too; the generated type knows the one and not the other.
    nodes: (_root, { ids }, context, info) => nodesOf(ids, context, selectedBelow(info)) as readonly Promise<Node>[],
  },
  Node: {
    __resolveType: (record) => nodeTypeOf(record, graphqlTypeOf) as 'Secret',
  },
};
