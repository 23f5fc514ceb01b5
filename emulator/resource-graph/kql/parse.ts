import { type Cursor, cursorOver } from './cursor.ts';
import { parseExpression, parseList, parseNamed } from './parse-expression.ts';
import { notInLanguage, tooMany, unsupportedJoin } from './problem.ts';
import type { Expand, Expression, JoinCondition, JoinFlavor, Operator, Query, SortKey } from './syntax.ts';
import type { ScalarType } from './value.ts';

const DEFAULT_TABLE = 'Resources';
const FLAVORS: readonly JoinFlavor[] = ['innerunique', 'inner', 'leftouter', 'fullouter'];
const LIMITS = { join: 3, 'mv-expand': 3, union: 3 } as const;
const MAX_EXPANDED = 400;
const DEFAULT_EXPANDED = 128;
// Kusto has them, Resource Graph does not list them or the local Azure does not serve them.
const REFUSED = [
  ...['as', 'consume', 'datatable', 'evaluate', 'externaldata', 'facet', 'find', 'fork', 'getschema', 'invoke', 'let'],
  ...['lookup', 'make-series', 'mv-apply', 'parse', 'parse-kv', 'parse-where', 'partition', 'print', 'project-keep'],
  ...['project-rename', 'project-reorder', 'project-smart', 'range', 'reduce', 'render', 'sample', 'sample-distinct'],
  ...['scan', 'search', 'serialize', 'set', 'top-hitters', 'top-nested'],
];

const READERS: Readonly<Record<string, (cursor: Cursor) => Operator>> = {
  where: (cursor) => ({ kind: 'where', predicate: parseExpression(cursor) }),
  filter: (cursor) => ({ kind: 'where', predicate: parseExpression(cursor) }),
  project: (cursor) => ({ kind: 'project', columns: parseList(cursor, parseNamed) }),
  extend: (cursor) => ({ kind: 'extend', columns: parseList(cursor, parseNamed) }),
  'project-away': (cursor) => ({ kind: 'project-away', patterns: parseList(cursor, namePattern) }),
  order,
  sort: order,
  take: (cursor) => ({ kind: 'take', count: cursor.wholeNumber() }),
  limit: (cursor) => ({ kind: 'take', count: cursor.wholeNumber() }),
  top(cursor) {
    const count = cursor.wholeNumber();
    cursor.expect('by');
    return { kind: 'top', count, key: sortKey(cursor) };
  },
  count: () => ({ kind: 'count' }),
  distinct: (cursor) => ({ kind: 'distinct', columns: parseList(cursor, parseNamed) }),
  summarize(cursor) {
    const aggregates = cursor.peek().text === 'by' ? [] : parseList(cursor, parseNamed);
    const by = cursor.take('by') ? parseList(cursor, parseNamed) : [];
    return { kind: 'summarize', aggregates, by };
  },
  join,
  union,
  'mv-expand': expand,
  mvexpand: expand,
};

/** The query as Resource Graph reads it. Throws a QueryError for what it would refuse. */
export function parseQuery(text: string): Query {
  const cursor = cursorOver(text);
  const query = pipeline(cursor);
  if (cursor.peek().kind !== 'end') throw cursor.failure('|');
  for (const [kind, limit] of Object.entries(LIMITS)) {
    if (occurrences(query, kind) > limit) throw tooMany(kind === 'union' ? 'union legs' : `${kind} operators`, limit);
  }
  return query;
}

function pipeline(cursor: Cursor): Query {
  const operators: Operator[] = [];
  const source = sourceOf(cursor);
  const first = cursor.operatorName();
  // A query may begin with its first operator: then it is about Resources.
  if (source === null && cursor.peek().kind === 'name') operators.push(operator(cursor, first));
  while (cursor.take('|')) operators.push(operator(cursor, cursor.operatorName()));
  return { source: source ?? DEFAULT_TABLE, operators };
}

function sourceOf(cursor: Cursor): string | Query | null {
  if (cursor.take('(')) {
    const inner = pipeline(cursor);
    cursor.expect(')');
    return inner;
  }
  const name = cursor.operatorName();
  if (name === 'union') return leadingUnion(cursor);
  if (READERS[name] || cursor.peek().text === '|') return null;
  if (REFUSED.includes(name)) throw notInLanguage(name);
  return cursor.name();
}

function operator(cursor: Cursor, name: string): Operator {
  if (REFUSED.includes(name)) throw notInLanguage(name);
  const read = Object.hasOwn(READERS, name) ? READERS[name] : undefined;
  if (!read) throw cursor.failure('an operator');
  cursor.next();
  if (name.includes('-')) cursor.take('-', name.split('-')[1] ?? '');
  return read(cursor);
}

function order(cursor: Cursor): Operator {
  cursor.expect('by');
  return { kind: 'order', keys: parseList(cursor, sortKey) };
}

