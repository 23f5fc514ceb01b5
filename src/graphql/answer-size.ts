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
  isAbstractType,
  isLeafType,
  isListType,
  isObjectType,
  Kind,
  responsePathAsArray,
  type SelectionSetNode,
} from 'graphql';
import { GatewayError } from '../errors.ts';
import type { Conditions } from './answers.ts';
import type { Context } from './context.ts';
import { withFields } from './fields.ts';
import type { Result } from './respond.ts';

// Texts in lists, such as tags, and what is free of form, such as the `properties` of a record that stands there again: so many of their
// characters are as much as a record.
const CHARACTERS_OF_A_RECORD = 1000;
// More are the same ones by aliases.
const USUAL_FIELDS = 20;
const FIELDS_OF_A_RECORD = 10;

type Resolve = GraphQLFieldResolver<unknown, Context>;

/**
 * Bounds how often the records of one answer stand in it again, and the texts beside them: how many different records there are is bounded by
 * what is read of Azure, but each of a thousand can stand there a thousand times, below one another. What is beyond ends the operation
 * with LIMIT_EXCEEDED.
 */
export function withAnswerSize(schema: GraphQLSchema, maxRepeats: number): GraphQLSchema {
  return withFields(schema, ({ type, resolve = defaultFieldResolver }) => {
    const measure = measureOf(type);
    return measure ? { resolve: measured(resolve, measure) } : {};
  });

  function measured(resolve: Resolve, measure: Measure): Resolve {
    return (parent, args, context, info) => {
      const answer = resolve(parent, args, context, info);
      const count = (each: unknown): unknown => {
        // A list of ids is answered one by one.
        if (Array.isArray(each) && each[0] instanceof Promise) return each.map((one) => one.then(countOne));
        add(measure(each, parent, context.conditions, info), context, info);
        return each;
      };
      const countOne = (one: unknown): unknown => {
        count([one]);
        return one;
      };
      if (answer instanceof Promise) return answer.then(count);
      try {
        return count(answer);
      } catch (error) {
        // Not thrown: see access.ts.
        return Promise.reject(error);
      }
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

type Measure = (answer: unknown, parent: unknown, conditions: Conditions, info: GraphQLResolveInfo) => number;

function measureOf(type: GraphQLOutputType): Measure | undefined {
  const named = getNamedType(type);
  if (named.name === 'JSON') return (answer, parent, { seen }) => (seen.get(idOf(parent)) ? sizeOf(answer) : 0);
  if (!isListType(getNullableType(type))) return undefined;
  if (!isRecord(named)) return (answer) => (Array.isArray(answer) ? sizeOf(answer) : 0);
  return (answer, _parent, { seen }, info) => (Array.isArray(answer) ? repeatsAmong(answer, seen, info) : 0);
}

/** What those count that stand in the answer already, and what all of them do where more is selected than a record has. */
function repeatsAmong(items: readonly unknown[], seen: Conditions['seen'], info: GraphQLResolveInfo): number {
  const fields = info.fieldNodes.reduce((sum, { selectionSet }) => sum + fieldsIn(selectionSet, info), 0);
  const ofOne = Math.max(0, fields - USUAL_FIELDS) / FIELDS_OF_A_RECORD;
  const ofRepeat = Math.max(1, fields / FIELDS_OF_A_RECORD);
  let repeats = 0;
  for (const item of items) {
    if (item === null) continue;
    const id = idOf(item);
    const isAgain = id === undefined || seen.has(id);
    repeats += isAgain ? ofRepeat : ofOne;
    seen.set(id, isAgain);
  }
  return repeats;
}

/** The fields that are selected of a thing, as often as they are; what is below them counts by itself. */
function fieldsIn(set: SelectionSetNode | undefined, info: GraphQLResolveInfo): number {
  let fields = 0;
  for (const selection of set?.selections ?? []) {
    if (selection.kind === Kind.FIELD) fields += 1;
    else if (selection.kind === Kind.INLINE_FRAGMENT) fields += fieldsIn(selection.selectionSet, info);
    else fields += fieldsIn(info.fragments[selection.name.value]?.selectionSet, info);
  }
  return fields;
}

/** Of a record, or of that on an edge. */
function idOf(item: unknown): unknown {
  const { node, id } = (item ?? {}) as { node?: { id?: unknown }; id?: unknown };
  return node?.id ?? id;
}

const sizeOf = (answer: unknown): number => (JSON.stringify(answer)?.length ?? 0) / CHARACTERS_OF_A_RECORD;

// Tags and the like hold nothing but text.
const isRecord = (type: GraphQLNamedType): boolean =>
  isAbstractType(type) ||
  (isObjectType(type) && Object.values(type.getFields()).some((each) => !isLeafType(getNamedType(each.type))));

const tooMany = (maxRepeats: number): GatewayError =>
  new GatewayError(
    'LIMIT_EXCEEDED',
    `The same records would stand in this answer again more than ${maxRepeats} times (MAX_REPEATS). Ask for smaller pages, or for what is below them in a query of its own.`,
  );
