import type { Resource } from '../../world.ts';
import { resource, type Site } from './resource.ts';

/** Vaults, storage accounts, databases and what else holds data. */
export function data(site: Site): Resource[] {
  const { group } = site;
  return [
    vault(site, 'rg-shared-prod', 'contoso-vault', { enablePurgeProtection: true }),
    resource(group('rg-shared-prod'), 'Microsoft.OperationalInsights/workspaces', 'log-shared-prod', {
      retentionInDays: 90,
    }),
    vault(site, 'rg-payments-prod', 'contoso-payments', { enablePurgeProtection: true }),
    resource(
      group('rg-payments-prod'),
      'Microsoft.Sql/servers',
      'sql-payments-prod',
      { version: '12.0' },
      { kind: 'v12.0' },
    ),
    storage(site, 'rg-payments-prod', 'stpaymentsprod'),
    storage(site, 'rg-storefront-prod-weu', 'ststorefrontprod'),
    resource(
      group('rg-search-prod-weu'),
      'Microsoft.Search/searchServices',
      'srch-catalogue-prod',
      { replicaCount: 2, partitionCount: 1 },
      { sku: { name: 'standard' } },
    ),
    resource(
      group('rg-inventory-prod'),
      'Microsoft.DocumentDB/databaseAccounts',
      'cosmos-inventory-prod',
      { databaseAccountOfferType: 'Standard', locations: [{ locationName: 'North Europe', failoverPriority: 0 }] },
      { kind: 'GlobalDocumentDB' },
    ),
    storage(site, 'rg-inventory-prod', 'stinventoryprod'),
    storage(site, 'rg-payments-dev', 'stpaymentsdev'),
    vault(site, 'rg-legacy-prod', 'contoso-legacy', { enableRbacAuthorization: false }),
    resource(
      group('rg-ledger-prod'),
      'Microsoft.Sql/servers',
      'sql-ledger-prod',
      { version: '12.0' },
      { kind: 'v12.0' },
    ),
  ];
}

function vault({ group, tenantId }: Site, groupName: string, name: string, modes: Record<string, boolean>): Resource {
  return resource(group(groupName), 'Microsoft.KeyVault/vaults', name, {
    ...{ tenantId, sku: { family: 'A', name: 'standard' }, vaultUri: `https://${name}.vault.azure.net/` },
    ...{ enableRbacAuthorization: true, enableSoftDelete: true, softDeleteRetentionInDays: 90, accessPolicies: [] },
    ...modes,
  });
}

function storage({ group }: Site, groupName: string, name: string): Resource {
  return resource(
    group(groupName),
    'Microsoft.Storage/storageAccounts',
    name,
    {
      ...{ accessTier: 'Hot', minimumTlsVersion: 'TLS1_2', allowBlobPublicAccess: false },
      primaryEndpoints: { blob: `https://${name}.blob.core.windows.net/` },
    },
    { kind: 'StorageV2', sku: { name: 'Standard_LRS', tier: 'Standard' } },
  );
}
