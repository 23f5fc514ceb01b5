import { mayReadLimit } from '../explain.ts';
import type { Resolvers } from '../generated.ts';

export const budget: Resolvers = {
  Query: {
    budget: (_root, _args, context) => ({
      limits: context.azure.budget().filter((limit) => mayReadLimit(limit, context)),
    }),
  },
};
