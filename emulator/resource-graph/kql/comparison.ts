import type { Compiled } from './expression.ts';
import { semanticError } from './problem.ts';
import { anyOf, regexOf } from './regex.ts';
import { compare, keyOf, type ScalarType, textOf, type Value } from './value.ts';

type Test = (left: string, right: string) => boolean;

const NUMERIC: readonly ScalarType[] = ['long', 'real'];
const TEXT_TESTS: Readonly<Record<string, Test>> = {
  contains: (left, right) => left.includes(right),
  startswith: (left, right) => left.startsWith(right),
  endswith: (left, right) => left.endsWith(right),
  has: hasTerm,
};
const ORDER: Readonly<Record<string, (sign: number) => boolean>> = {
  '<': (sign) => sign < 0,
  '<=': (sign) => sign <= 0,
  '>': (sign) => sign > 0,
  '>=': (sign) => sign >= 0,
};

export function compileBinary(operator: string, left: Compiled, right: Compiled): Compiled {
  if (operator === 'and' || operator === 'or') return logical(operator, left, right);
  if (operator === '==' || operator === '!=') return equality(operator === '==', left, right);
  const order = ORDER[operator];
  if (order) return ordered(order, left, right);
  if (operator === 'matches regex') return matching(left, right);
  if ('+-*/%'.includes(operator)) return arithmetic(operator, left, right);
  return textual(operator, left, right);
}

/** `in`, with or without case, and `has_any`. */
export function compileIn(operator: string, left: Compiled, list: readonly Compiled[]): Compiled {
  if (operator === 'has_any') {
    const terms = list.map((one) => textOf(one.read(0), one.type).toLowerCase());
    return bool((row) => terms.some((term) => hasTerm(textOf(left.read(row), left.type).toLowerCase(), term)));
  }
  const ignoresCase = operator.endsWith('~');
  if (ignoresCase) textOperands(operator, left, ...list);
  const key = (value: Value, type: ScalarType) =>
    ignoresCase ? textOf(value, type).toLowerCase() : textOf(value, type);
  // Kusto takes lists of dynamic values apart.
  const wanted = new Set(list.flatMap((one) => [one.read(0)].flat().map((value) => key(value, one.type))));
  const expected = !operator.startsWith('!');
  return bool((row) => wanted.has(key(left.read(row), left.type)) === expected);
}

/** Whether it contains one of the texts, in any letter case: read once a row, however many they are. */
export function compileContains(left: Compiled, texts: readonly string[]): Compiled {
  textOperands('contains', left);
  const any = anyOf(texts.map((text) => text.toLowerCase()));
  return bool((row) => any.test(textOf(left.read(row), left.type).toLowerCase()));
}

function logical(operator: 'and' | 'or', left: Compiled, right: Compiled): Compiled {
  for (const { type } of [left, right]) {
    if (type !== 'bool') throw semanticError('SEM0012', `'${operator}' takes booleans, not a value of type ${type}.`);
  }
  const decisive = operator === 'or';
  return {
    type: 'bool',
    read(row) {
      const first = left.read(row);
      if (first === decisive) return decisive;
      const second = right.read(row);
      if (second === decisive) return decisive;
      return first === null || second === null ? null : !decisive;
    },
  };
}

// A missing dynamic value is the empty string beside a string, and null beside anything else.
function equality(expected: boolean, left: Compiled, right: Compiled): Compiled {
  const sameType = left.type === right.type && left.type !== 'dynamic';
  const isText = [left.type, right.type].includes('string');
  const wanted = (row: number): boolean | null => {
    const [first, second] = [left.read(row), right.read(row)];
    if (isText && !sameType) return textOf(first, left.type) === textOf(second, right.type);
    if (first === null && second === null) return null;
    if (first === null || second === null) return false;
    if (typeof first === 'object' || typeof second === 'object') return keyOf([first]) === keyOf([second]);
    // biome-ignore lint/suspicious/noDoubleEquals: 1n == 1
    return sameType ? first == second : comparable(first, left.type) == comparable(second, right.type);
  };
  return {
    type: 'bool',
    read(row) {
      const same = wanted(row);
      return same === null ? null : same === expected;
    },
  };
}

function comparable(value: Value, type: ScalarType): Value {
  return type === 'datetime' ? textOf(value, type) : value;
}

