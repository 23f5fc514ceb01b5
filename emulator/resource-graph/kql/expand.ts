import { compile, nameOf } from './expression.ts';
import { FUNCTIONS } from './functions.ts';
import { semanticError } from './problem.ts';
import { type Column, type Relation, rowsUpTo } from './relation.ts';
import type { Expand } from './syntax.ts';
import { emptyOf, type ScalarType, type Value } from './value.ts';

const CASTS: Readonly<Partial<Record<ScalarType, string>>> = {
  string: 'tostring',
  bool: 'tobool',
  long: 'tolong',
  real: 'toreal',
  datetime: 'todatetime',
};

/** One row an element. A record whose list is empty or absent keeps one row, with nothing in it. */
export function expand(
  { columns, rows }: Relation,
  { columns: named, bagsAsArrays, limit }: Expand,
  now: number,
): Relation {
  const expanded = named.map(({ name, expression, type = 'dynamic' }, index) => {
    const compiled = compile(expression, { columns, now });
    if (compiled.type !== 'dynamic') {
      throw semanticError('SEM0012', `mv-expand takes values of type dynamic, not ${compiled.type}.`);
    }
    return { name: name ?? nameOf(expression) ?? `Column${index + 1}`, type, read: compiled.read };
  });
  const sources: number[] = [];
  const values: Value[][] = [];
  for (const row of rows) {
    const lists = expanded.map(({ read }) => elements(read(row), bagsAsArrays).slice(0, limit));
    const length = Math.max(1, ...lists.map((list) => list.length));
    for (let index = 0; index < length; index += 1) {
      sources.push(row);
      values.push(lists.map((list) => list[index] ?? null));
    }
  }
  const made = expanded.map(({ name, type }, index): Column => {
    return { name, type, read: (row) => cast(values[row]?.[index] ?? null, type) };
  });
  const kept = columns.map((column): Column => {
    const { name, type, read } = column;
    return made.find((one) => one.name === name) ?? { name, type, read: (row) => read(sources[row] ?? -1) };
  });
  const added = made.filter(({ name }) => !columns.some((column) => column.name === name));
  return { columns: [...kept, ...added], rows: rowsUpTo(sources.length) };
}

function elements(value: Value, bagsAsArrays: boolean): readonly Value[] {
  if (Array.isArray(value)) return value;
  if (value === null || typeof value !== 'object') return [value];
  return Object.entries(value).map(([key, one]) => (bagsAsArrays ? [key, one] : { [key]: one }));
}

function cast(value: Value, type: ScalarType): Value {
  const name = CASTS[type];
  return name === undefined ? value : (FUNCTIONS[name]?.call([value], ['dynamic']) ?? emptyOf(type));
}
