import { compile } from './expression.ts';
import { semanticError } from './problem.ts';
import type { Relation } from './relation.ts';
import type { SortKey } from './syntax.ts';
import { compare, type Value } from './value.ts';

/** The rows in order; rows that are equal in every key stay as they were. */
export function order({ columns, rows }: Relation, keys: readonly SortKey[], now: number): Relation {
  const compiled = keys.map((key) => {
    const { type, read } = compile(key.expression, { columns, now });
    if (type === 'dynamic') throw notSortable();
    return { ...key, read };
  });
  // Each key is read once a row, not once a comparison.
  const keyed = rows.map((row) => ({ row, values: compiled.map(({ read }) => read(row)) }));
  keyed.sort((left, right) => {
    for (const [index, key] of compiled.entries()) {
      const sign = signOf(left.values[index] ?? null, right.values[index] ?? null, key);
      if (sign !== 0) return sign;
    }
    return 0;
  });
  return { columns, rows: keyed.map(({ row }) => row) };
}

function signOf(left: Value, right: Value, { descending, nullsFirst }: SortKey): number {
  if (left === null || right === null) {
    if (left === right) return 0;
    return (left === null) === nullsFirst ? -1 : 1;
  }
  return descending ? -compare(left, right) : compare(left, right);
}

function notSortable() {
  return semanticError(
    'SEM0034',
    'Sort key is of a dynamic type. Please use an explicit cast as sorting by dynamic types is not supported.',
  );
}
