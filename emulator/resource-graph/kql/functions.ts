import { xxHash64 } from './hash.ts';
import { compare, isBag, parseDatetime, parseTimespan, type ScalarType, textOf, type Value } from './value.ts';

export interface ScalarFunction {
  readonly least: number;
  readonly most: number;
  readonly type: ScalarType;
  /** The one type that its arguments must be of. */
  readonly takes?: ScalarType;
  readonly call: (args: readonly Value[], types: readonly ScalarType[]) => Value;
}

/** Kusto's functions whose value depends on their arguments alone. */
export const FUNCTIONS: Readonly<Record<string, ScalarFunction>> = {
  isempty: test((value, type) => textOf(value, type) === ''),
  isnotempty: test((value, type) => textOf(value, type) !== ''),
  // A string is never null.
  isnull: test((value, type) => type !== 'string' && value === null),
  isnotnull: test((value, type) => type === 'string' || value !== null),
  tolower: text((value) => value.toLowerCase()),
  toupper: text((value) => value.toUpperCase()),
  tostring: text((value) => value),
  strlen: { ...one('long', (value, type) => textOf(value, type).length) },
  strcat: {
    ...{ least: 1, most: 64, type: 'string' },
    call: (args, types) => args.map((value, index) => textOf(value, types[index] ?? 'string')).join(''),
  },
  strcmp: {
    ...{ least: 2, most: 2, type: 'long', takes: 'string' },
    call: ([left = '', right = '']) => compare(left, right),
  },
  substring: {
    ...{ least: 2, most: 3, type: 'string' },
    call([value = '', start, length], [type = 'string']) {
      const from = Number(start);
      return textOf(value, type).slice(from, length === undefined ? undefined : from + Number(length));
    },
  },
  indexof: {
    ...{ least: 2, most: 2, type: 'long' },
    call: ([value = '', lookup = ''], [type = 'string', other = 'string']) =>
      textOf(value, type).indexOf(textOf(lookup, other)),
  },
  split: {
    ...{ least: 2, most: 3, type: 'dynamic' },
    call([value = '', delimiter = '', index], [type = 'string', other = 'string']) {
      const parts = textOf(value, type).split(textOf(delimiter, other));
      return index === undefined ? parts : parts.slice(Number(index), Number(index) + 1);
    },
  },
  hash: {
    ...{ least: 1, most: 2, type: 'long' },
    call([value = '', modulo], [type = 'string']) {
      const hash = xxHash64(textOf(value, type));
      if (modulo === undefined || modulo === null) return hash;
      const size = BigInt(Number(modulo));
      return Number(((hash % size) + size) % size);
    },
  },
  array_length: { ...one('long', (value) => (Array.isArray(value) ? value.length : null)), takes: 'dynamic' },
  bag_keys: {
    ...one('dynamic', (value) => (isBag(value) ? Object.keys(value) : null)),
    takes: 'dynamic',
  },
  parse_json: one('dynamic', parsed),
  todynamic: one('dynamic', parsed),
  todatetime: one('datetime', (value, type) =>
    typeof value === 'number' ? value : parseDatetime(textOf(value, type)),
  ),
  totimespan: one('timespan', (value, type) =>
    typeof value === 'number' ? value : parseTimespan(textOf(value, type)),
  ),
  tolong: one('long', whole),
  toint: one('long', whole),
  toreal: one('real', number),
  todouble: one('real', number),
  tobool: one('bool', (value, type) => {
    if (typeof value === 'number') return value !== 0;
    const word = textOf(value, type).toLowerCase();
    return word === 'true' || word === '1' ? true : word === 'false' || word === '0' ? false : null;
  }),
};

function one(type: ScalarType, read: (value: Value, type: ScalarType) => Value): ScalarFunction {
  return { least: 1, most: 1, type, call: ([value = null], [own = 'dynamic']) => read(value, own) };
}

function test(read: (value: Value, type: ScalarType) => boolean): ScalarFunction {
  return one('bool', read);
}

function text(read: (value: string) => string): ScalarFunction {
  return one('string', (value, type) => read(textOf(value, type)));
}

function parsed(value: Value, type: ScalarType): Value {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(textOf(value, type));
  } catch {
    return value;
  }
}

function number(value: Value, type: ScalarType): number | null {
  const written = textOf(value, type).trim();
  const result = typeof value === 'boolean' ? Number(value) : Number(written);
  return written === '' || Number.isNaN(result) ? null : result;
}

function whole(value: Value, type: ScalarType): Value {
  if (typeof value === 'bigint') return value;
  const result = number(value, type);
  return result === null ? null : Math.trunc(result);
}
