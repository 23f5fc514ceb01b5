import type { Cursor } from './cursor.ts';
import { notInLanguage } from './problem.ts';
import { isReserved } from './reserved.ts';
import type { Expression, Named } from './syntax.ts';

const EQUALITY = ['==', '!=', '=~', '!~', '<', '<=', '>', '>='];
const TEXT = [
  ...['contains', 'contains_cs', 'has', 'has_cs', 'startswith', 'startswith_cs', 'endswith', 'endswith_cs'],
  ...['!contains', '!contains_cs', '!has', '!has_cs', '!startswith', '!startswith_cs', '!endswith', '!endswith_cs'],
];
const IN = ['in', 'in~', '!in', '!in~', 'has_any'];
// Kusto's, and not served here.
const REFUSED = ['between', '!between', 'has_all', 'hasprefix', 'hassuffix', '!hasprefix', '!hassuffix'];

/** One expression, or one that is named: `name = expression`. */
export function parseNamed(cursor: Cursor): Named {
  const isNamed = cursor.peek().kind === 'name' && cursor.peek(1).text === '=' && cursor.peek(1).kind === 'symbol';
  if (!isNamed) return { expression: parseExpression(cursor) };
  const name = cursor.name();
  cursor.expect('=');
  return { name, expression: parseExpression(cursor) };
}

export function parseList<T>(cursor: Cursor, item: (cursor: Cursor) => T): T[] {
  const items = [item(cursor)];
  while (cursor.take(',')) items.push(item(cursor));
  return items;
}

export function parseExpression(cursor: Cursor): Expression {
  return leftToRight(cursor, ['or'], () => leftToRight(cursor, ['and'], () => comparison(cursor)));
}

function comparison(cursor: Cursor): Expression {
  const left = sum(cursor);
  const { text: operator, kind } = cursor.peek();
  if (kind === 'literal' || kind === 'end') return left;
  if (REFUSED.includes(operator)) throw notInLanguage(operator);
  if ([...EQUALITY, ...TEXT].includes(operator)) {
    cursor.next();
    return { kind: 'binary', operator, left, right: sum(cursor) };
  }
  if (operator === 'matches' && cursor.peek(1).text === 'regex') {
    cursor.next();
    cursor.next();
    return { kind: 'binary', operator: 'matches regex', left, right: sum(cursor) };
  }
  if (!IN.includes(operator)) return left;
  cursor.next();
  cursor.expect('(');
  const list = parseList(cursor, parseExpression);
  if (cursor.peek().text === '|') throw notInLanguage(`${operator} (a query)`);
  cursor.expect(')');
  return { kind: 'in', operator, left, list };
}

function sum(cursor: Cursor): Expression {
  return leftToRight(cursor, ['+', '-'], () => leftToRight(cursor, ['*', '/', '%'], () => signed(cursor)));
}

function leftToRight(cursor: Cursor, operators: readonly string[], operand: () => Expression): Expression {
  let left = operand();
  while (cursor.peek().kind !== 'literal' && operators.includes(cursor.peek().text)) {
    const operator = cursor.next().text;
    left = { kind: 'binary', operator, left, right: operand() };
  }
  return left;
}

function signed(cursor: Cursor): Expression {
  return cursor.take('-') ? { kind: 'minus', operand: signed(cursor) } : path(cursor);
}

function path(cursor: Cursor): Expression {
  let object = primary(cursor);
  while (true) {
    if (cursor.take('.')) {
      if (isReserved(cursor.peek().text)) throw cursor.failure(`['${cursor.peek().text}']`);
      object = { kind: 'element', object, index: { kind: 'literal', type: 'string', value: cursor.name() } };
    } else if (cursor.take('[')) {
      object = { kind: 'element', object, index: parseExpression(cursor) };
      cursor.expect(']');
    } else return object;
  }
}

function primary(cursor: Cursor): Expression {
  const { kind, literal } = cursor.peek();
  if (kind === 'literal' && literal) {
    cursor.next();
    return { kind: 'literal', ...literal };
  }
  if (cursor.take('*')) return { kind: 'star' };
  if (cursor.take('(')) {
    const inner = parseExpression(cursor);
    cursor.expect(')');
    return inner;
  }
  if (kind !== 'name' && cursor.peek().text !== '[') throw cursor.failure('an expression');
  const name = cursor.name();
  if (!cursor.take('(')) return { kind: 'name', name };
  const args = cursor.peek().text === ')' ? [] : parseList(cursor, parseExpression);
  cursor.expect(')');
  return { kind: 'call', name, args };
}
