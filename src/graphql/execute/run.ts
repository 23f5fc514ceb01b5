import {
  defaultFieldResolver,
  type GraphQLError,
  type GraphQLResolveInfo,
  getArgumentValues,
  locatedError,
  type VariableValues,
} from 'graphql';
import { absent, completed, leafOf } from './complete.ts';
import { type Faults, faults, type Path, pathArray } from './faults.ts';
import type { Plan, PlannedField, Selection } from './plan.ts';
import type { Shape } from './shape.ts';

/** One request's way through a plan. */
export interface Run {
  readonly plan: Plan;
  readonly context: unknown;
  readonly variableValues: VariableValues;
  readonly signal: AbortSignal;
  readonly faults: Faults;
}

/** As GraphQL runs a query: https://spec.graphql.org/September2025/#sec-Executing-Operations. Rejects when the signal ends first. */
export async function runPlan(asked: Omit<Run, 'faults'>): Promise<Answer> {
  const run = { ...asked, faults: faults() };
  const { signal } = run;
  signal.throwIfAborted();
  const { promise: gone, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal.reason);
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([answer(run), gone]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

interface Answer {
  readonly errors?: readonly GraphQLError[];
  readonly data: object | null;
}

async function answer(run: Run): Promise<Answer> {
  const data = await root(run);
  const { errors } = run.faults;
  return errors.length > 0 ? { errors, data } : { data };
}

async function root(run: Run): Promise<object | null> {
  try {
    return await fieldsOf(run, run.plan.root, undefined, undefined);
  } catch (error) {
    run.faults.add(error as GraphQLError, undefined);
    return null;
  }
}

/** The fields of one object. Throws where one of them may not be null and is. */
export function fieldsOf(
  run: Run,
  selection: Selection,
  source: unknown,
  path: Path | undefined,
): object | Promise<object> {
  const fields: Record<string, unknown> = {};
  let later: string[] | undefined;
  try {
    for (const field of selection) {
      const value = field.isProperty ? property(run, field, source, path) : resolved(run, field, source, path);
      fields[field.key] = value;
      if (value instanceof Promise) {
        later ??= [];
        later.push(field.key);
      }
    }
  } catch (error) {
    // Nobody waits for the others any more, and they may fail too.
    for (const key of later ?? []) (fields[key] as Promise<unknown>).catch(() => {});
    throw error;
  }
  return later ? whenAllAre(fields, later) : fields;
}

async function whenAllAre(fields: Record<string, unknown>, later: readonly string[]): Promise<object> {
  const values = await Promise.all(later.map((key) => fields[key]));
  for (const [nth, key] of later.entries()) fields[key] = values[nth];
  return fields;
}

// A scalar of a record is its property: it needs no path and no info as long as it is there.
function property(run: Run, field: PlannedField, source: unknown, parent: Path | undefined): unknown {
  const { shape, definition } = field;
  if (typeof source !== 'object' || source === null) return resolved(run, field, source, parent);
  const value = (source as Record<string, unknown>)[definition.name];
  if (typeof value === 'function' || value instanceof Promise) return resolved(run, field, source, parent);
  try {
    if (value instanceof Error) throw value;
    if (value == null) return absent(shape, field);
    return shape.kind === 'leaf' ? leafOf(shape.type, value) : null;
  } catch (error) {
    return failed(run, error, shape, field, pathOf(field, parent));
  }
}

function resolved(run: Run, field: PlannedField, source: unknown, parent: Path | undefined): unknown {
  const { definition, shape } = field;
  const path = pathOf(field, parent);
  try {
    const info = infoOf(run, field, path);
    const resolve = definition.resolve ?? defaultFieldResolver;
    const value = resolve(source, argumentsOf(run, field), run.context, info);
    if (value instanceof Promise) return whenResolved(run, field, value, info);
    const whole = completed(run, shape, value, { field, path, info });
    return whole instanceof Promise ? whole.catch((error) => failed(run, error, shape, field, path)) : whole;
  } catch (error) {
    return failed(run, error, shape, field, path);
  }
}

async function whenResolved(run: Run, field: PlannedField, promise: Promise<unknown>, info: GraphQLResolveInfo) {
  const { path } = info;
  try {
    const value = await promise;
    run.signal.throwIfAborted();
    return await completed(run, field.shape, value, { field, path, info });
  } catch (error) {
    return failed(run, error, field.shape, field, path);
  }
}

const pathOf = ({ key, on }: PlannedField, prev: Path | undefined): Path => ({ prev, key, typename: on.name });

const argumentsOf = ({ variableValues }: Run, { fixedArguments, definition, node }: PlannedField) =>
  fixedArguments ?? getArgumentValues(definition, node, variableValues, undefined, true);

/** What becomes of a failure: null where that may be, else a failure of what holds it. */
export function failed(run: Run, raw: unknown, { isRequired }: Shape, { nodes }: PlannedField, path: Path): null {
  const error = locatedError(raw, nodes, pathArray(path));
  if (isRequired) throw error;
  run.faults.add(error, path);
  return null;
}

function infoOf({ plan, variableValues, signal }: Run, field: PlannedField, path: Path): GraphQLResolveInfo {
  return {
    fieldName: field.definition.name,
    fieldNodes: field.nodes,
    returnType: field.definition.type,
    parentType: field.on,
    path,
    schema: plan.schema,
    fragments: plan.fragments,
    rootValue: undefined,
    operation: plan.operation,
    variableValues,
    getAbortSignal: () => signal,
    getAsyncHelpers: () => HELPERS,
  };
}

const HELPERS = {
  promiseAll: <Value>(values: readonly (PromiseLike<Value> | Value)[]) => Promise.all(values),
  track() {},
};
