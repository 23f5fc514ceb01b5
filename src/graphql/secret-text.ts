import { GraphQLError, GraphQLScalarType } from 'graphql';
import { GatewayError } from '../errors.ts';
import { reveal, SecretText } from '../secret-text.ts';

/** The scalar of `Secret.value`: the only place where a secret value is opened. Takes nothing else, and is no input. */
export const SecretTextScalar = new GraphQLScalarType<never, string>({
  name: 'SecretText',
  description: "A secret's value, as a string. Nothing but an answer holds it.",
  coerceOutputValue: answered,
  coerceInputValue: refused,
});

function answered(value: unknown): string {
  if (value instanceof SecretText) return reveal(value);
  throw new GatewayError('INTERNAL', `A SecretText was to be answered, and the resolver gave a ${typeof value}.`);
}

// A GraphQLError, because GraphQL quotes the input beside the message of any other.
function refused(): never {
  throw new GraphQLError('SecretText is only ever answered: give no value of that type.');
}
