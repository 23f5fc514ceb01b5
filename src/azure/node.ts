import { GatewayError } from '../errors.ts';
import type { Resource } from './resource.ts';
import type { ResourceGroup } from './resource-group.ts';
import { parseResourceId, type ResourceId } from './resource-id.ts';
import type { Secret } from './secret.ts';
import { parseSecretReference, type SecretReference } from './secret-reference.ts';
import type { AzureSubscription } from './subscription.ts';

/** Anything that has an id of its own; of a `SecretReference` nothing is known but its URL. */
export type Node = Resource | ResourceGroup | AzureSubscription | Secret | SecretReference;

/** What an id names: a secret by its URL, else something of ARM's. Throws BAD_USER_INPUT, costs nothing. */
export function parseNodeId(id: string, vaultSuffix: string): ResourceId | SecretReference {
  const reference = parseSecretReference(id, vaultSuffix);
  if (reference) return reference;
  const resourceId = parseResourceId(id);
  if (resourceId) return resourceId;
  throw new GatewayError(
    'BAD_USER_INPUT',
    `An id is neither ARM's nor a secret's URL: give one such as /subscriptions/<guid>/resourceGroups/<name>/providers/<namespace>/<type>/<name>, or https://<vault>.${vaultSuffix}/secrets/<name>.`,
  );
}
