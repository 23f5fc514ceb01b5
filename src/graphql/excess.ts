import { GraphQLError, type GraphQLResolveInfo, responsePathAsArray } from 'graphql';
import type { GatewayError } from '../errors.ts';
import type { Context } from './context.ts';
import type { Result } from './respond.ts';

/** Ends an operation whose answer is too large: what is still under way of it meets the same error. */
export function exceed(
  originalError: GatewayError,
  { conditions }: Context,
  { path, fieldNodes }: GraphQLResolveInfo,
): never {
  conditions.excess ??= new GraphQLError('', { nodes: fieldNodes, path: responsePathAsArray(path), originalError });
  throw conditions.excess;
}

/** In the place of an answer that was too large: the one error that says so, and not each of the fields that met it. */
export const withinSize = (result: Result, { conditions: { excess } }: Context): Result =>
  excess ? { data: null, errors: [excess] } : result;
