import { mayReadProperties } from '../access.ts';
import { toldOf } from '../completeness.ts';
import type { Resolvers } from '../generated.ts';

export const secretsExpiring: Resolvers = {
  Query: {
    secretsExpiring: async (_root, asked, context) => {
      const secrets = await context.azure.secretsExpiring.list({ ...asked, may: mayReadProperties(context) });
      return { ...secrets, completeness: toldOf(secrets.completeness, context) };
    },
  },
};
