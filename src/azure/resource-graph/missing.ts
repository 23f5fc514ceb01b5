import { type Completeness, completenessOf } from '../completeness.ts';
import { folded } from '../name.ts';
import type { ConnectionSources } from './connection.ts';

/**
 * What an answer lacks: Resource Graph leaves out in silence the subscriptions that the gateway's identity does not see, and tells
 * by flags where it has cut rows off.
 */
export async function missingFrom(
  { subscriptions }: Pick<ConnectionSources, 'subscriptions'>,
  named: readonly string[] | undefined,
  truncated: readonly string[],
): Promise<Completeness> {
  const seen = named && new Set((await subscriptions.list()).map(({ subscriptionId }) => subscriptionId));
  const unseen = [...new Set(named)].filter((id) => !seen?.has(folded(id)));
  return completenessOf([
    ...[...new Set(truncated)].map((flag) => ({
      scope: '/',
      code: 'LIMIT_EXCEEDED' as const,
      message: `Resource Graph left rows out (${flag}). Ask for fewer subscriptions at a time.`,
    })),
    ...unseen.map((id) => ({
      scope: `/subscriptions/${id}`,
      code: 'FORBIDDEN' as const,
      message: `The gateway's identity does not see subscription ${id}. Check the id, and grant it the role Reader there.`,
    })),
  ]);
}
