import type { GraphQLError } from 'graphql';
import { limitExceeded } from './limits.ts';
import type { Operation } from './operation.ts';
import type { Parameters } from './parameters.ts';

// Filters have ten levels of their own, each of a list and an object.
const MAX_LEVELS = 64;

/** The variables that the operation declares: what else a request brings takes memory for as long as it lasts. */
export function declared({ variableNames }: Operation, asked: Parameters): Parameters {
  const given = Object.entries(asked.variables ?? {});
  const own = given.filter(([name]) => variableNames.includes(name));
  return own.length === given.length ? asked : { ...asked, variables: Object.fromEntries(own) };
}

/**
 * Refuses variables that are nested deeper than any argument is: GraphQL and the fields walk down them. Those that the operation
 * does not declare are nobody's, however deep.
 */
export function refusalByVariables({ variableNames }: Operation, { variables }: Parameters): GraphQLError | undefined {
  if (!variables || shallow.has(variables)) return undefined;
  const deep = variableNames.find((name) => isDeeper(variables[name], MAX_LEVELS));
  if (deep !== undefined) return tooDeep(deep);
  shallow.add(variables);
  return undefined;
}

// The same text of a request has the same object of variables, and the same operation.
const shallow = new WeakSet<object>();

function isDeeper(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== 'object') return false;
  return levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1));
}

const tooDeep = (name: string) => limitExceeded(`The variable $${name} is nested more than ${MAX_LEVELS} levels deep.`);
