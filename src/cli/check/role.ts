import type { Identity } from '../../azure/identity.ts';

/** The command that gives the gateway's identity a role, to paste where somebody is signed in who may give it. */
export function grantCommand(identity: Identity, role: string, scope: string): string {
  const { objectId = '<object id of the identity>', principalType } = identity;
  return [
    'az role assignment create',
    `--assignee-object-id ${quotedUnlessGuid(objectId)}`,
    `--assignee-principal-type ${principalType}`,
    `--role "${role}"`,
    `--scope ${scope}`,
  ].join(' ');
}

export const subscriptionScope = (subscriptionId: string): string => `/subscriptions/${subscriptionId}`;

// The gateway knows a vault by its name alone. Its id is asked of Azure by whoever pastes the command.
export const vaultScope = (vault: string): string => `"$(az keyvault show --name ${vault} --query id --output tsv)"`;

const quotedUnlessGuid = (text: string): string => (/^[0-9a-f-]{36}$/i.test(text) ? text : `"${text}"`);
