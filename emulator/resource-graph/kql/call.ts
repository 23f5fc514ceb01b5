import type { Compiled } from './expression.ts';
import { FUNCTIONS } from './functions.ts';
import { notInLanguage, semanticError } from './problem.ts';
import { emptyOf, type ScalarType } from './value.ts';

/** A call of one of Kusto's functions. Throws a QueryError for one that is not served, or called wrongly. */
export function compileCall(name: string, args: readonly Compiled[], now: number): Compiled {
  const special = Object.hasOwn(SPECIAL, name) ? SPECIAL[name] : undefined;
  if (special) return special(args, now);
  const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (!known) throw notInLanguage(name);
  const { least, most, type, call } = known;
  if (args.length < least || args.length > most) throw wrongArguments(name, args.length);
  const wrong = known.takes && args.find((arg) => arg.type !== known.takes);
  if (wrong) throw semanticError('SEM0021', `'${name}' takes a value of type ${known.takes}, not ${wrong.type}.`);
  const types = args.map((arg) => arg.type);
  const [first, second] = args;
  if (first && !second) return { type, read: (row) => call([first.read(row)], types) };
  return {
    type,
    read: (row) =>
      call(
        args.map((arg) => arg.read(row)),
        types,
      ),
  };
}

// Those whose type or value depends on more than their arguments' values.
const SPECIAL: Readonly<Record<string, (args: readonly Compiled[], now: number) => Compiled>> = {
  now: (args, now) => at(args[0], now, 1),
  ago(args, now) {
    if (args[0]?.type !== 'timespan') throw wrongArguments('ago', args.length);
    return at(args[0], now, -1);
  },
  iff: conditional,
  iif: conditional,
  case: cases,
  coalesce(args) {
    const type = commonType('coalesce', args);
    const empty = emptyOf(type);
    return {
      type,
      read(row) {
        for (const arg of args) {
          const value = arg.read(row);
          if (value !== empty) return value;
        }
        return empty;
      },
    };
  },
  not(args) {
    const [arg] = args;
    if (arg?.type !== 'bool' || args.length !== 1) throw wrongArguments('not', args.length);
    return {
      type: 'bool',
      read(row) {
        const value = arg.read(row);
        return value === null ? null : value !== true;
      },
    };
  },
};

function conditional(args: readonly Compiled[]): Compiled {
  const [condition, ...branches] = args;
  const [yes, no] = branches;
  if (condition?.type !== 'bool' || !yes || !no || args.length !== 3) throw wrongArguments('iff', args.length);
  return {
    type: commonType('iff', branches),
    read: (row) => (condition.read(row) === true ? yes.read(row) : no.read(row)),
  };
}

// case(a, 1, b, 2, 3) is iff(a, 1, iff(b, 2, 3)).
function cases(args: readonly Compiled[]): Compiled {
  const [condition, value, ...rest] = args;
  const [last] = rest;
  if (!condition || !value || !last || args.length % 2 === 0) throw wrongArguments('case', args.length);
  return conditional([condition, value, rest.length === 1 ? last : cases(rest)]);
}

function at(shift: Compiled | undefined, now: number, sign: number): Compiled {
  const time = now + sign * Number(shift?.read(0) ?? 0);
  return { type: 'datetime', read: () => time };
}

function commonType(name: string, args: readonly Compiled[]): ScalarType {
  const types = [...new Set(args.map(({ type }) => type))];
  const [type] = types;
  if (types.length === 2 && types.every((one) => one === 'long' || one === 'real')) return 'real';
  if (type === undefined || types.length > 1) {
    throw semanticError('SEM0021', `The arguments of '${name}' must be of one type, and are ${types.join(', ')}.`);
  }
  return type;
}

function wrongArguments(name: string, count: number) {
  return semanticError('SEM0219', `'${name}' cannot be called with these arguments, ${count} in number.`);
}
