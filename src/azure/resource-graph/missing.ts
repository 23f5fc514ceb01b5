import { GatewayError } from '../../errors.ts';
import { type Completeness, completenessOf, type MissingScope, missing } from '../completeness.ts';
import { deniedIn, mayLack, type Parent } from './asked.ts';
import type { Connection, ConnectionAsked, ConnectionSources } from './connection.ts';

/**
 * What an answer lacks. What was named and is denied is named; Resource Graph leaves out in silence the subscriptions that the
 * gateway's identity does not see, and tells by flags where it has cut rows off, which is one thing however often it says so. Where it
 * cannot be found out what is left out, that is what is missing.
 */
export async function missingFrom(
  { subscriptions }: Pick<ConnectionSources, 'subscriptions'>,
  asked: ConnectionAsked,
  { bounded, cut, limit }: Pick<Connection, 'cut' | 'limit'> & { bounded: readonly string[] | undefined },
): Promise<Completeness> {
  const named = mayLack(bounded, asked);
  return completenessOf([
    ...deniedIn(asked).map((id) => ({
      scope: `/subscriptions/${id}`,
      code: 'FORBIDDEN' as const,
      message: `The access policy grants you nothing in subscription ${id}.`,
    })),
    ...(cut ? [missing('/', cut)] : []),
    ...(limit ? [missing(scopeOf(asked.parent), limit)] : []),
    ...(named.length > 0 ? await unseenOf(named, subscriptions).catch((error) => [missing('/', error)]) : []),
  ]);
}

const scopeOf = (parent: Parent | undefined): string => {
  if (!parent) return '/';
  const { subscriptionId, group } = parent;
  return `/subscriptions/${subscriptionId}${group === undefined ? '' : `/resourceGroups/${group}`}`;
};

/** By its flags, each once; undefined: none. */
export function leftOut(
  flags: readonly string[],
  advice = 'Ask for fewer subscriptions at a time.',
): GatewayError | undefined {
  const named = [...new Set(flags)].join(', ');
  return named === ''
    ? undefined
    : new GatewayError('LIMIT_EXCEEDED', `Resource Graph left rows out (${named}). ${advice}`);
}

async function unseenOf(
  named: readonly string[],
  subscriptions: ConnectionSources['subscriptions'],
): Promise<MissingScope[]> {
  const seen = new Set((await subscriptions.list()).map(({ subscriptionId }) => subscriptionId));
  const unseen = named.filter((id) => !seen.has(id));
  return unseen.map((id) => ({
    scope: `/subscriptions/${id}`,
    code: 'FORBIDDEN',
    message: `The gateway's identity does not see subscription ${id}. Check the id, and grant it the role Reader there.`,
  }));
}
