import { mayReadProperties } from '../access.ts';
import { isLackAsked, toldAnyway } from '../completeness.ts';
import type { Resolvers } from '../generated.ts';

export const secretsExpiring: Resolvers = {
  Query: {
    secretsExpiring: async (_root, asked, context, info) => {
      const secrets = await context.azure.secretsExpiring.list({
        ...{ ...asked, may: mayReadProperties(context), isLackAsked: isLackAsked(info) },
      });
      return { ...secrets, completeness: toldAnyway(secrets.completeness, context, info) };
    },
  },
};
