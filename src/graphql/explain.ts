import type { BudgetLimit } from '../azure/budget.ts';
import type { Scope } from '../policy.ts';
import { isGranted } from './access.ts';
import type { Context } from './context.ts';

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
