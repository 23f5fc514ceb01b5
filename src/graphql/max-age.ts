import { getDirective } from '@graphql-tools/utils';
import {
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
} from 'graphql';
import type { Context } from './context.ts';
import { withFields } from './fields.ts';
import { notingStale } from './stale.ts';

type Resolve = GraphQLFieldResolver<unknown, Context>;

/** Holds a root field, and all that is below it, to its `maxAgeSeconds`; and takes note of what is answered past its time. */
export function withMaxAge(schema: GraphQLSchema): GraphQLSchema {
  return withFields(schema, (field) => {
    const readsAzure = ['access', 'eachDecided'].some((name) => getDirective(schema, field, name)?.length);
    if (readsAzure) return { resolve: notingStale(heldTo(field.resolve ?? defaultFieldResolver)) };
    // Such as what a connection lacks, which is looked up where it is asked for. A leaf reads nothing.
    return field.resolve && isObjectType(getNamedType(field.type)) ? { resolve: notingStale(field.resolve) } : {};
  });
}

// By the root field's name in the answer. Of most requests there is none.
const held = new WeakMap<Context, Map<string | number, Context>>();

function heldTo(resolve: Resolve): Resolve {
  return (parent, args, context, info) => resolve(parent, args, contextFor(args, context, info), info);
}

function contextFor({ maxAgeSeconds }: { maxAgeSeconds?: number | null }, context: Context, info: GraphQLResolveInfo) {
  if (maxAgeSeconds == null) return held.get(context)?.get(rootOf(info)) ?? context;
  const own = { ...context, azure: context.azure.noOlderThan(maxAgeSeconds) };
  held.set(context, (held.get(context) ?? new Map()).set(rootOf(info), own));
  return own;
}

function rootOf({ path }: GraphQLResolveInfo): string | number {
  let root = path;
  while (root.prev) root = root.prev;
  return root.key;
}
