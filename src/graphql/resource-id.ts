import { GatewayError } from '../errors.ts';
import type { Action, Resource } from '../policy.ts';

const SUBSCRIPTION = /^\/subscriptions\/(?<subscriptionId>[0-9a-f-]{36})\/?$/i;
const RESOURCE_GROUP =
  /^\/subscriptions\/(?<subscriptionId>[0-9a-f-]{36})\/resourcegroups\/(?<name>[^/]{1,90})(\/.*)?$/i;
// The few that are in no group are decided as a group without a name.
const IN_NO_GROUP = /^\/subscriptions\/(?<subscriptionId>[0-9a-f-]{36})\/providers\/[^/]+\/[^/]+\/.+$/i;
const VAULT = /\/providers\/microsoft\.keyvault\/vaults\/(?<name>[a-z0-9-]{3,24})$/i;
const VAULT_SECRET =
  /\/providers\/microsoft\.keyvault\/vaults\/(?<vault>[a-z0-9-]{3,24})\/secrets\/(?<name>[0-9a-z-]{1,127})$/i;
const SECRET_URL =
  /^https:\/\/(?<vault>[a-z0-9-]{3,24})\.vault\.[a-z.]+(:443)?\/secrets\/(?<name>[0-9a-z-]{1,127})(\/[0-9a-f]{32})?\/?$/i;
const VAULT_URL = /^https:\/\/(?<name>[a-z0-9-]{3,24})\.vault\.[a-z.]+(:443)?\/?$/i;

/**
 * The resource that an ARM id or a vault's URL names, as far as a policy decides on it: what lies below a resource group
 * is decided as its group. Throws BAD_USER_INPUT where it names none, or none that the action is about.
 */
export function parseResource(action: Action, id: string): Resource {
  const resource =
    action === 'readEstate'
      ? parseEstate(id)
      : (parseVault(id) ?? (action === 'explain' ? parseEstate(id) : undefined));
  if (resource) return resource;
  const [what, form] =
    action === 'readEstate'
      ? [
          'no ARM id of a subscription or of what is in one',
          '/subscriptions/<guid>/resourceGroups/<name>/providers/<namespace>/<type>/<name>',
        ]
      : ['no URL or ARM id of a vault or a secret', 'https://<vault>.vault.azure.net/secrets/<name>'];
  throw new GatewayError('BAD_USER_INPUT', `The id is ${what}: give one such as ${form}.`);
}

function parseEstate(id: string): Resource | undefined {
  const subscription = SUBSCRIPTION.exec(id)?.groups;
  if (subscription) return { type: 'Subscription', subscriptionId: subscription.subscriptionId ?? '' };
  const groupless = IN_NO_GROUP.exec(id)?.groups;
  if (groupless) return { type: 'ResourceGroup', subscriptionId: groupless.subscriptionId ?? '', name: '' };
  const group = RESOURCE_GROUP.exec(id)?.groups;
  return group && { type: 'ResourceGroup', subscriptionId: group.subscriptionId ?? '', name: group.name ?? '' };
}

function parseVault(id: string): Resource | undefined {
  const secret = (SECRET_URL.exec(id) ?? VAULT_SECRET.exec(id))?.groups;
  if (secret) return { type: 'Secret', vault: secret.vault ?? '', name: secret.name ?? '' };
  const vault = (VAULT_URL.exec(id) ?? VAULT.exec(id))?.groups;
  return vault && { type: 'Vault', name: vault.name ?? '' };
}
