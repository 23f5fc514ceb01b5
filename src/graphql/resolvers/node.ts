import type { Resolvers } from '../generated.ts';
import { selectedBelow } from '../lookahead.ts';
import { nodesOf, nodeTypeOf } from '../nodes.ts';
import { graphqlTypeOf } from '../resource-types.ts';

export const node: Resolvers = {
  Query: {
    node: async (_root, { id }, context, info) => (await nodesOf([id], context, selectedBelow(info)))[0] ?? null,
    nodes: (_root, { ids }, context, info) => nodesOf(ids, context, selectedBelow(info)),
  },
  Node: {
    __resolveType: (record) => nodeTypeOf(record, graphqlTypeOf) as 'Secret',
  },
};
