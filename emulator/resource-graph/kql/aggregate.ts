import { type Aggregate, compileAggregate } from './aggregates.ts';
import { compileNamed } from './expression.ts';
import { declaredTwice, semanticError } from './problem.ts';
import { type Column, freeName, type Relation, rowsUpTo } from './relation.ts';
import type { Named, Operator } from './syntax.ts';
import { keyOf, type Value } from './value.ts';

type Summarize = Extract<Operator, { kind: 'summarize' }>;

/** One row a group: the keys first, then the aggregates. */
export function summarize({ columns, rows }: Relation, { aggregates, by }: Summarize, now: number): Relation {
  const scope = { columns, now };
  const keys = compileNamed(by, scope);
  const groups = groupsOf(rows, keys);
  // Without keys, all rows are one group, even where there are none.
  if (by.length === 0 && groups.length === 0) groups.push([]);
  const keyColumns = keys.map((key) => ({ ...key, read: (group: number) => key.read(groups[group]?.[0] ?? -1) }));
  const taken = new Set(keys.map(({ name }) => name));
  const rest = aggregates.flatMap((aggregate) => {
    if (aggregate.name !== undefined && taken.has(aggregate.name)) throw declaredTwice(aggregate.name);
    return named(compileAggregate(aggregate, scope, taken), taken, groups);
  });
  return { columns: [...keyColumns, ...rest], rows: rowsUpTo(groups.length) };
}

/** The first row of each group. */
export function distinct({ columns, rows }: Relation, named: readonly Named[], now: number): Relation {
  const [only] = named;
  const isAll = named.length === 1 && only?.expression.kind === 'star';
  const keys = isAll ? columns : compileNamed(named, { columns, now });
  return { columns: keys, rows: groupsOf(rows, keys).flatMap(([first]) => (first === undefined ? [] : [first])) };
}

function groupsOf(rows: readonly number[], keys: readonly Column[]): number[][] {
  const dynamic = keys.find(({ type }) => type === 'dynamic');
  if (dynamic) {
    throw semanticError(
      'SEM0024',
      `Summarize group key '${dynamic.name}' is of a 'dynamic' type. Please use an explicit cast as grouping by dynamic types is not supported.`,
    );
  }
  const [single, ...others] = keys;
  const keyOfRow = (row: number): Value =>
    single && others.length === 0 ? single.read(row) : keyOf(keys.map((key) => key.read(row)));
  const groups = new Map<Value, number[]>();
  for (const row of rows) {
    const key = keyOfRow(row);
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()];
}

function named(aggregate: readonly Aggregate[], taken: Set<string>, groups: readonly number[][]): Column[] {
  return aggregate.map(({ name, type, of }) => {
    const own = freeName(name, taken);
    taken.add(own);
    const values = groups.map(of);
    return { name: own, type, read: (group) => values[group] ?? null };
  });
}
