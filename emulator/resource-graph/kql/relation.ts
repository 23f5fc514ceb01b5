import type { ScalarType, Value } from './value.ts';

/** Rows are numbers; each column knows how to read its value of one. So a query costs only what it looks at. */
export interface Relation {
  readonly columns: readonly Column[];
  readonly rows: readonly number[];
}

export interface Column {
  readonly name: string;
  readonly type: ScalarType;
  readonly read: (row: number) => Value;
}

/** The columns of what is at hand, and the time at which the query runs. */
export interface Scope {
  readonly columns: readonly Column[];
  readonly now: number;
}

export function rowsUpTo(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

/** A name that no other has yet: `id`, `id1`, `id2`. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let number = 1; ; number += 1) {
    if (!taken.has(`${name}${number}`)) return `${name}${number}`;
  }
}
