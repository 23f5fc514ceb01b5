import { GatewayError } from '../../errors.ts';
import type { SecretText } from '../../secret-text.ts';
import { mayReadValue } from '../access.ts';
import type { Resolvers } from '../generated.ts';
import { selects } from '../selection.ts';

export const secret: Resolvers = {
  Query: {
    secret: (_root, { name, vault, version }, context, info) =>
      context.azure.secrets.get({
        ...{ name, vault, version },
        withValue: selects(info, 'value') && mayReadValue({ name, vault }, context),
      }),
    secrets: (_root, { vault }, { azure }) => azure.secrets.list({ vault }),
  },
  Secret: {
    // An error here is the value's alone, as of a disabled secret: its siblings are answered.
    value: ({ value }) => (value ?? byNameAlone()) as SecretText,
    versions: ({ name, vault }, _args, { azure }) => azure.secrets.listVersions({ name, vault }),
  },
};

/** Where a secret came by an id, or with others, nobody has asked for its value by name: it was not read, nor is it on record. */
function byNameAlone(): never {
  throw new GatewayError(
    'BAD_USER_INPUT',
    'A value is answered by `secret(name:, vault:)` alone, for one secret at a time.',
  );
}
