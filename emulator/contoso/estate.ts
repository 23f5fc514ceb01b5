import { guidOf } from '../identifier.ts';
import type { Resource, ResourceGroup, Subscription } from '../world.ts';
import { cluster } from './estate/cluster.ts';
import { containers } from './estate/containers.ts';
import { data } from './estate/data.ts';
import { identities as sharedIdentities } from './estate/identities.ts';
import { leftovers } from './estate/leftovers.ts';
import { machine } from './estate/machine.ts';
import { network } from './estate/network.ts';
import type { Site } from './estate/resource.ts';
import { web } from './estate/web.ts';

type Tags = Record<string, string>;
type GroupExtra = { managedBy?: string; provisioningState?: string };

/** The ARM ids of contoso's subscriptions. */
export interface EstateIds {
  readonly production: string;
  readonly development: string;
  readonly finance: string;
}

const ROOMS: readonly ((site: Site) => Resource[])[] = [
  ...[data, network, machine, cluster, containers, web, sharedIdentities, leftovers],
];

/** Contoso's subscriptions, and the groups and resources in them. */
export function estate(tenantId: string) {
  const production = createSubscription('Contoso Production');
  const development = createSubscription('Contoso Development');
  const finance = createSubscription('Contoso Finance');
  const resourceGroups = [
    ...productionGroups(production),
    ...developmentGroups(development),
    ...financeGroups(finance),
  ];
  return {
    ids: { production: production.id, development: development.id, finance: finance.id } satisfies EstateIds,
    subscriptions: [production, development, finance],
    resourceGroups,
    resources: resourcesOf(resourceGroups, tenantId),
  };
}

export function createSubscription(displayName: string): Subscription {
  const subscriptionId = guidOf(`subscription ${displayName}`);
  return { id: `/subscriptions/${subscriptionId}`, subscriptionId, displayName, state: 'Enabled' };
}

export function createGroup(
  { id, subscriptionId }: Subscription,
  name: string,
  location: string,
  tags?: Tags,
  { managedBy, provisioningState = 'Succeeded' }: GroupExtra = {},
): ResourceGroup {
  return {
    id: `${id}/resourceGroups/${name}`,
    subscriptionId,
    name,
    location,
    ...(tags ? { tags } : {}),
    ...(managedBy ? { managedBy } : {}),
    provisioningState,
  };
}

// In no order of name, as ARM's lists are.
function productionGroups(subscription: Subscription): ResourceGroup[] {
  const tags = (team: string, costCenter: string): Tags => ({ env: 'prod', team, costCenter });
  const cluster = `${subscription.id}/resourceGroups/rg-aks-prod/providers/Microsoft.ContainerService/managedClusters/aks-prod`;
  return [
    createGroup(subscription, 'rg-shared-prod', 'eastus', tags('platform', 'CC-1000')),
    createGroup(subscription, 'rg-payments-prod', 'eastus', tags('payments', 'CC-2040')),
    createGroup(subscription, 'rg-aks-prod', 'eastus', tags('platform', 'CC-1000')),
    createGroup(subscription, 'MC_rg-aks-prod_aks-prod_eastus', 'eastus', tags('platform', 'CC-1000'), {
      managedBy: cluster,
    }),
    createGroup(subscription, 'rg-storefront-prod-weu', 'westeurope', tags("children's wear", 'CC-3100')),
    createGroup(subscription, 'rg-search-prod-weu', 'westeurope', tags('search', 'CC-3110')),
    createGroup(subscription, 'rg-inventory-prod', 'northeurope', tags('inventory', 'CC-3200')),
    createGroup(subscription, 'rg-reporting-old', 'westus2', tags('reporting', 'CC-9000'), {
      provisioningState: 'Deleting',
    }),
    createGroup(subscription, 'NetworkWatcherRG', 'eastus'),
  ];
}

function developmentGroups(subscription: Subscription): ResourceGroup[] {
  const tags = (team: string): Tags => ({ env: 'dev', team, costCenter: 'CC-4000' });
  return [
    createGroup(subscription, 'rg-sandbox-dev', 'westeurope', tags('platform')),
    createGroup(subscription, 'rg-payments-dev', 'eastus', tags('payments')),
    createGroup(subscription, 'rg-aks-dev', 'eastus', tags('platform')),
    createGroup(subscription, 'rg-shared-dev', 'eastus', tags('platform')),
  ];
}

function financeGroups(subscription: Subscription): ResourceGroup[] {
  const tags: Tags = { env: 'prod', team: 'finance', costCenter: 'CC-7000' };
  return [
    createGroup(subscription, 'rg-ledger-prod', 'eastus2', tags),
    createGroup(subscription, 'rg-legacy-prod', 'eastus2', tags),
  ];
}

// Resources stand in the order of their groups, as rooms add them.
function resourcesOf(groups: readonly ResourceGroup[], tenantId: string): Resource[] {
  const group = (name: string): ResourceGroup => {
    const found = groups.find((one) => one.name === name);
    if (!found) throw new RangeError(`Contoso has no group '${name}'.`);
    return found;
  };
  const idIn = (name: string, typeAndName: string) => `${group(name).id}/providers/${typeAndName}`;
  const site: Site = { tenantId, group, idIn };
  const resources = ROOMS.flatMap((room) => room(site));
  return groups.flatMap(({ id }) =>
    resources.filter((resource) => resource.id.toLowerCase().startsWith(`${id.toLowerCase()}/`)),
  );
}
