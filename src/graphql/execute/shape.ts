import {
  type GraphQLAbstractType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';

/** A field's type, told apart once: GraphQL's own tests look at each type's class for each value. */
export type Shape = { readonly isRequired: boolean } & (
  | { readonly kind: 'leaf'; readonly type: GraphQLLeafType }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'object'; readonly type: GraphQLObjectType }
  | { readonly kind: 'abstract'; readonly type: GraphQLAbstractType }
);

export function shapeOf(type: GraphQLOutputType, isRequired = false): Shape {
  if (isNonNullType(type)) return shapeOf(type.ofType, true);
  if (isListType(type)) return { isRequired, kind: 'list', of: shapeOf(type.ofType) };
  if (isLeafType(type)) return { isRequired, kind: 'leaf', type };
  return isAbstractType(type) ? { isRequired, kind: 'abstract', type } : { isRequired, kind: 'object', type };
}
