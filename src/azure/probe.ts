import { randomUUID } from 'node:crypto';
import { GatewayError } from '../errors.ts';

import { isAbsent } from './errors.ts';
import { createPlaces } from './governor/place.ts';
import { azureForRequest, type Shared } from './index.ts';
import { type Reader, type Work, working } from './request.ts';

/** Asks Azure what the gateway will be allowed to read, and reads nothing: first pages, and things that do not exist. */
export interface AzureProbes {
  /** The ids of the subscriptions that the identity sees. */
  subscriptions(): Promise<readonly string[]>;
  /** How many groups are on the first page, and whether the identity may read any group there is. Two calls. */
  groups(subscriptionId: string): Promise<{ readonly count: number; readonly isWhole: boolean }>;
  /** Resolves where the vault's secrets may be listed. One call. */
  listSecrets(vault: string): Promise<void>;
  /** Resolves where secrets' values may be read. Reads none: it asks for one that does not exist. */
  getSecrets(vault: string): Promise<void>;
}

export function azureProbes(shared: Shared, reader: Reader): AzureProbes {
  const { clients } = shared;
  const places = createPlaces({ ...reader, isForced: false });
  const work: Work = { ...reader, origin: reader, operation: 'check', places };
  const azure = azureForRequest(shared, reader);

  return {
    subscriptions: async () => (await azure.subscriptions.list()).map(({ subscriptionId }) => subscriptionId),
    async groups(subscriptionId) {
      const [count, isWhole] = await Promise.all([countGroups(subscriptionId), mayReadAnyGroup(subscriptionId)]);
      return { count, isWhole };
    },
    async listSecrets(vault) {
      await inVault(vault, (client) => client.listPropertiesOfSecrets().byPage().next());
    },
    async getSecrets(vault) {
      await inVault(vault, async (client) => {
        try {
          await client.getSecret(improbableName());
        } catch (error) {
          if (!isAbsent(error, ['SecretNotFound'])) throw error;
        }
      });
    },
  };

  function inVault<Answer>(vault: string, act: (client: VaultClient) => Promise<Answer>): Promise<Answer> {
    const { host, client, name } = clients.vault(vault);
    const grant = `the role Key Vault Secrets User on vault ${name}`;
    return working(work, { host, grant }, async () => act(await client()));
  }

  function countGroups(subscriptionId: string): Promise<number> {
    const upstream = { host: clients.armHost, grant: `the role Reader on subscription ${subscriptionId}` };
    return working(work, upstream, async () => {
      const [context, sdk] = await Promise.all([
        clients.resources(),
        import('@azure/arm-resources/api/resourceGroups'),
      ]);
      const { value } = await sdk
        .list({ ...context, subscriptionId })
        .byPage()
        .next();
      return value?.length ?? 0;
    });
  }

  // ARM lists what a role below the subscription lets see, and tells nobody that there is more. Of a group that does not exist
  // it says 404 to whoever may read all groups, and 403 to the others.
  async function mayReadAnyGroup(subscriptionId: string): Promise<boolean> {
    try {
      await azure.resourceGroups.get({ subscriptionId, name: improbableName() });
      return true;
    } catch (error) {
      if (error instanceof GatewayError && error.code === 'FORBIDDEN') return false;
      throw error;
    }
  }
}

type VaultClient = Awaited<ReturnType<ReturnType<Shared['clients']['vault']>['client']>>;

// Of 122 random bits: nobody has named a thing so.
const improbableName = (): string => `azure-graphql-gateway-check-${randomUUID()}`;
