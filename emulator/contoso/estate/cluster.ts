import { KUBERNETES_ISSUER_HOST } from '../../hosts.ts';
import { guidOf } from '../../identifier.ts';
import type { Resource } from '../../world.ts';
import { resource, type Site } from './resource.ts';

const GROUP = 'rg-aks-prod';
const NODES = 'MC_rg-aks-prod_aks-prod_eastus';

/** A Kubernetes cluster, and the group in which Azure keeps its nodes. */
export function cluster(site: Site): Resource[] {
  const { group, idIn } = site;
  const kubelet = idIn(NODES, 'Microsoft.ManagedIdentity/userAssignedIdentities/aks-prod-agentpool');
  const own = idIn(GROUP, 'Microsoft.ManagedIdentity/userAssignedIdentities/id-aks-prod');
  return [
    resource(
      group(GROUP),
      'Microsoft.ContainerService/managedClusters',
      'aks-prod',
      {
        ...{ kubernetesVersion: '1.34', dnsPrefix: 'aks-prod', enableRBAC: true },
        fqdn: 'aks-prod-4f1d2c3b.hcp.eastus.azmk8s.io',
        powerState: { code: 'Running' },
        nodeResourceGroup: NODES,
        agentPoolProfiles: [
          {
            ...{ name: 'nodepool1', count: 3, vmSize: 'Standard_D4s_v5', mode: 'System' },
            vnetSubnetID: idIn(
              'rg-shared-prod',
              'Microsoft.Network/virtualNetworks/vnet-shared-prod/subnets/snet-containers',
            ),
          },
        ],
        identityProfile: {
          kubeletidentity: {
            resourceId: kubelet.replace('/resourceGroups/', '/resourcegroups/'),
            ...ids('aks-prod-agentpool'),
          },
        },
        networkProfile: {
          ...{ loadBalancerSku: 'standard', outboundType: 'loadBalancer' },
          loadBalancerProfile: {
            effectiveOutboundIPs: [{ id: idIn(NODES, 'Microsoft.Network/publicIPAddresses/aks-prod-outbound') }],
          },
        },
        oidcIssuerProfile: {
          enabled: true,
          issuerURL: `https://${KUBERNETES_ISSUER_HOST}/${guidOf('cluster aks-prod')}/`,
        },
        addonProfiles: {
          azureKeyvaultSecretsProvider: { enabled: true, config: { enableSecretRotation: 'true' } },
          omsagent: {
            enabled: true,
            config: {
              logAnalyticsWorkspaceResourceID: idIn(
                'rg-shared-prod',
                'Microsoft.OperationalInsights/workspaces/log-shared-prod',
              ),
            },
          },
        },
      },
      {
        identity: { type: 'UserAssigned', userAssignedIdentities: { [own]: ids('id-aks-prod') } },
        sku: { name: 'Base', tier: 'Standard' },
      },
    ),
    resource(group(GROUP), 'Microsoft.ManagedIdentity/userAssignedIdentities', 'id-aks-prod', {
      tenantId: site.tenantId,
      ...ids('id-aks-prod'),
    }),
    ...nodes(site, kubelet),
    resource(group('rg-aks-dev'), 'Microsoft.ContainerService/managedClusters', 'aks-dev', {
      kubernetesVersion: '1.33',
      agentPoolProfiles: [{ name: 'nodepool1', count: 1, vmSize: 'Standard_B4ms', mode: 'System' }],
    }),
  ];
}

function nodes({ group, idIn, tenantId }: Site, kubelet: string): Resource[] {
  const inner = group(NODES);
  const balancer = idIn(NODES, 'Microsoft.Network/loadBalancers/kubernetes');
  const outbound = idIn(NODES, 'Microsoft.Network/publicIPAddresses/aks-prod-outbound');
  const securityGroup = idIn(NODES, 'Microsoft.Network/networkSecurityGroups/aks-agentpool-12345678-nsg');
  return [
    resource(
      inner,
      'Microsoft.Compute/virtualMachineScaleSets',
      'aks-nodepool1-12345678-vmss',
      {
        virtualMachineProfile: {
          networkProfile: {
            networkInterfaceConfigurations: [
              {
                name: 'aks-nodepool1-12345678-vmss',
                properties: {
                  networkSecurityGroup: { id: securityGroup },
                  ipConfigurations: [
                    {
                      name: 'ipconfig1',
                      properties: {
                        subnet: {
                          id: idIn(
                            'rg-shared-prod',
                            'Microsoft.Network/virtualNetworks/vnet-shared-prod/subnets/snet-containers',
                          ),
                        },
                        loadBalancerBackendAddressPools: [
                          { id: `${balancer}/backendAddressPools/aksOutboundBackendPool` },
                        ],
                      },
                    },
                  ],
                },
              },
            ],
          },
        },
      },
      {
        identity: { type: 'UserAssigned', userAssignedIdentities: { [kubelet]: ids('aks-prod-agentpool') } },
        sku: { name: 'Standard_D4s_v5', tier: 'Standard', capacity: 3 },
      },
    ),
    resource(
      inner,
      'Microsoft.Network/loadBalancers',
      'kubernetes',
      {
        frontendIPConfigurations: [
          {
            id: `${balancer}/frontendIPConfigurations/outbound`,
            name: 'outbound',
            properties: { publicIPAddress: { id: outbound } },
          },
        ],
        backendAddressPools: [
          { id: `${balancer}/backendAddressPools/aksOutboundBackendPool`, name: 'aksOutboundBackendPool' },
        ],
      },
      { sku: { name: 'Standard', tier: 'Regional' } },
    ),
    resource(
      inner,
      'Microsoft.Network/publicIPAddresses',
      'aks-prod-outbound',
      {
        ...{ ipAddress: '203.0.113.20', publicIPAllocationMethod: 'Static' },
        ipConfiguration: { id: `${balancer}/frontendIPConfigurations/outbound` },
      },
      { sku: { name: 'Standard', tier: 'Regional' } },
    ),
    resource(inner, 'Microsoft.Network/networkSecurityGroups', 'aks-agentpool-12345678-nsg', { securityRules: [] }),
    resource(inner, 'Microsoft.ManagedIdentity/userAssignedIdentities', 'aks-prod-agentpool', {
      tenantId,
      ...ids('aks-prod-agentpool'),
    }),
  ];
}

function ids(name: string) {
  return { clientId: guidOf(`client ${name}`), principalId: guidOf(`principal ${name}`) };
}
