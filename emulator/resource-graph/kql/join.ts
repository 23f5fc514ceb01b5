import { columnOf } from './expression.ts';
import { semanticError } from './problem.ts';
import { type Column, freeName, type Relation, rowsUpTo } from './relation.ts';
import type { Expression, Operator } from './syntax.ts';
import { emptyOf, keyOf } from './value.ts';

type Join = Extract<Operator, { kind: 'join' }>;
type Pair = readonly [left: number | null, right: number | null];

/** Columns of the left, then all of the right, renamed where the left has the name: `id1`. */
export function join(left: Relation, right: Relation, { flavor, on }: Join, now: number): Relation {
  const leftKey = keyReader(
    left,
    on.map((condition) => condition.left),
    now,
  );
  const rightKey = keyReader(
    right,
    on.map((condition) => condition.right),
    now,
  );
  const leftRows = flavor === 'innerunique' ? firstOfEach(left.rows, leftKey) : left.rows;
  const matches = Map.groupBy(right.rows, rightKey);
  const pairs: Pair[] = leftRows.flatMap((row) => {
    const found = matches.get(leftKey(row)) ?? [];
    if (found.length > 0) return found.map((other): Pair => [row, other]);
    return flavor === 'leftouter' || flavor === 'fullouter' ? [[row, null] satisfies Pair] : [];
  });
  if (flavor === 'fullouter') {
    const known = new Set(leftRows.map(leftKey));
    pairs.push(...right.rows.filter((row) => !known.has(rightKey(row))).map((row): Pair => [null, row]));
  }
  const taken = new Set(left.columns.map(({ name }) => name));
  const joined = right.columns.map((column) => {
    const name = freeName(column.name, taken);
    taken.add(name);
    return { ...column, name };
  });
  return {
    columns: [
      ...left.columns.map((column) => through(column, (pair) => pairs[pair]?.[0] ?? null)),
      ...joined.map((column) => through(column, (pair) => pairs[pair]?.[1] ?? null)),
    ],
    rows: rowsUpTo(pairs.length),
  };
}

function through({ name, type, read }: Column, rowOf: (pair: number) => number | null): Column {
  return {
    name,
    type,
    read(pair) {
      const row = rowOf(pair);
      return row === null ? emptyOf(type) : read(row);
    },
  };
}

function keyReader({ columns }: Relation, expressions: readonly Expression[], now: number) {
  const keys = expressions.map((expression) => {
    const name = expression.kind === 'name' ? expression.name : '';
    const column = columnOf(name, { columns, now });
    if (column.type !== 'dynamic') return column;
    throw semanticError('SEM0000', `join key '${name}' is of a dynamic type. Please use an explicit cast.`);
  });
  return (row: number) => keyOf(keys.map((key) => key.read(row)));
}

function firstOfEach(rows: readonly number[], key: (row: number) => string): number[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const own = key(row);
    if (seen.has(own)) return false;
    seen.add(own);
    return true;
  });
}
