import type { Resolvers } from '../generated.ts';
import { selects } from '../selection.ts';

export const secret: Resolvers = {
  Query: {
    secret: (_root, { name, vault, version }, { azure }, info) =>
      azure.secrets.get({ name, vault, version, withValue: selects(info, 'value') }),
    secrets: (_root, { vault }, { azure }) => azure.secrets.list({ vault }),
  },
  Secret: {
    // An error here is the value's alone, as of a disabled secret: its siblings are answered.
    value: ({ value }) => value as string | undefined,
    versions: ({ name, vault }, _args, { azure }) => azure.secrets.listVersions({ name, vault }),
  },
};
