import { type DocumentNode, type GraphQLSchema, isObjectType, Kind, visit } from 'graphql';

/**
 * Whether all of the document can be run by a plan: a field that directives may leave out, what is asked of the schema itself
 * and names that objects have from JavaScript are left to graphql-js.
 */
export function isPlannable(schema: GraphQLSchema, document: DocumentNode): boolean {
  let isPlain = !hasTypeTests(schema);
  visit(document, {
    Directive: () => {
      isPlain = false;
    },
    Field: ({ name, alias }) => {
      if (name.value === '__schema' || name.value === '__type' || alias?.value === '__proto__') isPlain = false;
    },
    FragmentDefinition: ({ variableDefinitions }) => {
      if (variableDefinitions && variableDefinitions.length > 0) isPlain = false;
    },
    FragmentSpread: (spread) => {
      if (spread.kind === Kind.FRAGMENT_SPREAD && spread.arguments && spread.arguments.length > 0) isPlain = false;
    },
  });
  return isPlain;
}

const hasTypeTests = (schema: GraphQLSchema): boolean =>
  Object.values(schema.getTypeMap()).some((type) => isObjectType(type) && type.isTypeOf !== undefined);
