import { shared } from '../stale.ts';
import type { Read } from './cache/asked.ts';
import type { Clients } from './clients.ts';
import { type MissingScope, missing } from './completeness.ts';
import type { EachSubscription } from './each-subscription.ts';
import { given } from './errors.ts';
import { folded } from './name.ts';
import { noSubscription, type Subscriptions } from './subscription.ts';

export interface KeyVault {
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
}

export interface KeyVaults {
  /**
   * Every vault that the gateway's identity sees, and the subscriptions whose vaults could not be read: one ARM call a page
   * and subscription, once a request. FORBIDDEN where it sees no subscription.
   */
  list(): Promise<{ readonly vaults: readonly KeyVault[]; readonly missing: readonly MissingScope[] }>;
}

export function keyVaults(clients: Clients, subscriptions: Subscriptions, ofEach: EachSubscription): KeyVaults {
  let listed: KeyVaults['list'] | undefined;

  return {
    list() {
      listed ??= shared(listAll);
      return listed();
    },
  };

  async function listAll() {
    const all = await subscriptions.list();
    if (all.length === 0) throw noSubscription();
    const found = await ofEach(all, {
      of: ({ subscriptionId }, read) => listIn(subscriptionId, read),
      missing: ({ id }, error) => missing(id, error),
    });
    return { vaults: found.answers.flat(), missing: found.missing };
  }

  function listIn(subscriptionId: string, read: Read): Promise<readonly KeyVault[]> {
    const grant = `the role Reader on subscription ${subscriptionId}`;
    return read({
      kind: 'inventory',
      source: 'ARM',
      upstream: { host: clients.armHost, grant },
      operation: 'vaults.list',
      key: subscriptionId,
      async act() {
        const [context, sdk] = await Promise.all([clients.resources(), operations()]);
        const vaults = sdk.list(
          { ...context, subscriptionId },
          { filter: "resourceType eq 'Microsoft.KeyVault/vaults'" },
        );
        return Array.fromAsync(vaults, ({ id, name }) => ({
          name: folded(given(name, 'name')),
          subscriptionId,
          resourceGroup: groupOf(given(id, 'id')),
        }));
      },
    });
  }
}

const operations = () => import('@azure/arm-resources/api/resources');

const groupOf = (id: string): string => /\/resourceGroups\/([^/]+)/i.exec(id)?.[1] ?? '';
