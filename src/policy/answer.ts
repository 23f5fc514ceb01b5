import type { AuthorizationAnswer } from '@cedar-policy/cedar-wasm/nodejs';
import type { Action, Decision, ResourceType } from './model.ts';

const THIS: Readonly<Record<ResourceType, string>> = {
  Subscription: 'this subscription',
  ResourceGroup: 'this resource group',
  Vault: 'this vault',
  Secret: 'this secret',
};

/** Cedar's answer as a decision. `failed`: it is a denial because something could not be evaluated. */
export function decisionOf(
  answer: AuthorizationAnswer,
  action: Action,
  type: ResourceType,
): { readonly decision: Decision; readonly failed: boolean } {
  const what = `${action} on ${THIS[type]}`;
  if (answer.type === 'failure') return { decision: denied(`Cedar could not be asked for ${what}.`), failed: true };
  const { decision, diagnostics } = answer.response;
  const errored = diagnostics.errors.map(({ policyId }) => policyId).sort();
  if (errored.length > 0) {
    // Cedar skips a policy that it cannot evaluate, a forbid too: its "allow" would be wrong.
    const because = `${named(errored)} could not be evaluated, so ${what} is denied.`;
    return { decision: denied(because, errored), failed: true };
  }
  return { decision: decided(decision === 'allow', diagnostics.reason.sort(), what), failed: false };
}

/** The denial of an action that there is not for such a resource. */
export function inapplicable(action: Action, type: ResourceType): Decision {
  return denied(`${action} does not apply to ${THIS[type]}.`);
}

function decided(allowed: boolean, policies: readonly string[], what: string): Decision {
  const isOne = policies.length === 1;
  if (allowed) return { allowed, because: `${named(policies)} ${isOne ? 'grants' : 'grant'} ${what}.`, policies };
  if (policies.length === 0) return denied(`No policy grants this caller ${what}.`);
  return denied(`${named(policies)} ${isOne ? 'forbids' : 'forbid'} ${what}.`, policies);
}

const denied = (because: string, policies: readonly string[] = []): Decision => ({ allowed: false, because, policies });

function named(ids: readonly string[]): string {
  return `${ids.length === 1 ? 'Policy' : 'Policies'} ${ids.map((id) => `"${id}"`).join(', ')}`;
}
