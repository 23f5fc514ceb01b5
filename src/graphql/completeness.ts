import type { GraphQLResolveInfo } from 'graphql';
import type { Completeness } from '../azure/completeness.ts';
import { GatewayError } from '../errors.ts';
import type { Context } from './context.ts';
import { selectedBelow } from './lookahead.ts';
import { notingMissing } from './missing.ts';

const told = new WeakMap<Context, Set<string>>();

/**
 * Leaves a line in the log for each thing that the answer to this request lacks, however many of its fields say so. Such an answer
 * is not given again.
 */
export function toldOf(completeness: Completeness, context: Context): Completeness {
  const known = told.get(context) ?? new Set();
  told.set(context, known);
  const { log, requestId, trace, conditions } = context;
  conditions.isWhole &&= completeness.complete;
  for (const { scope, code } of completeness.missing) {
    const key = `${code} ${scope}`;
    if (!known.has(key)) log.warn({ event: 'incomplete', requestId, traceId: trace.traceId, scope, code });
    known.add(key);
  }
  return completeness;
}

/** Whether a connection's completeness is selected. */
export const isLackAsked = (info: GraphQLResolveInfo): boolean =>
  selectedBelow(info).some(({ name }) => name === 'completeness');

/** As `toldOf`; a connection that lacks something and is not asked for its completeness says so in `errors`. */
export function toldAnyway(completeness: Completeness, context: Context, info: GraphQLResolveInfo): Completeness {
  const [first, ...others] = completeness.missing;
  if (first && !isLackAsked(info)) {
    const what =
      others.length > 0 ? `and ${others.length} more are missing here (\`completeness\` names all)` : 'is missing here';
    const message = `${first.scope} ${what}: ${first.message}`;
    notingMissing(context, info)(new GatewayError(first.code, message));
  }
  return toldOf(completeness, context);
}
