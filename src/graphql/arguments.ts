import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  TypeInfo,
  type ValueNode,
  valueFromASTUntyped,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Context } from './context.ts';
import type { Parameters } from './parameters.ts';

/** An argument of a field below the root, which its resolver would look at only once Azure has answered. */
interface Given {
  readonly name: string;
  readonly value: ValueNode;
}

const LOOKED_AT = new Set(['first', 'after', 'path', 'types']);

/**
 * Refuses an operation before its first call to Azure where an argument of a field below the root is none that the field takes; what is
 * wrong at the root its own fields say.
 */
export function createArgumentTest(schema: GraphQLSchema) {
  const known = new WeakMap<DocumentNode, readonly Given[]>();
  return (document: DocumentNode, { variables = {} }: Parameters, context: Context): GraphQLError | undefined => {
    const given = known.get(document) ?? givenIn(schema, document);
    known.set(document, given);
    // The sources are made by the first look at them: most operations have no such argument.
    for (const { name, value } of given) {
      try {
        context.azure.checkArgument(name, valueFromASTUntyped(value, variables));
      } catch (originalError) {
        return new GraphQLError('', { nodes: value, originalError: originalError as Error });
      }
    }
    return undefined;
  };
}

function givenIn(schema: GraphQLSchema, document: DocumentNode): readonly Given[] {
  const types = new TypeInfo(schema);
  const given: Given[] = [];
  const root = schema.getQueryType();
  visit(
    document,
    visitWithTypeInfo(types, {
      Field(node) {
        // One that a directive leaves out is not asked.
        if (node.directives?.length) return false;
        if (types.getParentType() === root) return undefined;
        for (const { name, value } of node.arguments ?? [])
          if (LOOKED_AT.has(name.value)) given.push({ name: name.value, value });
        return undefined;
      },
    }),
  );
  return given;
}
