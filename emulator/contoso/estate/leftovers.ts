import type { Resource } from '../../world.ts';
import { resource, type Site, shouted } from './resource.ts';

/** What nobody uses any more, and what nobody has tagged. */
export function leftovers({ group, idIn }: Site): Resource[] {
  const sandbox = group('rg-sandbox-dev');
  const network = 'Microsoft.Network/virtualNetworks/vnet-shared-prod/subnets/snet-machines';
  const address = resource(
    group('rg-shared-prod'),
    'Microsoft.Network/publicIPAddresses',
    'pip-vpn-old',
    { ipAddress: '203.0.113.30', publicIPAllocationMethod: 'Static' },
    { sku: { name: 'Standard', tier: 'Regional' } },
  );
  return [
    resource(
      group('rg-reporting-old'),
      'Microsoft.Compute/disks',
      'data-reporting-old',
      { diskSizeGB: 1024, diskState: 'Unattached', creationData: { createOption: 'Empty' } },
      { managedBy: '', sku: { name: 'Premium_LRS', tier: 'Premium' } },
    ),
    resource(
      sandbox,
      'Microsoft.Compute/disks',
      'osdisk-try-out',
      { diskSizeGB: 128, diskState: 'Unattached', creationData: { createOption: 'FromImage' } },
      { managedBy: '', sku: { name: 'StandardSSD_LRS', tier: 'Standard' }, tags: null },
    ),
    // Made by a tool that wrote its group in capitals; Azure keeps what it was given.
    { ...address, id: shouted(address.id) },
    resource(
      sandbox,
      'Microsoft.Network/publicIPAddresses',
      'pip-try-out',
      { publicIPAllocationMethod: 'Dynamic' },
      { sku: { name: 'Basic', tier: 'Regional' }, tags: null },
    ),
    resource(
      group('rg-shared-prod'),
      'Microsoft.Network/networkInterfaces',
      'nic-vpn-old',
      {
        ipConfigurations: [
          { name: 'ipconfig1', properties: { primary: true, subnet: { id: idIn('rg-shared-prod', network) } } },
        ],
      },
      { kind: 'Regular', tags: {} },
    ),
  ];
}
