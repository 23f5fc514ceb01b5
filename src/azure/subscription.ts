import type { Subscription } from '@azure/arm-resources-subscriptions';
import { GatewayError } from '../errors.ts';
import { shared } from '../stale.ts';
import type { Read, Seen } from './cache/asked.ts';
import type { Clients } from './clients.ts';
import { given, isAbsent } from './errors.ts';
import { gatheringLoader } from './loader.ts';
import { checked, compare, folded } from './name.ts';
import { text } from './text.ts';

export interface AzureSubscription extends Seen {
  readonly id: string;
  readonly subscriptionId: string;
  readonly displayName: string | undefined;
  readonly state: string | undefined;
  readonly tenantId: string | undefined;
}

export interface Subscriptions {
  /** One subscription, or null when the gateway's identity sees none of that id. */
  get(subscriptionId: string): Promise<AzureSubscription | null>;
  /** All that the gateway's identity sees, by display name; one ARM call a page, once a request. */
  list(): Promise<readonly AzureSubscription[]>;
}

export function subscriptions(clients: Clients, read: Read): Subscriptions {
  const upstream = { host: clients.armHost, grant: 'the role Reader on the subscription' };
  let listed: Subscriptions['list'] | undefined;
  const list = () => {
    listed ??= shared(listAll);
    return listed();
  };

  // Two or more are found in one list as cheaply as one is got alone.
  const byId = gatheringLoader<string, AzureSubscription | null>((ids) => {
    const [id, ...others] = ids;
    if (id !== undefined && others.length === 0 && !listed) return [() => getOne(id)];
    const found = shared(async () => Map.groupBy(await list(), ({ subscriptionId }) => subscriptionId));
    return ids.map((each) => async () => (await found()).get(each)?.[0] ?? null);
  }, String);

  return { list, get: async (subscriptionId) => byId.load(folded(checked.subscriptionId(subscriptionId))) };

  function listAll(): Promise<readonly AzureSubscription[]> {
    return read({
      ...METADATA,
      upstream,
      operation: 'subscriptions.list',
      key: '',
      async act(seen) {
        const [context, sdk] = await Promise.all([clients.subscriptions(), operations()]);
        const all = await Array.fromAsync(sdk.list(context), (each) => asRecord(each, seen));
        return all.sort(
          (a, b) => compare(folded(a.displayName ?? ''), folded(b.displayName ?? '')) || compare(a.id, b.id),
        );
      },
    });
  }

  function getOne(subscriptionId: string): Promise<AzureSubscription | null> {
    return read({
      ...METADATA,
      upstream,
      operation: 'subscriptions.get',
      key: subscriptionId,
      isAbsent: (subscription) => subscription === null,
      async act(seen) {
        const [context, sdk] = await Promise.all([clients.subscriptions(), operations()]);
        try {
          return asRecord(await sdk.get(context, subscriptionId), seen);
        } catch (error) {
          if (isAbsent(error, ['SubscriptionNotFound'])) return null;
          throw error;
        }
      },
    });
  }
}

/** Azure answers an identity without any role with an empty list, which reads as an empty estate. */
export function noSubscription(): GatewayError {
  return new GatewayError('FORBIDDEN', "The gateway's identity sees no subscription. Grant it the role Reader on one.");
}

const METADATA = { kind: 'metadata', source: 'ARM' } as const;

const operations = () => import('@azure/arm-resources-subscriptions/api/subscriptions');

function asRecord({ displayName, state, tenantId, ...subscription }: Subscription, seen: Seen): AzureSubscription {
  const id = given(subscription.id, 'id');
  const subscriptionId = folded(given(subscription.subscriptionId, 'subscriptionId'));
  return {
    ...{ id, subscriptionId, displayName: text(displayName), state: text(state), tenantId: text(tenantId) },
    ...seen,
  };
}
