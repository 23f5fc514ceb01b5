import { distinct, summarize } from './aggregate.ts';
import { expand } from './expand.ts';
import { compileNamed, compilePredicate } from './expression.ts';
import { join } from './join.ts';
import { order } from './order.ts';
import { semanticError } from './problem.ts';
import { type Column, type Relation, rowsUpTo } from './relation.ts';
import type { Named, Operator, Query } from './syntax.ts';
import { union } from './union.ts';

export interface Run {
  /** Throws a QueryError for a name that is no table. */
  readonly table: (name: string) => Relation;
  readonly now: number;
}

/** The query's rows, none of them read that nobody looks at. Throws a QueryError where Kusto would refuse. */
export function run({ source, operators }: Query, context: Run): Relation {
  const start = typeof source === 'string' ? context.table(source) : run(source, context);
  return operators.reduce((relation, operator) => apply(operator, relation, context, nameOf(source)), start);
}

function nameOf(source: Query['source']): string {
  return typeof source === 'string' ? source : nameOf(source.source);
}

function apply(operator: Operator, relation: Relation, context: Run, source: string): Relation {
  const { columns, rows } = relation;
  const { now } = context;
  const scope = { columns, now };
  switch (operator.kind) {
    case 'where':
      return { columns, rows: rows.filter(compilePredicate(operator.predicate, scope)) };
    case 'project':
      return { columns: compileNamed(operator.columns, scope), rows };
    case 'extend':
      return { columns: extended(operator.columns, columns, now), rows };
    case 'project-away':
      return { columns: remaining(operator.patterns, columns), rows };
    case 'order':
      return order(relation, operator.keys, now);
    case 'take':
      return { columns, rows: rows.slice(0, operator.count) };
    case 'top': {
      const sorted = order(relation, [operator.key], now);
      return { columns, rows: sorted.rows.slice(0, operator.count) };
    }
    case 'count':
      return { columns: [{ name: 'Count', type: 'long', read: () => rows.length }], rows: rowsUpTo(1) };
    case 'distinct':
      return distinct(relation, operator.columns, now);
    case 'summarize':
      return summarize(relation, operator, now);
    case 'join':
      return join(relation, run(operator.right, context), operator, now);
    case 'union':
      return union(
        [relation, ...operator.legs.map((leg) => run(leg, context))],
        [source, ...operator.legs.map((leg) => nameOf(leg.source))],
        operator,
      );
    case 'mv-expand':
      return expand(relation, operator, now);
  }
}

// A column of that name is replaced where it stands; later ones see it.
function extended(named: readonly Named[], columns: readonly Column[], now: number): Column[] {
  const added = compileNamed(named, { columns, now });
  const replaced = columns.map((column) => added.find(({ name }) => name === column.name) ?? column);
  return [...replaced, ...added.filter(({ name }) => !columns.some((column) => column.name === name))];
}

function remaining(patterns: readonly string[], columns: readonly Column[]): Column[] {
  const fits = (pattern: string, name: string) =>
    pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
  const unknown = patterns.find((pattern) => !pattern.endsWith('*') && !columns.some(({ name }) => name === pattern));
  if (unknown) throw semanticError('SEM0100', `Failed to resolve column or scalar expression named '${unknown}'`);
  return columns.filter(({ name }) => !patterns.some((pattern) => fits(pattern, name)));
}
