import { parserFailure } from './problem.ts';
import { parseDatetime, parseTimespan, type ScalarType, type Value } from './value.ts';

export interface Token {
  readonly kind: 'name' | 'symbol' | 'literal' | 'end';
  /** As written; of a literal, what an error shows. */
  readonly text: string;
  readonly at: number;
  readonly literal?: { readonly type: ScalarType; readonly value: Value };
}

const BLANK = /(?:\s|\/\/[^\n]*)+/y;
const TYPED = /(datetime|timespan|time|dynamic|bool|long|int|real|double)\s*\(/y;
const NAME = /[A-Za-z_$][A-Za-z0-9_]*/y;
const TIMESPAN = /\d+(?:\.\d+)?(?:d|h|m|s|ms|microsecond|tick)(?![A-Za-z0-9_])/y;
const NUMBER = /\d+(?:\.\d+(?:[eE][+-]?\d+)?|[eE][+-]?\d+)?/y;
const NEGATED = /!(?:in~|[a-z]+(?:_cs)?)/y;
const SYMBOL = /==|=~|!=|!~|<=|>=|\.\.|[|()[\],.=<>+\-*/%;:]/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\', "'": "'", '"': '"' };

/** The words of a query, the last of kind `end`. Throws a QueryError where there is none. */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0] ?? null;
  };
  while (true) {
    at += take(BLANK)?.length ?? 0;
    if (at >= text.length) return [...tokens, { kind: 'end', text: '<EOF>', at }];
    const token = typedLiteral() ?? stringLiteral() ?? numberLiteral() ?? word();
    if (!token) throw parserFailure(text, at, text.charAt(at), 'a name, literal or operator');
    tokens.push(token);
    at += token.text.length;
  }

  function typedLiteral(): Token | null {
    const opening = take(TYPED);
    if (!opening) return null;
    const end = closingParenthesis(text, at + opening.length);
    if (end < 0) throw parserFailure(text, text.length, '<EOF>', ')');
    const literal = readTyped(opening.replace(/\s*\($/, ''), text.slice(at + opening.length, end).trim());
    if (!literal) throw parserFailure(text, at, text.slice(at, end + 1), 'a literal of that type');
    return literalToken(literal, text.slice(at, end + 1));
  }

  function stringLiteral(): Token | null {
    const isVerbatim = text[at] === '@';
    const start = isVerbatim ? at + 1 : at;
    const quote = text[start];
    if (quote !== "'" && quote !== '"') return null;
    let value = '';
    for (let index = start + 1; index < text.length; index += 1) {
      const character = text.charAt(index);
      if (character === quote) {
        const isDoubled = isVerbatim && text[index + 1] === quote;
        if (!isDoubled) return literalToken({ type: 'string', value }, text.slice(at, index + 1));
        index += 1;
        value += quote;
      } else if (character === '\n') {
        throw parserFailure(text, index, '<EOL>', quote);
      } else if (character === '\\' && !isVerbatim) {
        const unicode = /^u[0-9a-fA-F]{4}/.exec(text.slice(index + 1, index + 6))?.[0];
        const escaped = unicode
          ? String.fromCharCode(Number.parseInt(unicode.slice(1), 16))
          : ESCAPES[text.charAt(index + 1)];
        if (escaped === undefined) throw parserFailure(text, index, text.slice(index, index + 2), 'an escape sequence');
        value += escaped;
        index += unicode?.length ?? 1;
      } else {
        value += character;
      }
    }
    throw parserFailure(text, text.length, '<EOF>', quote);
  }

  function numberLiteral(): Token | null {
    const timespan = take(TIMESPAN);
    if (timespan) return literalToken({ type: 'timespan', value: parseTimespan(timespan) }, timespan);
    const number = take(NUMBER);
    if (!number) return null;
    return literalToken({ type: /[.eE]/.test(number) ? 'real' : 'long', value: Number(number) }, number);
  }

  function word(): Token | null {
    const name = take(NAME);
    if (name === 'true' || name === 'false') return literalToken({ type: 'bool', value: name === 'true' }, name);
    if (name) return { kind: 'name', text: name === 'in' && text[at + 2] === '~' ? 'in~' : name, at };
    const symbol = take(NEGATED) ?? take(SYMBOL);
    return symbol === null ? null : { kind: 'symbol', text: symbol, at };
  }

  function literalToken(literal: NonNullable<Token['literal']>, source: string): Token {
    return { kind: 'literal', text: source, at, literal };
  }
}

/** Undefined when the text is no value of the type. */
function readTyped(type: string, text: string): Token['literal'] {
  switch (type) {
    case 'dynamic':
      return dynamicLiteral(text);
    case 'datetime': {
      const value = text === 'null' ? null : parseDatetime(text);
      return value === null && text !== 'null' ? undefined : { type, value };
    }
    case 'timespan':
    case 'time': {
      const value = text === 'null' ? null : parseTimespan(text);
      return value === null && text !== 'null' ? undefined : { type: 'timespan', value };
    }
    case 'bool':
      if (!['true', 'false', 'null'].includes(text)) return undefined;
      return { type, value: text === 'null' ? null : text === 'true' };
    default: {
      const value = text === 'null' ? null : Number(text);
      if (Number.isNaN(value)) return undefined;
      return { type: type === 'real' || type === 'double' ? 'real' : 'long', value };
    }
  }
}

function dynamicLiteral(text: string): Token['literal'] {
  try {
    return { type: 'dynamic', value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function closingParenthesis(text: string, from: number): number {
  let depth = 1;
  let quote = '';
  for (let index = from; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (quote) {
      if (character === '\\') index += 1;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    if (depth === 0) return index;
  }
  return -1;
}
