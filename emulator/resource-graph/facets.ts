import { summarize } from './kql/aggregate.ts';
import { cursorOver } from './kql/cursor.ts';
import { compile, nameOf } from './kql/expression.ts';
import { order } from './kql/order.ts';
import { parseExpression } from './kql/parse-expression.ts';
import { QueryError } from './kql/problem.ts';
import type { Relation } from './kql/relation.ts';
import { run } from './kql/run.ts';
import type { Expression } from './kql/syntax.ts';
import { asObject } from './page.ts';
import type { FacetQuestion } from './question.ts';

/** How often each value of an expression stands in all of the rows; what is wrong with a facet stands in its own result. */
export function facetOf(relation: Relation, facet: FacetQuestion, now: number) {
  const { expression } = facet;
  try {
    const counted = count(relation, facet, now);
    const data = counted.rows.slice(0, facet.top).map((row) => asObject(counted.columns, row));
    return { expression, resultType: 'FacetResult', totalRecords: counted.rows.length, count: data.length, data };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const errors = [
      { code: 'NoValidColumns', message: 'No valid columns in facet expression.' },
      { code: 'InvalidColumnNames', message: `Invalid column names: [${expression}].` },
    ];
    return { expression, resultType: 'FacetError', errors };
  }
}

function count(relation: Relation, facet: FacetQuestion, now: number): Relation {
  const cursor = cursorOver(facet.expression);
  const value = parseExpression(cursor);
  if (cursor.peek().kind !== 'end') throw cursor.failure('an expression');
  const filtered = facet.filter === null ? relation : { ...relation, rows: filter(relation, facet.filter, now) };
  const key = { name: nameOf(value) ?? facet.expression, expression: castable(value, relation, now) };
  const all: Expression = { kind: 'call', name: 'count', args: [] };
  const counted = summarize(
    filtered,
    { kind: 'summarize', aggregates: [{ name: 'count', expression: all }], by: [key] },
    now,
  );
  const sortBy = facet.sortBy.toLowerCase() === 'count' ? 'count' : key.name;
  const { descending } = facet;
  return order(counted, [{ expression: { kind: 'name', name: sortBy }, descending, nullsFirst: !descending }], now);
}

function castable(expression: Expression, { columns }: Relation, now: number): Expression {
  const { type } = compile(expression, { columns, now });
  return type === 'dynamic' ? { kind: 'call', name: 'tostring', args: [expression] } : expression;
}

function filter(relation: Relation, text: string, now: number): readonly number[] {
  const cursor = cursorOver(text);
  const predicate = parseExpression(cursor);
  const table = () => relation;
  return run({ source: '', operators: [{ kind: 'where', predicate }] }, { table, now }).rows;
}
