import { type Completeness, completenessOf, type MissingScope, missing } from '../completeness.ts';
import type { ConnectionSources } from './connection.ts';

/**
 * What an answer lacks: Resource Graph leaves out in silence the subscriptions that the gateway's identity does not see, and tells
 * by flags where it has cut rows off. Where it cannot be found out what is left out, that is what is missing.
 */
export async function missingFrom(
  { subscriptions }: Pick<ConnectionSources, 'subscriptions'>,
  named: readonly string[],
  truncated: readonly string[],
): Promise<Completeness> {
  return completenessOf([
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
