import {
  __Schema,
  __Type,
  type DocumentNode,
  type FieldNode,
  type GraphQLError,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { limitExceeded } from './limits.ts';
import { measure } from './measure.ts';
import { FIELD, OBJECT } from './weight.ts';

/** Refuses an operation that would be told more of the schema than one answer may take: its types lead to one another. */
export function createIntrospectionTest(schema: GraphQLSchema, maxBytes: number) {
  const known = new WeakMap<DocumentNode, number>();
  return (document: DocumentNode): GraphQLError | undefined => {
    if (measure(schema, document).introspection === 0) return undefined;
    const bytes = known.get(document) ?? introspectionWeight(schema, document);
    known.set(document, bytes);
    return bytes > maxBytes ? limitExceeded('The operation asks for the schema many times over.') : undefined;
  };
}

/** What all of it takes, `__type` as if of the largest type. Each thing is weighed once for each selection. */
function introspectionWeight(schema: GraphQLSchema, { definitions }: DocumentNode): number {
  const fragments = new Map(
    definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each] as const] : [])),
  );
  const weights = new WeakMap<SelectionSetNode, Map<unknown, number>>();
  const types = Object.values(schema.getTypeMap());
  const info = { schema } as GraphQLResolveInfo;
  let bytes = 0;
  for (const definition of definitions) {
    visit(definition, {
      Field(field) {
        bytes += ofRoot(field);
      },
    });
  }
  return bytes;

  function ofRoot({ name, selectionSet }: FieldNode): number {
    if (name.value === '__schema') return ofThing(schema, __Schema, selectionSet);
    return name.value === '__type' ? Math.max(...types.map((type) => ofThing(type, __Type, selectionSet))) : 0;
  }

  function ofThing(thing: unknown, type: GraphQLObjectType, set: SelectionSetNode | undefined): number {
    if (!set || thing == null) return 0;
    const ofSet = weights.get(set) ?? new Map<unknown, number>();
    weights.set(set, ofSet);
    const weight =
      ofSet.get(thing) ??
      set.selections.reduce((sum, each) => {
        if (each.kind === Kind.FIELD) return sum + ofField(thing, type, each);
        const fragment = each.kind === Kind.INLINE_FRAGMENT ? each : fragments.get(each.name.value);
        return sum + ofThing(thing, type, fragment?.selectionSet);
      }, 0);
    ofSet.set(thing, weight);
    return weight;
  }

  function ofField(thing: unknown, type: GraphQLObjectType, { name, selectionSet }: FieldNode): number {
    const field = type.getFields()[name.value];
    const below = field && getNamedType(field.type);
    const answer: unknown = field?.resolve?.(thing, EVERYTHING, undefined, info);
    if (!isObjectType(below)) return FIELD + (typeof answer === 'string' ? answer.length : 0);
    const things: unknown[] = Array.isArray(answer) ? answer : [answer];
    return things.reduce<number>((sum, each) => sum + OBJECT + ofThing(each, below, selectionSet), FIELD);
  }
}

// Whatever is asked for.
const EVERYTHING = { includeDeprecated: true };
