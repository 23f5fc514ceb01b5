import {
  defaultFieldResolver,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isLeafType,
  isListType,
  isUnionType,
  responsePathAsArray,
} from 'graphql';
import { GatewayError } from '../errors.ts';
import type { Context } from './context.ts';
import { withFields } from './fields.ts';
import type { Result } from './respond.ts';

// What is free of form, such as `properties`, has no items: it counts as one for so many characters.
const CHARACTERS_OF_AN_ITEM = 1000;

type Resolve = GraphQLFieldResolver<unknown, Context>;

/**
 * Bounds what one answer holds: the items of all its lists, each as often as it stands there, since few rows of Azure can stand in it a
 * thousand times each, below one another. What is beyond ends the operation with LIMIT_EXCEEDED.
 */
export function withAnswerSize(schema: GraphQLSchema, maxItems: number): GraphQLSchema {
  return withFields(schema, ({ type, resolve = defaultFieldResolver }) => {
    const itemsOf = measureOf(type);
    return itemsOf ? { resolve: counting(resolve, itemsOf) } : {};
  });

  function counting(resolve: Resolve, itemsOf: (answer: unknown) => number): Resolve {
    return (parent, args, context, info) => {
      const answer = resolve(parent, args, context, info);
      const count = (each: unknown) => {
        add(itemsOf(each), context, info);
        return each;
      };
      return answer instanceof Promise ? answer.then(count) : count(answer);
    };
  }

  function add(items: number, { conditions }: Context, { path, fieldNodes }: GraphQLResolveInfo): void {
    conditions.items += items;
    if (conditions.items <= maxItems) return;
    const originalError = tooMany(maxItems);
    conditions.excess ??= new GraphQLError('', { nodes: fieldNodes, path: responsePathAsArray(path), originalError });
    throw conditions.excess;
  }
}

/** In the place of an answer that was too large: the one error that says so, and not each of the fields that met it. */
export const withinSize = (result: Result, { conditions: { excess } }: Context): Result =>
  excess ? { data: null, errors: [excess] } : result;

function measureOf(type: GraphQLOutputType): ((answer: unknown) => number) | undefined {
  const { name } = getNamedType(type);
  if (name === 'JSON') return (answer) => Math.floor((JSON.stringify(answer)?.length ?? 0) / CHARACTERS_OF_AN_ITEM);
  if (!isListType(getNullableType(type)) || !holdsMore(getNamedType(type))) return undefined;
  return (answer) => (Array.isArray(answer) ? answer.length : 0);
}

// Tags and the like hold nothing but text: they multiply nothing.
const holdsMore = (type: GraphQLNamedType): boolean =>
  isUnionType(type) ||
  (isCompositeType(type) && Object.values(type.getFields()).some((each) => !isLeafType(getNamedType(each.type))));

const tooMany = (maxItems: number): GatewayError =>
  new GatewayError(
    'LIMIT_EXCEEDED',
    `The answer would hold more than ${maxItems} items (MAX_ITEMS). Ask for smaller pages, or for what is below them in a query of its own.`,
  );
