import { defaultFieldResolver, type GraphQLSchema, getNamedType } from 'graphql';
import type { Completeness } from '../azure/completeness.ts';
import { withFields } from './fields.ts';

/** Notes where an answer says that it lacks something: it is not given again. */
export function withLacking(schema: GraphQLSchema): GraphQLSchema {
  return withFields(schema, (field) => {
    if (getNamedType(field.type).name !== 'Completeness') return {};
    const resolve = field.resolve ?? defaultFieldResolver;
    return {
      async resolve(parent, args, context, info) {
        const completeness = (await resolve(parent, args, context, info)) as Completeness;
        if (!completeness.complete) context.conditions.isWhole = false;
        return completeness;
      },
    };
  });
}
