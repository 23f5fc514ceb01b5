import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isIntrospectionType,
  isLeafType,
  isObjectType,
} from 'graphql';
import type { Context } from './context.ts';

type Field = GraphQLField<unknown, Context>;
type Change = Partial<Pick<Field, 'description' | 'resolve'>>;

/**
 * Changes the fields of a schema that is still being made, in place: a rebuilt one (graphql-tools' mapSchema) costs each start
 * 10 ms, twice.
 */
export function withFields(
  schema: GraphQLSchema,
  changeOf: (field: Field, name: string, type: string) => Change,
): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || isIntrospectionType(type)) continue;
    for (const field of Object.values(type.getFields())) Object.assign(field, changeOf(field, field.name, type.name));
  }
  return schema;
}

/** Whether things of this type hold others; tags and the like hold nothing but text. */
export const isRecord = (type: GraphQLNamedType): boolean =>
  isAbstractType(type) ||
  (isObjectType(type) && Object.values(type.getFields()).some((each) => !isLeafType(getNamedType(each.type))));
