import { type Column, type Relation, rowsUpTo } from './relation.ts';
import type { Operator } from './syntax.ts';
import { emptyOf } from './value.ts';

type Union = Extract<Operator, { kind: 'union' }>;

/** The legs' rows one after the other; a leg without a column is empty there, or with `kind=inner` nobody has it. */
export function union(legs: readonly Relation[], names: readonly string[], { isInner, source }: Union): Relation {
  const starts: number[] = [];
  let length = 0;
  for (const { rows } of legs) {
    starts.push(length);
    length += rows.length;
  }
  const legOf = (row: number) => starts.findLastIndex((start) => start <= row);
  const columns = columnsOf(legs, isInner).map(({ name, type }): Column => {
    const own = legs.map((leg) => leg.columns.find((column) => column.name === name));
    return {
      name,
      type,
      read(row) {
        const leg = legOf(row);
        const at = legs[leg]?.rows[row - (starts[leg] ?? 0)];
        const column = own[leg];
        return column && at !== undefined ? column.read(at) : emptyOf(type);
      },
    };
  });
  const tagged: Column[] = source ? [{ name: source, type: 'string', read: (row) => names[legOf(row)] ?? '' }] : [];
  return { columns: [...tagged, ...columns], rows: rowsUpTo(length) };
}

function columnsOf(legs: readonly Relation[], isInner: boolean): Column[] {
  const all = new Map(legs.flatMap(({ columns }) => columns.map((column) => [column.name, column] as const)));
  const everywhere = (name: string) => legs.every(({ columns }) => columns.some((column) => column.name === name));
  return [...all.values()].filter(({ name }) => !isInner || everywhere(name));
}
