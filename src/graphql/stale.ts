import { type GraphQLFieldResolver, type GraphQLResolveInfo, responsePathAsArray } from 'graphql';
import { notingIn, type Staleness } from '../stale.ts';
import type { Context } from './context.ts';
import type { Result } from './respond.ts';

/** What was answered by something past its time. */
export interface Stale {
  readonly path: readonly (string | number)[];
  /** Of the oldest. */
  ageSeconds: number;
}

/** Adds `extensions.stale` to an answer that holds something past its time: Azure cannot be read, or is being read again. */
export function withStale(result: Result, { conditions: { stale } }: Context): Result {
  return stale.length > 0 ? { ...result, extensions: { ...result.extensions, stale } } : result;
}

/** Takes note of the path and the age where a field is answered by something past its time, be there any of that in the answer or not. */
export function notingStale(resolve: GraphQLFieldResolver<unknown, Context>): GraphQLFieldResolver<unknown, Context> {
  return (parent, args, context, info) => {
    const staleness: Staleness = { ageInMs: 0 };
    const answer = notingIn(staleness, () => resolve(parent, args, context, info));
    const note = noteOf(staleness, context, info);
    for (const each of Array.isArray(answer) ? answer : [answer]) {
      // Whoever awaits it hears of its failure.
      if (each instanceof Promise) each.then(note, () => {});
    }
    return answer;
  };
}

/** Notes it once, however many of the field's records it is of. */
function noteOf(staleness: Staleness, { conditions }: Context, { path }: GraphQLResolveInfo): () => void {
  let noted: Stale | undefined;
  return () => {
    if (staleness.ageInMs === 0) return;
    if (!noted) {
      noted = { path: responsePathAsArray(path), ageSeconds: 0 };
      conditions.stale.push(noted);
    }
    noted.ageSeconds = Math.round(staleness.ageInMs / 1000);
  };
}
