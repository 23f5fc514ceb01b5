import { GraphQLError, type GraphQLResolveInfo, responsePathAsArray } from 'graphql';
import type { GatewayError } from '../errors.ts';
import type { Context } from './context.ts';
import type { Result } from './respond.ts';

/** Takes note of a part that a list lacks: the rest is answered, and such an answer is not given again. */
export const notingMissing =
  ({ conditions }: Context, { path, fieldNodes }: GraphQLResolveInfo) =>
  (failure: GatewayError): void => {
    conditions.isWhole = false;
    const at = { nodes: fieldNodes, path: responsePathAsArray(path) };
    conditions.missing.push(new GraphQLError(failure.message, { ...at, originalError: failure }));
  };

/** Adds to an answer's errors one for each part that a list of it lacks. */
export function withMissing(result: Result, { conditions: { missing } }: Context): Result {
  return missing.length > 0 ? { ...result, errors: [...(result.errors ?? []), ...missing] } : result;
}
