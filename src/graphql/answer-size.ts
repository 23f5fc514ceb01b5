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
import type { Conditions } from './answers.ts';
import type { Context } from './context.ts';
import { withFields } from './fields.ts';
import type { Result } from './respond.ts';

// What is free of form, such as `properties`, has no records: so many characters of a record that stands there again are one more.
const CHARACTERS_OF_A_RECORD = 1000;

type Resolve = GraphQLFieldResolver<unknown, Context>;

/**
 * Bounds how often the records of one answer stand in it again, in lists: how many different ones there are is bounded by what is read of
 * Azure, but each of a thousand can stand there a thousand times, below one another. What is beyond ends the operation with LIMIT_EXCEEDED.
 */
export function withAnswerSize(schema: GraphQLSchema, maxRepeats: number): GraphQLSchema {
  return withFields(schema, ({ type, resolve = defaultFieldResolver }) => {
    const repeatsOf = measureOf(type);
    return repeatsOf ? { resolve: counting(resolve, repeatsOf) } : {};
  });

  function counting(resolve: Resolve, repeatsOf: Measure): Resolve {
    return (parent, args, context, info) => {
      const answer = resolve(parent, args, context, info);
      const count = (each: unknown) => {
        add(repeatsOf(each, parent, context.conditions), context, info);
        return each;
      };
      return answer instanceof Promise ? answer.then(count) : count(answer);
    };
  }

  function add(repeats: number, { conditions }: Context, { path, fieldNodes }: GraphQLResolveInfo): void {
    conditions.repeats += repeats;
    if (conditions.repeats <= maxRepeats) return;
    const originalError = tooMany(maxRepeats);
    conditions.excess ??= new GraphQLError('', { nodes: fieldNodes, path: responsePathAsArray(path), originalError });
    throw conditions.excess;
  }
}

/** In the place of an answer that was too large: the one error that says so, and not each of the fields that met it. */
export const withinSize = (result: Result, { conditions: { excess } }: Context): Result =>
  excess ? { data: null, errors: [excess] } : result;

type Measure = (answer: unknown, parent: unknown, conditions: Conditions) => number;

function measureOf(type: GraphQLOutputType): Measure | undefined {
  const { name } = getNamedType(type);
  if (name === 'JSON') return (answer, parent, { seen }) => (seen.get(idOf(parent)) ? weightOf(answer) : 0);
  if (!isListType(getNullableType(type)) || !holdsMore(getNamedType(type))) return undefined;
  return (answer, _parent, { seen }) => (Array.isArray(answer) ? repeatsAmong(answer, seen) : 0);
}

/** How many of them stand in the answer already. */
function repeatsAmong(items: readonly unknown[], seen: Conditions['seen']): number {
  let repeats = 0;
  for (const item of items) {
    const id = idOf(item);
    const isAgain = seen.has(id);
    if (isAgain) repeats += 1;
    seen.set(id, isAgain);
  }
  return repeats;
}

/** Of a record, or of that on an edge. */
function idOf(item: unknown): unknown {
  const { node, id } = (item ?? {}) as { node?: { id?: unknown }; id?: unknown };
  return node?.id ?? id;
}

const weightOf = (answer: unknown): number =>
  Math.floor((JSON.stringify(answer)?.length ?? 0) / CHARACTERS_OF_A_RECORD);

// Tags and the like hold nothing but text: they multiply nothing.
const holdsMore = (type: GraphQLNamedType): boolean =>
  isUnionType(type) ||
  (isCompositeType(type) && Object.values(type.getFields()).some((each) => !isLeafType(getNamedType(each.type))));

const tooMany = (maxRepeats: number): GatewayError =>
  new GatewayError(
    'LIMIT_EXCEEDED',
    `The same records would stand in this answer again more than ${maxRepeats} times (MAX_REPEATS). Ask for smaller pages, or for what is below them in a query of its own.`,
  );
