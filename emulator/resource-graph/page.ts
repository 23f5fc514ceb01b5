import type { Column, Relation } from './kql/relation.ts';
import { type ScalarType, wireOf } from './kql/value.ts';
import { type Question, skipToken } from './question.ts';

const WIRE_TYPES: Readonly<Record<ScalarType, string>> = {
  string: 'string',
  bool: 'boolean',
  long: 'integer',
  real: 'number',
  datetime: 'datetime',
  timespan: 'string',
  dynamic: 'object',
};

/** One page of the rows. Without an `id` in them, or with `take` in the query, there is no token for the next. */
export function pageOf({ columns, rows }: Relation, question: Question, isLimited: boolean) {
  const start = isLimited ? 0 : (question.start ?? question.skip);
  const end = start + question.top;
  const page = rows.slice(start, end);
  const isCut = end < rows.length;
  const isPageable = !isLimited && columns.some(({ name }) => name === 'id');
  return {
    totalRecords: rows.length,
    count: page.length,
    data: question.format === 'table' ? asTable(columns, page) : page.map((row) => asObject(columns, row)),
    resultTruncated: isCut && !isPageable ? 'true' : 'false',
    ...(isCut && isPageable ? { $skipToken: skipToken(end, question) } : {}),
  };
}

function asTable(columns: readonly Column[], rows: readonly number[]) {
  return {
    columns: columns.map(({ name, type }) => ({ name, type: WIRE_TYPES[type] })),
    rows: rows.map((row) => columns.map(({ type, read }) => wireOf(read(row), type))),
  };
}

/** A row as an object of its columns. */
export function asObject(columns: readonly Column[], row: number) {
  return Object.fromEntries(columns.map(({ name, type, read }) => [name, wireOf(read(row), type)]));
}