function ordered(holds: (sign: number) => boolean, left: Compiled, right: Compiled): Compiled {
  const types = [left.type, right.type];
  const areNumbers = types.every((type) => type === 'dynamic' || NUMERIC.includes(type));
  const areTimes = left.type === right.type && (left.type === 'datetime' || left.type === 'timespan');
  if (!(areNumbers || areTimes) || types.every((type) => type === 'dynamic')) {
    const message = `Cannot compare values of types ${left.type} and ${right.type}. Try adding explicit casts`;
    throw semanticError('SEM0064', message);
  }
  return {
    type: 'bool',
    read(row) {
      const [first, second] = [left.read(row), right.read(row)];
      return isNumber(first) && isNumber(second) ? holds(compare(first, second)) : null;
    },
  };
}

function textual(operator: string, left: Compiled, right: Compiled): Compiled {
  textOperands(operator, left, right);
  const expected = !operator.startsWith('!');
  const name = operator.replace('!', '');
  const isExact = name.endsWith('_cs');
  const test = TEXT_TESTS[name.replace('_cs', '')] ?? ((first, second) => first === second);
  const folded = (operand: Compiled, row: number) => {
    const text = textOf(operand.read(row), operand.type);
    return isExact ? text : text.toLowerCase();
  };
  return bool((row) => test(folded(left, row), folded(right, row)) === expected);
}

function matching(left: Compiled, right: Compiled): Compiled {
  textOperands('matches regex', left, right);
  const expression = regexOf(textOf(right.read(0), right.type));
  return bool((row) => expression.test(textOf(left.read(row), left.type)));
}

function textOperands(operator: string, ...operands: readonly Compiled[]): void {
  const wrong = operands.find(({ type }) => type !== 'string' && type !== 'dynamic');
  if (wrong) throw semanticError('SEM0025', `'${operator}' takes strings, not a value of type ${wrong.type}.`);
}

function arithmetic(operator: string, left: Compiled, right: Compiled): Compiled {
  const type = arithmeticType(operator, left.type, right.type);
  return {
    type,
    read(row) {
      const [first, second] = [left.read(row), right.read(row)];
      if (!isNumber(first) || !isNumber(second)) return null;
      if (typeof first === 'number' && typeof second === 'number') return calculate(operator, first, second, type);
      return calculateExactly(operator, BigInt(first), BigInt(second));
    },
  };
}

function arithmeticType(operator: string, left: ScalarType, right: ScalarType): ScalarType {
  const isNumeric = (type: ScalarType) => type === 'dynamic' || NUMERIC.includes(type);
  if (isNumeric(left) && isNumeric(right)) return [left, right].includes('real') ? 'real' : 'long';
  if (operator === '-' && left === 'datetime' && right === 'datetime') return 'timespan';
  if ('+-'.includes(operator) && right === 'timespan' && (left === 'datetime' || left === 'timespan')) return left;
  if (operator === '+' && left === 'timespan' && right === 'datetime') return right;
  throw semanticError('SEM0063', `The operator '${operator}' is not defined for types ${left} and ${right}.`);
}

// A modulo is never negative; integers are divided to integers, and by zero to nothing.
function calculate(operator: string, first: number, second: number, type: ScalarType): number | null {
  switch (operator) {
    case '+':
      return first + second;
    case '-':
      return first - second;
    case '*':
      return first * second;
    case '/':
      if (type === 'long') return second === 0 ? null : Math.trunc(first / second);
      return first / second;
    default:
      return second === 0 ? null : ((first % second) + Math.abs(second)) % Math.abs(second);
  }
}

function calculateExactly(operator: string, first: bigint, second: bigint): bigint | null {
  switch (operator) {
    case '+':
      return first + second;
    case '-':
      return first - second;
    case '*':
      return first * second;
    case '/':
      return second === 0n ? null : first / second;
    default: {
      const size = second < 0n ? -second : second;
      return size === 0n ? null : ((first % size) + size) % size;
    }
  }
}

// A term is whole: no letter or digit stands beside it.
function hasTerm(text: string, term: string): boolean {
  for (let at = text.indexOf(term); at >= 0 && term !== ''; at = text.indexOf(term, at + 1)) {
    const beside = text.charAt(at - 1) + text.charAt(at + term.length);
    if (!/[\p{L}\p{N}]/u.test(beside)) return true;
  }
  return term === '';
}

function isNumber(value: Value): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

function bool(read: (row: number) => boolean): Compiled {
  return { type: 'bool', read };
}
