import {
  defaultTypeResolver,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  isObjectType,
} from 'graphql';
import type { Path } from './faults.ts';
import { type PlannedField, selectionBelow } from './plan.ts';
import { failed, fieldsOf, type Run } from './run.ts';
import type { Shape } from './shape.ts';

/** Where a value is met: a field, and the place in the answer. */
export interface Place {
  readonly field: PlannedField;
  readonly path: Path;
  readonly info: GraphQLResolveInfo;
}

/** What a resolver's value becomes in the answer: https://spec.graphql.org/September2025/#CompleteValue(). Throws what makes it null. */
export function completed(run: Run, shape: Shape, value: unknown, place: Place): unknown {
  if (value instanceof Error) throw value;
  if (value == null) return absent(shape, place.field);
  switch (shape.kind) {
    case 'leaf':
      return leafOf(shape.type, value);
    case 'list':
      return listOf(run, shape.of, value, place);
    case 'object':
      return objectOf(run, shape.type, value, place);
    case 'abstract':
      return abstractOf(run, shape.type, value, place);
  }
}

export function absent({ isRequired }: Shape, { on, definition }: PlannedField): null {
  if (isRequired) throw new Error(`Cannot return null for non-nullable field ${on.name}.${definition.name}.`);
  return null;
}

export function leafOf(type: GraphQLLeafType, value: unknown): unknown {
  const answered = type.coerceOutputValue(value);
  // What it was made of is not said: it may be a secret.
  if (answered == null) throw new Error(`A value of ${type.name} became none.`);
  return answered;
}

function listOf(run: Run, shape: Shape, values: unknown, place: Place): unknown {
  const { field, path, info } = place;
  if (typeof values !== 'object' || !(Symbol.iterator in (values as object))) {
    throw new GraphQLError(`Expected Iterable, but did not find one for field "${field.on.name}.${info.fieldName}".`);
  }
  const items: unknown[] = [];
  let isLater = false;
  try {
    for (const value of values as Iterable<unknown>) {
      const at = { field, path: { prev: path, key: items.length, typename: undefined }, info };
      const item = itemOf(run, shape, value, at);
      if (item instanceof Promise) isLater = true;
      items.push(item);
    }
  } catch (error) {
    // Nobody waits for the others any more, and they may fail too.
    for (const item of items) if (item instanceof Promise) item.catch(() => {});
    throw error;
  }
  return isLater ? Promise.all(items) : items;
}

function itemOf(run: Run, shape: Shape, value: unknown, place: Place): unknown {
  try {
    const item = value instanceof Promise ? whenThere(run, shape, value, place) : completed(run, shape, value, place);
    return item instanceof Promise ? item.catch((error) => failed(run, error, shape, place.field, place.path)) : item;
  } catch (error) {
    return failed(run, error, shape, place.field, place.path);
  }
}

async function whenThere(run: Run, shape: Shape, promise: Promise<unknown>, place: Place): Promise<unknown> {
  const value = await promise;
  run.signal.throwIfAborted();
  return completed(run, shape, value, place);
}

const objectOf = (run: Run, type: GraphQLObjectType, value: unknown, { field, path }: Place): unknown =>
  fieldsOf(run, selectionBelow(run.plan, field, type), value, path);

function abstractOf(run: Run, type: GraphQLAbstractType, value: unknown, place: Place): unknown {
  const resolveType = type.resolveType ?? defaultTypeResolver;
  const name = resolveType(value, run.context, place.info, type);
  if (!(name instanceof Promise)) return objectOf(run, concreteOf(run, type, name), value, place);
  return name.then((later) => {
    run.signal.throwIfAborted();
    return objectOf(run, concreteOf(run, type, later), value, place);
  });
}

function concreteOf({ plan: { schema } }: Run, type: GraphQLAbstractType, name: unknown): GraphQLObjectType {
  const concrete = typeof name === 'string' ? schema.getType(name) : undefined;
  if (isObjectType(concrete) && schema.isSubType(type, concrete)) return concrete;
  throw new GraphQLError(`A ${type.name} was resolved to none of its types.`);
}
