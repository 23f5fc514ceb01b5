import { buildSchema, GraphQLObjectType, type GraphQLScalarType, type GraphQLSchema } from 'graphql';
import { DateTimeResolver } from 'graphql-scalars';
import { withAccess } from './access.ts';
import { withAudit } from './audit.ts';
import { contract } from './contract.ts';
import { resourceGroup } from './resolvers/resource-group.ts';
import { secret } from './resolvers/secret.ts';
import { secretsExpiring } from './resolvers/secrets-expiring.ts';
import { subscription } from './resolvers/subscription.ts';
import { viewer } from './resolvers/viewer.ts';
import { SecretTextScalar } from './secret-text.ts';

/** The contract of schema/*.graphql, answered by the resolvers. Its texts are valid: a test says so, once and for all starts. */
export function createSchema(): GraphQLSchema {
  const schema = buildSchema(contract.join('\n'), { assumeValidSDL: true });
  for (const scalar of [DateTimeResolver, SecretTextScalar]) defineScalar(schema, scalar);
  for (const resolvers of [subscription, resourceGroup, secret, secretsExpiring, viewer]) attach(schema, resolvers);
  return withAudit(withAccess(schema));
}

// How it is written and read is the scalar's own, its description the contract's.
function defineScalar(schema: GraphQLSchema, { name, ...scalar }: GraphQLScalarType): void {
  const { description, astNode } = schema.getType(name) ?? unknown(name);
  Object.assign(schema.getType(name) ?? unknown(name), scalar, { description, astNode });
}

function attach(schema: GraphQLSchema, resolvers: object): void {
  for (const [name, fields] of Object.entries(resolvers)) {
    const type = schema.getType(name);
    if (!(type instanceof GraphQLObjectType)) throw unknown(name);
    for (const [fieldName, resolve] of Object.entries(fields)) {
      const field = type.getFields()[fieldName] ?? unknown(`${name}.${fieldName}`);
      field.resolve = resolve as NonNullable<typeof field.resolve>;
    }
  }
}

function unknown(name: string): never {
  throw new Error(`A resolver is for ${name}, which schema/*.graphql does not have.`);
}
