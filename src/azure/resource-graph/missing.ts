import { type Completeness, completenessOf, type MissingScope, missing } from '../completeness.ts';
import { deniedIn, mayLack } from './asked.ts';
import type { ConnectionAsked, ConnectionSources } from './connection.ts';

/**
 * What an answer lacks. What was named and is denied is named; Resource Graph leaves out in silence the subscriptions that the gateway's identity does not see, and tells
 * by flags where it has cut rows off. Where it cannot be found out what is left out, that is what is missing.
 */
export async function missingFrom(
  { subscriptions }: Pick<ConnectionSources, 'subscriptions'>,
  asked: ConnectionAsked,
  { bounded, truncated }: { bounded: readonly string[] | undefined; truncated: readonly string[] },
): Promise<Completeness> {
  const named = mayLack(bounded, asked);
  return completenessOf([
    ...deniedIn(asked).map((id) => ({
      scope: `/subscriptions/${id}`,
      code: 'FORBIDDEN' as const,
      message: `The access policy grants you nothing in subscription ${id}.`,
    })),
    ...[...new Set(truncated)].map((flag) => ({
      scope: '/',
      code: 'LIMIT_EXCEEDED' as const,
      message: `Resource Graph left rows out (${flag}). Ask for fewer subscriptions at a time.`,
    })),
    ...(named.length > 0 ? await unseenOf(named, subscriptions).catch((error) => [missing('/', error)]) : []),
  ]);
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
