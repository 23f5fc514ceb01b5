import { GatewayError } from '../errors.ts';
import type { Action, Decision, Resource, Scope } from '../policy.ts';
import type { Context } from './context.ts';

/** The words for what the policy refuses. */
export function denied(
  action: Action,
  what: string,
  because: Decision['because'],
  caller: Context['caller'],
): GatewayError {
  return caller.kind === 'ANONYMOUS'
    ? new GatewayError('UNAUTHENTICATED', `Send a bearer token: anonymous may not ${action} ${what}. ${because}`)
    : new GatewayError('FORBIDDEN', `${caller.id} may not ${action} ${what}. ${because}`);
}

export function described(resource: Resource): string {
  if (resource.type === 'Subscription') return `of subscription ${resource.subscriptionId}`;
  if (resource.type === 'Vault') return `of vault ${resource.name}`;
  if (resource.type === 'Secret') return `of secret ${resource.name} in vault ${resource.vault}`;
  return `of resource group ${resource.name} in subscription ${resource.subscriptionId}`;
}

export function describedScopes([scope, ...others]: readonly Scope[]): string {
  const more = others.length > 0 ? `, or in ${others.length} more` : '';
  return `${scope ? describedScope(scope) : 'of nothing'}${more}`;
}

function describedScope(scope: Scope): string {
  if (scope.type === 'Subscription') return 'of any subscription';
  if (scope.type === 'Vault') return 'of any vault';
  if (scope.type === 'Secret') return scope.vault ? `of any secret in vault ${scope.vault}` : 'of any secret';
  if (scope.name) return `of any resource group ${scope.name}`;
  return `of any resource group${scope.subscriptionId ? ` in subscription ${scope.subscriptionId}` : ''}`;
}
