import { GatewayError } from '../errors.ts';
import type { Resource } from './resource.ts';
import type { ResourceGroup } from './resource-group.ts';
import { parseResourceId, type ResourceId } from './resource-id.ts';
import type { Secret } from './secret.ts';
import { parseSecretReference, type SecretReference } from './secret-reference.ts';
import type { AzureSubscription } from './subscription.ts';

/** A secret of which only its URL is known. */
export interface SecretNode extends SecretReference {
  readonly id: string;
}

/** Anything that has an id of its own. */
export type Node = Resource | ResourceGroup | AzureSubscription | Secret | SecretNode;

/** What an id names: a secret by its URL, else something of ARM's. Throws BAD_USER_INPUT, costs nothing. */
export function parseNodeId(id: string, vaultSuffix: string): ResourceId | SecretNode {
  const reference = parseSecretReference(id, vaultSuffix);
  if (reference) return { id, ...reference };
  const resourceId = parseResourceId(id);
  if (resourceId) return resourceId;
  throw new GatewayError(
    'BAD_USER_INPUT',
    `An id is neither ARM's nor a secret's URL: give one such as /subscriptions/<guid>/resourceGroups/<name>/providers/<namespace>/<type>/<name>, or https://<vault>.${vaultSuffix}/secrets/<name>.`,
  );
}
