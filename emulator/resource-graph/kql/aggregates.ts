import { type Compiled, compile, compilePredicate, nameOf } from './expression.ts';
import { notInLanguage, semanticError } from './problem.ts';
import type { Scope } from './relation.ts';
import type { Expression, Named } from './syntax.ts';
import { compare, emptyOf, keyOf, type ScalarType, textOf, type Value } from './value.ts';

/** One column of a `summarize`: its value of a group's rows. */
export interface Aggregate {
  readonly name: string;
  readonly type: ScalarType;
  readonly of: (rows: readonly number[]) => Value;
}

type Make = (argument: Compiled, type: ScalarType) => (rows: readonly number[]) => Value;

const MAX_IN_SET = 1_048_576;
const ONE_ARGUMENT: Readonly<Record<string, { prefix?: string; type?: ScalarType; make: Make }>> = {
  dcount: { type: 'long', make: (argument) => (rows) => new Set(rows.map((row) => keyOf([argument.read(row)]))).size },
  sum: { make: (argument) => (rows) => numbers(argument, rows).reduce((sum, value) => sum + value, 0) },
  avg: {
    type: 'real',
    make: (argument) => (rows) => {
      const values = numbers(argument, rows);
      return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
    },
  },
  max: { make: (argument, type) => (rows) => extreme(argument, rows, 1) ?? emptyOf(type) },
  min: { make: (argument, type) => (rows) => extreme(argument, rows, -1) ?? emptyOf(type) },
  make_set: {
    ...{ prefix: 'set', type: 'dynamic' },
    make: (argument) => (rows) => {
      const values = listed(argument, rows).map((value) => [keyOf([value]), value] as const);
      return [...new Map(values).values()].slice(0, MAX_IN_SET);
    },
  },
  make_list: { prefix: 'list', type: 'dynamic', make: (argument) => (rows) => listed(argument, rows) },
  any: {
    make:
      (argument) =>
      ([first]) =>
        first === undefined ? null : argument.read(first),
  },
  take_any: {
    prefix: 'any',
    make:
      (argument) =>
      ([first]) =>
        first === undefined ? null : argument.read(first),
  },
};

/** An aggregate function's columns: one, or for `arg_max` and `arg_min` several. */
export function compileAggregate(
  { name, expression }: Named,
  scope: Scope,
  keys: ReadonlySet<string>,
): readonly Aggregate[] {
  if (expression.kind !== 'call') throw semanticError('SEM0054', 'summarize takes aggregate functions.');
  const { name: fn, args } = expression;
  const [first, ...others] = args;
  if (fn === 'count' && !first) return [{ name: name ?? 'count_', type: 'long', of: (rows) => rows.length }];
  if (fn === 'countif' && first) {
    const holds = compilePredicate(first, scope);
    return [{ name: name ?? 'countif_', type: 'long', of: (rows) => rows.filter(holds).length }];
  }
  if ((fn === 'arg_max' || fn === 'arg_min') && first) {
    return argument(
      fn === 'arg_max' ? 1 : -1,
      { ...(name === undefined ? {} : { name }), expression: first },
      others,
      scope,
      keys,
    );
  }
  const known = Object.hasOwn(ONE_ARGUMENT, fn) ? ONE_ARGUMENT[fn] : undefined;
  if (!known || !first) throw notInLanguage(fn);
  const compiled = compile(first, scope);
  const type = known.type ?? compiled.type;
  const ownName = name ?? `${known.prefix ?? fn}_${nameOf(first) ?? ''}`;
  return [{ name: ownName, type, of: known.make(compiled, type) }];
}

// The row with the greatest or least value, and what the rest of the arguments are in it.
function argument(
  sign: 1 | -1,
  by: Named,
  others: readonly Expression[],
  scope: Scope,
  keys: ReadonlySet<string>,
): Aggregate[] {
  const sought = compile(by.expression, scope);
  const name = by.name ?? nameOf(by.expression) ?? (sign > 0 ? 'max_' : 'min_');
  const wanted = others.flatMap((expression) =>
    expression.kind === 'star'
      ? scope.columns.filter((column) => column.name !== name && !keys.has(column.name))
      : [{ ...compile(expression, scope), name: nameOf(expression) ?? 'Column1' }],
  );
  const rowOf = remembered((rows) => extremeRow(sought, rows, sign));
  return [{ name, type: sought.type, read: sought.read }, ...wanted].map((column) => ({
    name: column.name,
    type: column.type,
    of(rows) {
      const row = rowOf(rows);
      return row === null ? emptyOf(column.type) : column.read(row);
    },
  }));
}

function remembered(find: (rows: readonly number[]) => number | null): (rows: readonly number[]) => number | null {
  const found = new Map<readonly number[], number | null>();
  return (rows) => {
    const known = found.get(rows);
    if (known !== undefined) return known;
    const row = find(rows);
    found.set(rows, row);
    return row;
  };
}

function extremeRow(argument: Compiled, rows: readonly number[], sign: 1 | -1): number | null {
  let best: { row: number; value: Value } | null = null;
  for (const row of rows) {
    const value = argument.read(row);
    if (value === null) continue;
    if (best === null || compare(value, best.value) === sign) best = { row, value };
  }
  return best?.row ?? rows[0] ?? null;
}

function extreme(argument: Compiled, rows: readonly number[], sign: 1 | -1): Value {
  const row = extremeRow(argument, rows, sign);
  return row === null ? null : argument.read(row);
}

function numbers(argument: Compiled, rows: readonly number[]): number[] {
  return rows.map((row) => argument.read(row)).filter((value) => typeof value === 'number');
}

function listed(argument: Compiled, rows: readonly number[]) {
  return rows.flatMap((row) => {
    const value = argument.read(row);
    if (value === null) return [];
    if (argument.type === 'datetime' || argument.type === 'timespan') return [textOf(value, argument.type)];
    return [typeof value === 'bigint' ? Number(value) : value];
  });
}
