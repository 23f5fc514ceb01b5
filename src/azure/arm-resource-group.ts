import type { ResourceGroup as ArmResourceGroup } from '@azure/arm-resources';
import type { Read, Seen } from './cache/asked.ts';
import type { Clients } from './clients.ts';
import { given, isAbsent } from './errors.ts';
import { folded } from './name.ts';
import type { ResourceGroup } from './resource-group.ts';
import { tagList } from './tag.ts';
import { text } from './text.ts';

export interface GroupKey {
  readonly subscriptionId: string;
  readonly name: string;
}

export interface ListKey {
  readonly subscriptionId: string;
  /** In ARM's own words; undefined: all. */
  readonly filter: string | undefined;
}

export interface ArmResourceGroups {
  /** One group; null when absent. One ARM call. */
  get(key: GroupKey, read: Read): Promise<ResourceGroup | null>;
  /** All groups of one subscription: one ARM call a page. */
  list(key: ListKey, read: Read): Promise<readonly ResourceGroup[]>;
}

/** Groups as ARM has them. */
export function armResourceGroups(clients: Clients): ArmResourceGroups {
  return {
    get: ({ subscriptionId, name }, read) =>
      read({
        ...INVENTORY,
        upstream: upstreamOf(subscriptionId),
        operation: 'resourceGroups.get',
        key: `${folded(subscriptionId)}/${folded(name)}`,
        isAbsent: (group) => group === null,
        async act(seen) {
          const [context, sdk] = await Promise.all([clients.resources(), operations()]);
          try {
            return asRecord(await sdk.get({ ...context, subscriptionId }, name), subscriptionId, seen);
          } catch (error) {
            if (isAbsent(error, ['ResourceGroupNotFound'])) return null;
            throw error;
          }
        },
      }),
    list: ({ subscriptionId, filter }, read) =>
      read({
        ...INVENTORY,
        upstream: upstreamOf(subscriptionId),
        operation: 'resourceGroups.list',
        key: `${folded(subscriptionId)}?${filter ?? ''}`,
        async act(seen) {
          const [context, sdk] = await Promise.all([clients.resources(), operations()]);
          const pages = sdk.list({ ...context, subscriptionId }, filter ? { filter } : {});
          return Array.fromAsync(pages, (group) => asRecord(group, subscriptionId, seen));
        },
      }),
  };

  function upstreamOf(subscriptionId: string) {
    return { host: clients.armHost, grant: `the role Reader on subscription ${subscriptionId}` };
  }
}

const INVENTORY = { kind: 'inventory', source: 'ARM' } as const;

const operations = () => import('@azure/arm-resources/api/resourceGroups');

function asRecord(group: ArmResourceGroup, subscriptionId: string, seen: Seen): ResourceGroup {
  const { tags, properties } = group;
  const [id, name] = [given(group.id, 'id'), given(group.name, 'name')];
  return {
    ...{ id, name, subscriptionId, location: text(group.location) ?? '', tags: tagList(tags) },
    ...{ provisioningState: text(properties?.provisioningState), managedBy: text(group.managedBy) },
    ...seen,
  };
}
