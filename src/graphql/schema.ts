import {
  buildSchema,
  type GraphQLFieldResolver,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLScalarType,
  type GraphQLSchema,
  type GraphQLTypeResolver,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { DateTimeResolver, JSONResolver } from 'graphql-scalars';
import { withAccess } from './access.ts';
import { withAudit } from './audit.ts';
import { contract } from './contract.ts';
import { withMaxAge } from './max-age.ts';
import { budget } from './resolvers/budget.ts';
import { node } from './resolvers/node.ts';
import { ownFields, resource } from './resolvers/resource.ts';
import { resourceGroup } from './resolvers/resource-group.ts';
import { secret } from './resolvers/secret.ts';
import { secretsExpiring } from './resolvers/secrets-expiring.ts';
import { subscription } from './resolvers/subscription.ts';
import { viewer } from './resolvers/viewer.ts';
import { SecretTextScalar } from './secret-text.ts';

const RESOLVERS = [
  ...[subscription, resourceGroup, resource, ownFields, node],
  ...[secret, secretsExpiring, viewer, budget],
];

/** The contract of schema/*.graphql, answered by the resolvers. Its texts are valid: a test says so, once and for all starts. */
export function createSchema(): GraphQLSchema {
  const schema = buildSchema(contract.join('\n'), { assumeValidSDL: true });
  for (const scalar of [DateTimeResolver, JSONResolver, SecretTextScalar]) defineScalar(schema, scalar);
  for (const resolvers of RESOLVERS) attach(schema, resolvers);
  return withAudit(withAccess(withMaxAge(schema)));
}

// How it is written and read is the scalar's own, its description the contract's.
function defineScalar(schema: GraphQLSchema, { name, ...scalar }: GraphQLScalarType): void {
  const { description, astNode } = schema.getType(name) ?? unknown(name);
  Object.assign(schema.getType(name) ?? unknown(name), scalar, { description, astNode });
}

function attach(schema: GraphQLSchema, resolvers: object): void {
  for (const [name, fields] of Object.entries(resolvers)) {
    const type = schema.getType(name);
    if (!isObjectType(type) && !isInterfaceType(type)) throw unknown(name);
    for (const [fieldName, resolve] of Object.entries(fields)) {
      if (isInterfaceType(type) && fieldName === '__resolveType') type.resolveType = resolve as ResolveType;
      else for (const object of objectsOf(schema, type)) fieldOf(object, fieldName).resolve = resolve as Resolve;
    }
  }
}

// What an interface's field is answered by holds for every type that has it.
const objectsOf = (schema: GraphQLSchema, type: GraphQLObjectType | GraphQLInterfaceType) =>
  isObjectType(type) ? [type] : schema.getPossibleTypes(type);

const fieldOf = (type: GraphQLObjectType, field: string) => type.getFields()[field] ?? unknown(`${type.name}.${field}`);

type ResolveType = GraphQLTypeResolver<unknown, unknown>;
type Resolve = GraphQLFieldResolver<unknown, unknown>;

function unknown(name: string): never {
  throw new Error(`A resolver is for ${name}, which schema/*.graphql does not have.`);
}
