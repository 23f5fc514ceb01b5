import type { Clients } from './clients.ts';
import { inTime, type Read, type Reader, readsFor } from './request.ts';
import { type ResourceGroups, resourceGroups } from './resource-group.ts';
import { type Secrets, secrets } from './secret.ts';
import { type SecretsExpiring, secretsExpiring } from './secrets-expiring.ts';
import { type Subscriptions, subscriptions } from './subscription.ts';
import { keyVaults } from './vault.ts';

/** What one request can ask of Azure. Nothing of it outlives the request. */
export interface Azure {
  readonly subscriptions: Subscriptions;
  readonly resourceGroups: ResourceGroups;
  readonly secrets: Secrets;
  readonly secretsExpiring: SecretsExpiring;
}

/** The sources, fresh for one request; its signal ends their work upstream. */
export function azureForRequest(clients: Clients, reader: Reader): Azure {
  const read = readsFor(reader);
  const ofSubscriptions = subscriptions(clients, read);
  return {
    subscriptions: ofSubscriptions,
    resourceGroups: resourceGroups(clients, ofSubscriptions, read),
    secrets: secrets(clients, read),
    secretsExpiring: ofSecretsExpiring(clients, readsFor(inTime(reader))),
  };
}

// With sources of its own: theirs end at the deadline.
function ofSecretsExpiring(clients: Clients, read: Read): SecretsExpiring {
  const vaults = keyVaults(clients, subscriptions(clients, read), read);
  return secretsExpiring(clients, secrets(clients, read), vaults, read);
}
