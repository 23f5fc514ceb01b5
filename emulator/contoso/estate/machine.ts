import type { Resource } from '../../world.ts';
import { notSecret, resource, type Site, shouted } from './resource.ts';

const GROUP = 'rg-shared-prod';

/** A virtual machine, and all that it is made of. */
export function machine({ group, idIn }: Site): Resource[] {
  const shared = group(GROUP);
  const vm = idIn(GROUP, 'Microsoft.Compute/virtualMachines/vm-jump-prod');
  const nic = idIn(GROUP, 'Microsoft.Network/networkInterfaces/nic-jump-prod');
  const address = idIn(GROUP, 'Microsoft.Network/publicIPAddresses/pip-jump-prod');
  const disk = (name: string) => idIn(GROUP, `Microsoft.Compute/disks/${name}`);
  const identity = idIn(GROUP, 'Microsoft.ManagedIdentity/userAssignedIdentities/id-jump-prod');
  return [
    resource(
      shared,
      'Microsoft.Compute/virtualMachines',
      'vm-jump-prod',
      {
        hardwareProfile: { vmSize: 'Standard_B2ms' },
        storageProfile: {
          imageReference: { publisher: 'Canonical', offer: 'ubuntu-24_04-lts', sku: 'server', version: 'latest' },
          osDisk: {
            ...{ name: 'osdisk-jump-prod', osType: 'Linux', createOption: 'FromImage' },
            managedDisk: { id: shouted(disk('osdisk-jump-prod')), storageAccountType: 'Premium_LRS' },
          },
          dataDisks: [{ lun: 0, name: 'data-jump-prod', managedDisk: { id: disk('data-jump-prod') } }],
        },
        osProfile: {
          ...{ computerName: 'vm-jump-prod', adminUsername: 'contoso' },
          customData: Buffer.from(notSecret('cloud-init')).toString('base64'),
        },
        networkProfile: { networkInterfaces: [{ id: nic, properties: { primary: true } }] },
        extended: { instanceView: { powerState: { code: 'PowerState/running', displayStatus: 'VM running' } } },
      },
      { identity: { type: 'UserAssigned', userAssignedIdentities: { [identity]: {} } }, zones: ['1'] },
    ),
    resource(
      shared,
      'Microsoft.Network/networkInterfaces',
      'nic-jump-prod',
      {
        virtualMachine: { id: shouted(vm) },
        ipConfigurations: [
          {
            id: `${nic}/ipConfigurations/ipconfig1`,
            name: 'ipconfig1',
            properties: {
              ...{ primary: true, privateIPAddress: '10.20.1.4', publicIPAddress: { id: address } },
              subnet: {
                id: idIn(GROUP, 'Microsoft.Network/virtualNetworks/vnet-shared-prod/subnets/snet-machines'),
              },
            },
          },
        ],
        networkSecurityGroup: { id: idIn(GROUP, 'Microsoft.Network/networkSecurityGroups/nsg-shared-prod') },
      },
      { kind: 'Regular' },
    ),
    resource(
      shared,
      'Microsoft.Network/publicIPAddresses',
      'pip-jump-prod',
      {
        ...{ ipAddress: '203.0.113.10', publicIPAllocationMethod: 'Static' },
        ipConfiguration: { id: `${nic}/ipConfigurations/ipconfig1` },
      },
      { sku: { name: 'Standard', tier: 'Regional' }, zones: ['1'] },
    ),
    ...(['osdisk-jump-prod', 'data-jump-prod'] as const).map((name) =>
      resource(
        shared,
        'Microsoft.Compute/disks',
        name,
        { diskSizeGB: 64, diskState: 'Attached', creationData: { createOption: 'FromImage' } },
        { managedBy: shouted(vm), sku: { name: 'Premium_LRS', tier: 'Premium' }, zones: ['1'] },
      ),
    ),
  ];
}
