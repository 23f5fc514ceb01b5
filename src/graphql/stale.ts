import { type GraphQLFieldResolver, type GraphQLResolveInfo, responsePathAsArray } from 'graphql';
import type { Context } from './context.ts';
import type { Result } from './respond.ts';

/** What was answered past its time. */
export interface Stale {
  readonly path: readonly (string | number)[];
  readonly ageSeconds: number;
}

/** Adds `extensions.stale` to an answer that holds something past its time: Azure cannot be read, or is being read again. */
export function withStale(result: Result, { conditions: { stale } }: Context): Result {
  return stale.length > 0 ? { ...result, extensions: { ...result.extensions, stale } } : result;
}

/** Takes note of the path and the age where a resolver gives something past its time: of a list the oldest. */
export function notingStale(resolve: GraphQLFieldResolver<unknown, Context>): GraphQLFieldResolver<unknown, Context> {
  return (parent, args, context, info) => {
    const note = (answer: unknown): void => takeNote(answer, context, info);
    const answer = resolve(parent, args, context, info);
    for (const each of Array.isArray(answer) ? answer : [answer]) {
      // Whoever awaits it hears of its failure.
      if (each instanceof Promise) each.then(note, () => {});
    }
    if (!(answer instanceof Promise)) note(answer);
    return answer;
  };
}

function takeNote(answer: unknown, { azure: { stale }, conditions }: Context, { path }: GraphQLResolveInfo): void {
  if (stale.size === 0) return;
  const ages = recordsIn(answer).flatMap(({ observedAt }) => (observedAt && stale.get(observedAt)) ?? []);
  if (ages.length === 0) return;
  conditions.stale.push({ path: responsePathAsArray(path), ageSeconds: Math.round(Math.max(...ages) / 1000) });
}

interface Observed {
  readonly observedAt?: Date;
}

/** The records of a field: one, a list, or those on a page. */
function recordsIn(answer: unknown): readonly Observed[] {
  if (typeof answer !== 'object' || answer === null) return [];
  if (Array.isArray(answer)) return answer.filter((each) => typeof each === 'object' && each !== null);
  if ('edges' in answer) return (answer.edges as readonly { readonly node: Observed }[]).map(({ node }) => node);
  return [answer];
}
