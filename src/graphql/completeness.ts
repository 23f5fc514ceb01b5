import type { Completeness } from '../azure/completeness.ts';
import type { Context } from './context.ts';

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
