import { type GraphQLOutputType, getNamedType } from 'graphql';

// https://spec.graphql.org/October2021/#sec-Int
const MAX_INT = 2 ** 31 - 1;

/**
 * What stands somewhere in a resource, as the contract's scalar of that place: what Azure writes as a text may be a number or a flag.
 * Undefined where it is none.
 */
export function scalarOf(value: unknown, type: GraphQLOutputType): string | number | boolean | undefined {
  switch (getNamedType(type).name) {
    case 'Int':
      return wholeNumber(value);
    case 'Boolean':
      return flag(value);
    default:
      return text(value);
  }
}

function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d{1,10}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && Math.abs(number) <= MAX_INT ? number : undefined;
}

function flag(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const word = typeof value === 'string' ? value.toLowerCase() : undefined;
  return word === 'true' || word === 'false' ? word === 'true' : undefined;
}

function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
