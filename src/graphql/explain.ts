import { GraphQLError } from 'graphql';
import type { BudgetLimit } from '../azure/budget.ts';
import type { HttpRequest } from '../http.ts';
import type { Scope } from '../policy.ts';
import { ANYTHING, denialOf, isGranted } from './access.ts';
import type { Context } from './context.ts';
import type { Result } from './respond.ts';

const HEADER = 'x-explain';

/** Why an operation is not run: it is to be explained to who may not have that. */
export function refusalToExplain(request: HttpRequest, context: Context): GraphQLError | undefined {
  const originalError = isAsked(request) ? denialOf('explain', { anyOf: ANYTHING }, context) : undefined;
  return originalError && new GraphQLError('', { originalError });
}

/** Tells in `extensions.upstream` what an answer cost, to who asks for it by the header `x-explain: 1` and may. */
export function explained(result: Result, request: HttpRequest, context: Context): Result {
  if (!isAsked(request) || denialOf('explain', { anyOf: ANYTHING }, context)) return result;
  return { ...result, extensions: { ...result.extensions, upstream: upstreamOf(context) } };
}

const isAsked = ({ headers }: HttpRequest): boolean => headers.get(HEADER) === '1';

function upstreamOf({ calls, saved }: Context) {
  return {
    callsMade: calls.length,
    callsSaved: saved.length,
    calls: [
      ...calls.map(({ service, operation = '', ms }) => ({ service, operation, ms, cached: false })),
      ...saved.map(({ service, operation }) => ({ service, operation, ms: 0, cached: true })),
    ],
  };
}

/** Whether the caller may know what is left of a quota: who may explain, and read, what it is of. */
export function mayReadLimit({ of: { subscriptionId, vault } }: BudgetLimit, context: Context): boolean {
  const { policy, caller } = context;
  if (vault !== undefined) {
    return (
      isGranted('explain', { type: 'Vault', name: vault }, context) &&
      policy.couldAllow(caller, 'readSecretProperties', { type: 'Secret', vault })
    );
  }
  const actions = ['explain', 'readEstate'] as const;
  return subscriptionId === undefined
    ? actions.every((action) => ESTATE.some((scope) => policy.couldAllow(caller, action, scope)))
    : actions.every((action) => isGranted(action, { type: 'Subscription', subscriptionId }, context));
}

const ESTATE: readonly Scope[] = [{ type: 'Subscription' }, { type: 'ResourceGroup' }];
