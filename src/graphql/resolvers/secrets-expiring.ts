import { mayReadProperties } from '../access.ts';
import type { Resolvers } from '../generated.ts';

export const secretsExpiring: Resolvers = {
  Query: {
    secretsExpiring: (_root, asked, context) =>
      context.azure.secretsExpiring.list({ ...asked, may: mayReadProperties(context) }),
  },
};
