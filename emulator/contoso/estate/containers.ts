import { guidOf } from '../../identifier.ts';
import type { Resource } from '../../world.ts';
import { notSecret, resource, type Site } from './resource.ts';

/** Container groups and a container app; some of their environment variables hold what should have been a reference. */
export function containers({ group, idIn, tenantId }: Site): Resource[] {
  const storefront = group('rg-storefront-prod-weu');
  const cart = idIn(storefront.name, 'Microsoft.ManagedIdentity/userAssignedIdentities/id-cart-prod');
  const environment = idIn(storefront.name, 'Microsoft.App/managedEnvironments/cae-storefront-prod');
  const cartIds = { clientId: guidOf('client id-cart-prod'), principalId: guidOf('principal id-cart-prod') };
  return [
    resource(
      group('rg-shared-prod'),
      'Microsoft.ContainerInstance/containerGroups',
      'ci-graphql-gateway',
      {
        ...{ osType: 'Linux', restartPolicy: 'Always', sku: 'Standard' },
        containers: [
          container('gateway', 'azure-graphql-gateway', [
            { name: 'KEYVAULT_VAULT_NAME', value: 'contoso-vault' },
            { name: 'OTEL_EXPORTER_OTLP_HEADERS', secureValue: null },
          ]),
        ],
        ipAddress: { type: 'Private', ip: '10.20.2.5', ports: [{ protocol: 'TCP', port: 8080 }] },
        subnetIds: [
          { id: idIn('rg-shared-prod', 'Microsoft.Network/virtualNetworks/vnet-shared-prod/subnets/snet-containers') },
        ],
      },
      {
        identity: { type: 'SystemAssigned', principalId: guidOf('principal ci-graphql-gateway'), tenantId },
      },
    ),
    resource(group('rg-inventory-prod'), 'Microsoft.ContainerInstance/containerGroups', 'ci-inventory-import', {
      ...{ osType: 'Linux', restartPolicy: 'OnFailure', sku: 'Standard' },
      containers: [
        container('import', 'inventory-import', [
          { name: 'WAREHOUSE_URL', value: 'https://warehouse.contoso.example' },
          { name: 'WAREHOUSE_PASSWORD', value: notSecret('a password in a plain variable') },
          { name: 'QUEUE_CONNECTION', secureValue: null },
        ]),
      ],
      imageRegistryCredentials: [{ server: 'contoso.azurecr.io', username: 'contoso' }],
    }),
    resource(storefront, 'Microsoft.App/managedEnvironments', 'cae-storefront-prod', {
      zoneRedundant: false,
      appLogsConfiguration: { destination: 'log-analytics' },
    }),
    resource(
      storefront,
      'Microsoft.App/containerApps',
      'ca-cart-prod',
      {
        managedEnvironmentId: environment,
        configuration: {
          ingress: { external: true, targetPort: 8080 },
          secrets: [
            {
              name: 'payments-api-key',
              keyVaultUrl: 'https://contoso-vault.vault.azure.net/secrets/billing-api-key',
              identity: cart,
            },
            {
              name: 'search-key',
              keyVaultUrl: 'https://contoso-vault.vault.azure.net/secrets/search-query-key',
              identity: cart,
            },
          ],
        },
        template: {
          containers: [
            {
              ...{ name: 'cart', image: 'contoso.azurecr.io/cart:1.4.2', resources: { cpu: 0.5, memory: '1Gi' } },
              env: [
                { name: 'PAYMENTS_API_KEY', secretRef: 'payments-api-key' },
                { name: 'VOUCHER_KEY', value: notSecret('a key in a plain variable') },
              ],
            },
          ],
        },
      },
      { identity: { type: 'UserAssigned', userAssignedIdentities: { [cart]: cartIds } } },
    ),
    resource(storefront, 'Microsoft.ManagedIdentity/userAssignedIdentities', 'id-cart-prod', { tenantId, ...cartIds }),
  ];
}

type Variable = { readonly [field: string]: string | null };

function container(name: string, image: string, environmentVariables: readonly Variable[]) {
  const resources = { requests: { cpu: 0.5, memoryInGB: 1 } };
  return { name, properties: { image: `contoso.azurecr.io/${image}:1.4.2`, environmentVariables, resources } };
}