function sortKey(cursor: Cursor): SortKey {
  const expression = parseExpression(cursor);
  const descending = !cursor.take('asc') && (cursor.take('desc') || true);
  const nullsFirst = cursor.take('nulls', 'first') || (!cursor.take('nulls', 'last') && !descending);
  return { expression, descending, nullsFirst };
}

function namePattern(cursor: Cursor): string {
  const head = cursor.take('*') ? '*' : cursor.name();
  return head !== '*' && cursor.take('*') ? `${head}*` : head;
}

function join(cursor: Cursor): Operator {
  const flavor = option(cursor, 'kind') ?? 'innerunique';
  const known = FLAVORS.find((one) => one === flavor);
  if (!known) throw unsupportedJoin(flavor);
  if (cursor.peek().text.startsWith('hint')) throw notInLanguage(cursor.peek().text);
  const right = leg(cursor);
  cursor.expect('on');
  return { kind: 'join', flavor: known, right, on: parseList(cursor, joinCondition) };
}

function joinCondition(cursor: Cursor): JoinCondition {
  const expression = parseExpression(cursor);
  if (expression.kind === 'name') return { left: expression, right: expression };
  const sides = expression.kind === 'binary' && expression.operator === '==' ? [expression.left, expression.right] : [];
  const left = sides.map((side) => sideOf(side, '$left')).find((side) => side !== null);
  const right = sides.map((side) => sideOf(side, '$right')).find((side) => side !== null);
  if (!left || !right) throw cursor.failure('a column, or $left.column == $right.column');
  return { left, right };
}

function sideOf(expression: Expression, side: string): Expression | null {
  if (expression.kind !== 'element' || expression.object.kind !== 'name' || expression.object.name !== side)
    return null;
  const { index } = expression;
  return index.kind === 'literal' && typeof index.value === 'string' ? { kind: 'name', name: index.value } : null;
}

function leadingUnion(cursor: Cursor): Query {
  cursor.next();
  const { legs, ...options } = unionOf(cursor);
  const [first, ...others] = legs;
  if (!first) throw cursor.failure('a table');
  return { source: first, operators: [{ ...options, legs: others }] };
}

function union(cursor: Cursor): Operator {
  return unionOf(cursor);
}

function unionOf(cursor: Cursor): Extract<Operator, { kind: 'union' }> {
  const kind = option(cursor, 'kind');
  const source = option(cursor, 'withsource');
  const isFuzzy = option(cursor, 'isfuzzy');
  if (isFuzzy !== undefined) throw notInLanguage('isfuzzy');
  const isInner = (kind ?? option(cursor, 'kind')) === 'inner';
  return { kind: 'union', legs: parseList(cursor, leg), isInner, ...(source === undefined ? {} : { source }) };
}

function leg(cursor: Cursor): Query {
  if (cursor.peek().text !== '(') return { source: cursor.name(), operators: [] };
  cursor.next();
  const inner = pipeline(cursor);
  cursor.expect(')');
  return inner;
}

function expand(cursor: Cursor): Expand {
  const kind = option(cursor, 'bagexpansion') ?? option(cursor, 'kind') ?? 'bag';
  if (kind !== 'bag' && kind !== 'array') throw cursor.failure('bag or array');
  const columns = parseList(cursor, (at) => {
    const named = parseNamed(at);
    return at.take('to') ? { ...named, type: typeOf(at) } : named;
  });
  const limit = cursor.take('limit') ? cursor.wholeNumber() : DEFAULT_EXPANDED;
  if (limit > MAX_EXPANDED) throw tooMany('rows of mv-expand for one record', MAX_EXPANDED);
  return { kind: 'mv-expand', columns, bagsAsArrays: kind === 'array', limit };
}

function typeOf(cursor: Cursor): ScalarType {
  cursor.expect('typeof');
  cursor.expect('(');
  const types: readonly ScalarType[] = ['string', 'bool', 'long', 'real', 'datetime', 'dynamic'];
  const type = types.find((one) => cursor.take(one)) ?? (cursor.take('int') ? 'long' : undefined);
  if (!type) throw cursor.failure(types.join(' or '));
  cursor.expect(')');
  return type;
}

function option(cursor: Cursor, name: string): string | undefined {
  if (!cursor.take(name, '=')) return undefined;
  return cursor.name();
}

function occurrences({ source, operators }: Query, kind: string): number {
  const inSource = typeof source === 'string' ? 0 : occurrences(source, kind);
  return operators.reduce((sum, operator) => {
    const inner = operator.kind === 'join' ? [operator.right] : operator.kind === 'union' ? operator.legs : [];
    const own = operator.kind !== kind ? 0 : operator.kind === 'union' ? operator.legs.length : 1;
    return sum + own + inner.reduce((all, query) => all + occurrences(query, kind), 0);
  }, inSource);
}
