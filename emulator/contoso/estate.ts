import { guidOf } from '../identifier.ts';
import type { Resource, ResourceGroup, Subscription } from '../world.ts';

type Tags = Record<string, string>;
type GroupExtra = { managedBy?: string; provisioningState?: string };

/** The ARM ids of contoso's subscriptions. */
export interface EstateIds {
  readonly production: string;
  readonly development: string;
  readonly finance: string;
}

/** Contoso's subscriptions, and the groups and resources in them. */
export function estate() {
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
    resources: resourceGroups.flatMap(resourcesOf),
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

const RESOURCES: Readonly<Record<string, ReadonlyArray<readonly [name: string, type: string, kind?: string]>>> = {
  'rg-shared-prod': [
    ['contoso-vault', 'Microsoft.KeyVault/vaults'],
    ['vnet-shared-prod', 'Microsoft.Network/virtualNetworks'],
    ['log-shared-prod', 'Microsoft.OperationalInsights/workspaces'],
    ['ci-graphql-gateway', 'Microsoft.ContainerInstance/containerGroups'],
    ['id-gateway', 'Microsoft.ManagedIdentity/userAssignedIdentities'],
    ['id-gateway-workload', 'Microsoft.ManagedIdentity/userAssignedIdentities'],
  ],
  'rg-payments-prod': [
    ['contoso-payments', 'Microsoft.KeyVault/vaults'],
    ['sql-payments-prod', 'Microsoft.Sql/servers', 'v12.0'],
    ['stpaymentsprod', 'Microsoft.Storage/storageAccounts', 'StorageV2'],
    ['app-payments-prod', 'Microsoft.Web/sites', 'app,linux'],
  ],
  'rg-aks-prod': [['aks-prod', 'Microsoft.ContainerService/managedClusters']],
  'MC_rg-aks-prod_aks-prod_eastus': [
    ['aks-nodepool1-12345678-vmss', 'Microsoft.Compute/virtualMachineScaleSets'],
    ['kubernetes', 'Microsoft.Network/loadBalancers'],
  ],
  'rg-storefront-prod-weu': [
    ['app-storefront-prod', 'Microsoft.Web/sites', 'app,linux'],
    ['ststorefrontprod', 'Microsoft.Storage/storageAccounts', 'StorageV2'],
  ],
  'rg-search-prod-weu': [['srch-catalogue-prod', 'Microsoft.Search/searchServices']],
  'rg-inventory-prod': [
    ['cosmos-inventory-prod', 'Microsoft.DocumentDB/databaseAccounts', 'GlobalDocumentDB'],
    ['stinventoryprod', 'Microsoft.Storage/storageAccounts', 'StorageV2'],
  ],
  NetworkWatcherRG: [['NetworkWatcher_eastus', 'Microsoft.Network/networkWatchers']],
  'rg-payments-dev': [['stpaymentsdev', 'Microsoft.Storage/storageAccounts', 'StorageV2']],
  'rg-aks-dev': [['aks-dev', 'Microsoft.ContainerService/managedClusters']],
  'rg-legacy-prod': [['contoso-legacy', 'Microsoft.KeyVault/vaults']],
  'rg-ledger-prod': [['sql-ledger-prod', 'Microsoft.Sql/servers', 'v12.0']],
};

function resourcesOf(group: ResourceGroup): Resource[] {
  return (RESOURCES[group.name] ?? []).map(([name, type, kind]) => ({
    id: `${group.id}/providers/${type}/${name}`,
    subscriptionId: group.subscriptionId,
    resourceGroup: group.name,
    name,
    type,
    location: group.location,
    ...(kind === undefined ? {} : { kind }),
    ...(kind === 'StorageV2' ? { sku: { name: 'Standard_LRS', tier: 'Standard' } } : {}),
    ...(group.tags ? { tags: { ...group.tags } } : {}),
    createdTime: '2025-03-14T09:26:53.5897932Z',
    changedTime: '2026-02-11T16:18:03.3988749Z',
    provisioningState: 'Succeeded',
  }));
}
