/** A GraphQL type of an ARM type: its own fields, and where each stands in `properties`. */
export interface ResourceType {
  readonly armType: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** Every other ARM type is a GenericResource. docs/new-resource-type.md says how to add one. */
export const RESOURCE_TYPES: Readonly<Record<string, ResourceType>> = {
  KeyVault: {
    armType: 'microsoft.keyvault/vaults',
    fields: {
      uri: 'vaultUri',
      rbacAuthorization: 'enableRbacAuthorization',
      purgeProtection: 'enablePurgeProtection',
    },
  },
  ManagedCluster: {
    armType: 'microsoft.containerservice/managedclusters',
    fields: {
      kubernetesVersion: 'kubernetesVersion',
      fqdn: 'fqdn',
      nodeResourceGroup: 'nodeResourceGroup',
      powerState: 'powerState.code',
      oidcIssuer: 'oidcIssuerProfile.issuerURL',
    },
  },
  VirtualMachine: {
    armType: 'microsoft.compute/virtualmachines',
    fields: {
      size: 'hardwareProfile.vmSize',
      osType: 'storageProfile.osDisk.osType',
      computerName: 'osProfile.computerName',
    },
  },
  ContainerGroup: {
    armType: 'microsoft.containerinstance/containergroups',
    fields: {
      osType: 'osType',
      restartPolicy: 'restartPolicy',
      ipAddress: 'ipAddress.ip',
    },
  },
};

const BY_ARM_TYPE = new Map(Object.entries(RESOURCE_TYPES).map(([name, { armType }]) => [armType, name]));

/** The name of the GraphQL type of an ARM type in lower case. */
export const graphqlTypeOf = (armType: string): string => BY_ARM_TYPE.get(armType) ?? 'GenericResource';
