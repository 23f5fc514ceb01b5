import type { Clients } from './clients.ts';
import { parseNodeId } from './node.ts';
import { type Related, related } from './related.ts';
import { inTime, type Read, type Reader, readsFor } from './request.ts';
import { type Resources, resources } from './resource.ts';
import { resourceGraph } from './resource-graph/client.ts';
import { type ResourceGroups, resourceGroups } from './resource-group.ts';
import { type Secrets, secrets } from './secret.ts';
import { type SecretsExpiring, secretsExpiring } from './secrets-expiring.ts';
import { type Subscriptions, subscriptions } from './subscription.ts';
import { keyVaults } from './vault.ts';

/** What one request can ask of Azure. Nothing of it outlives the request. */
export interface Azure {
  readonly subscriptions: Subscriptions;
  readonly resourceGroups: ResourceGroups;
  readonly resources: Resources;
  readonly related: Related;
  readonly secrets: Secrets;
  readonly secretsExpiring: SecretsExpiring;
  /** What the id of a node names. Throws BAD_USER_INPUT, costs nothing. */
  parseNodeId(id: string): ReturnType<typeof parseNodeId>;
}

/** The sources, fresh for one request; its signal ends their work upstream. */
export function azureForRequest(clients: Clients, reader: Reader): Azure {
  const read = readsFor(reader);
  const ofSubscriptions = subscriptions(clients, read);
  const ofGroups = resourceGroups(clients, ofSubscriptions, read);
  const { maxRowsPerLevel: maxRows } = clients.defaults;
  const ask = resourceGraph(clients, read);
  const ofResources = resources(ask, { resourceGroups: ofGroups, subscriptions: ofSubscriptions, maxRows });
  return {
    subscriptions: ofSubscriptions,
    resourceGroups: ofGroups,
    resources: ofResources,
    related: related(
      ask,
      { resources: ofResources, subscriptions: ofSubscriptions },
      { vaultSuffix: clients.vaultSuffix, maxRows },
    ),
    secrets: secrets(clients, read),
    secretsExpiring: ofSecretsExpiring(clients, readsFor(inTime(reader))),
    parseNodeId: (id) => parseNodeId(id, clients.vaultSuffix),
  };
}

// With sources of its own: theirs end at the deadline.
function ofSecretsExpiring(clients: Clients, read: Read): SecretsExpiring {
  const vaults = keyVaults(clients, subscriptions(clients, read), read);
  return secretsExpiring(clients, secrets(clients, read), vaults, read);
}
