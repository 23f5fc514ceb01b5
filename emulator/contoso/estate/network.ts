import type { Resource } from '../../world.ts';
import { resource, type Site } from './resource.ts';

/** The shared network: two subnets, and who may reach them. Other resources refer to the subnets by ids below the network's. */
export function network({ group, idIn }: Site): Resource[] {
  const shared = group('rg-shared-prod');
  const securityGroup = idIn('rg-shared-prod', 'Microsoft.Network/networkSecurityGroups/nsg-shared-prod');
  const vnet = idIn('rg-shared-prod', 'Microsoft.Network/virtualNetworks/vnet-shared-prod');
  const subnet = (name: string, addressPrefix: string) => ({
    id: `${vnet}/subnets/${name}`,
    ...{ name, type: 'Microsoft.Network/virtualNetworks/subnets' },
    properties: { addressPrefix, networkSecurityGroup: { id: securityGroup }, provisioningState: 'Succeeded' },
  });
  return [
    resource(shared, 'Microsoft.Network/virtualNetworks', 'vnet-shared-prod', {
      addressSpace: { addressPrefixes: ['10.20.0.0/16'] },
      subnets: [subnet('snet-machines', '10.20.1.0/24'), subnet('snet-containers', '10.20.2.0/24')],
      enableDdosProtection: false,
    }),
    resource(shared, 'Microsoft.Network/networkSecurityGroups', 'nsg-shared-prod', {
      securityRules: [
        {
          name: 'ssh-from-office',
          properties: { access: 'Allow', direction: 'Inbound', destinationPortRange: '22', priority: 100 },
        },
      ],
      subnets: [{ id: `${vnet}/subnets/snet-machines` }, { id: `${vnet}/subnets/snet-containers` }],
    }),
    resource(group('NetworkWatcherRG'), 'Microsoft.Network/networkWatchers', 'NetworkWatcher_eastus'),
  ];
}
