import type { Bag, Resource, ResourceGroup } from '../world.ts';

interface Part {
  readonly type: string;
  readonly prefix: string;
  readonly kind?: string;
  readonly sku?: Bag;
  /** `idOf` tells the id of another part of the same machine; empty where the fleet ends before it. */
  readonly properties: (idOf: (part: number) => string) => Bag;
  readonly managedBy?: (idOf: (part: number) => string) => string;
}

// A machine and what belongs to it, again and again: each five resources are one.
const PARTS: readonly Part[] = [
  {
    ...{ type: 'Microsoft.Compute/virtualMachines', prefix: 'vm' },
    properties: (idOf) => ({
      hardwareProfile: { vmSize: 'Standard_D2s_v5' },
      storageProfile: { osDisk: { osType: 'Linux', managedDisk: { id: idOf(3) } } },
      networkProfile: { networkInterfaces: [{ id: idOf(1), properties: { primary: true } }] },
      provisioningState: 'Succeeded',
    }),
  },
  {
    ...{ type: 'Microsoft.Network/networkInterfaces', prefix: 'nic' },
    properties: (idOf) => ({
      virtualMachine: { id: idOf(0) },
      ipConfigurations: [{ name: 'ipconfig1', properties: { publicIPAddress: { id: idOf(2) }, primary: true } }],
      provisioningState: 'Succeeded',
    }),
  },
  {
    ...{ type: 'Microsoft.Network/publicIPAddresses', prefix: 'pip', sku: { name: 'Standard', tier: 'Regional' } },
    properties: (idOf) => ({
      ipConfiguration: { id: `${idOf(1)}/ipConfigurations/ipconfig1` },
      publicIPAllocationMethod: 'Static',
      provisioningState: 'Succeeded',
    }),
  },
  {
    ...{ type: 'Microsoft.Compute/disks', prefix: 'osdisk', sku: { name: 'Premium_LRS', tier: 'Premium' } },
    managedBy: (idOf) => idOf(0),
    properties: () => ({ osType: 'Linux', diskSizeGB: 64, diskState: 'Attached', provisioningState: 'Succeeded' }),
  },
  {
    ...{ type: 'Microsoft.Storage/storageAccounts', prefix: 'st', kind: 'StorageV2', sku: { name: 'Standard_LRS' } },
    properties: () => ({ minimumTlsVersion: 'TLS1_2', allowBlobPublicAccess: false, provisioningState: 'Succeeded' }),
  },
];

/** So many resources, spread evenly over the groups of one subscription: machines with what they are made of. */
export function fleetResources(groups: readonly ResourceGroup[], count: number): Resource[] {
  const groupOf = (index: number) => groups[Math.floor((index * groups.length) / count)];
  const resources: Resource[] = [];
  for (let index = 0; index < count; index += 1) {
    const group = groupOf(index);
    const part = PARTS[index % PARTS.length];
    if (!group || !part) continue;
    const first = index - (index % PARTS.length);
    const idOf = (which: number) => idAt(first + which, groupOf(first + which), first + which < count);
    resources.push({
      id: idAt(index, group, true),
      subscriptionId: group.subscriptionId,
      resourceGroup: group.name,
      name: nameAt(index),
      type: part.type,
      location: group.location,
      ...(part.kind && { kind: part.kind }),
      ...(part.sku && { sku: part.sku }),
      ...(part.managedBy && { managedBy: part.managedBy(idOf) }),
      properties: part.properties(idOf),
      ...(group.tags && { tags: group.tags }),
      createdTime: '2025-06-02T07:30:00.0000000Z',
      changedTime: '2026-03-19T05:12:44.0000000Z',
      provisioningState: 'Succeeded',
    });
  }
  return resources;
}

function idAt(index: number, group: ResourceGroup | undefined, exists: boolean): string {
  return group && exists ? `${group.id}/providers/${PARTS[index % PARTS.length]?.type}/${nameAt(index)}` : '';
}

function nameAt(index: number): string {
  return `${PARTS[index % PARTS.length]?.prefix}fleet${String(Math.floor(index / PARTS.length) + 1).padStart(6, '0')}`;
}
