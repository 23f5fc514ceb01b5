import type { Api, Governor, Limit, Scope } from './governor/governor.ts';
import { compare } from './name.ts';

export interface BudgetLimit {
  readonly api: 'ARM' | 'RESOURCE_GRAPH' | 'KEY_VAULT';
  /** An ARM id, or a vault's URL. */
  readonly scope: string;
  readonly remaining: number;
  readonly ceiling: number;
  /** When all of it is there again; undefined where it is. */
  readonly resetsAt: Date | undefined;
  /** Whose it is; neither: the tenant's. */
  readonly of: { readonly subscriptionId?: string; readonly vault?: string };
}

/** What is left of each quota that this process has asked of lately, by API and scope. */
export function budgetOf(governor: Governor): readonly BudgetLimit[] {
  return governor
    .limits()
    .map(asBudget)
    .sort((a, b) => compare(a.api, b.api) || compare(a.scope, b.scope));
}

function asBudget({ remaining, ceiling, resetsAt, ...scope }: Limit): BudgetLimit {
  return { api: APIS[scope.api], remaining, ceiling, resetsAt, ...placeOf(scope) };
}

const APIS: Readonly<Record<Api, BudgetLimit['api']>> = {
  arm: 'ARM',
  'resource-graph': 'RESOURCE_GRAPH',
  'key-vault': 'KEY_VAULT',
};

function placeOf({ api, host, name }: Scope): Pick<BudgetLimit, 'scope' | 'of'> {
  if (api === 'key-vault') return { scope: `https://${host}`, of: { vault: name } };
  return name === '' ? { scope: '/', of: {} } : { scope: `/subscriptions/${name}`, of: { subscriptionId: name } };
}
