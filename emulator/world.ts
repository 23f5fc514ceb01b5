/** Everything that exists in the local Azure: plain data, shown by `GET /world`, changed by tests. Times are ISO strings. */
export interface World {
  tenant: Tenant;
  /** The first is the default one. */
  subscriptions: Subscription[];
  resourceGroups: ResourceGroup[];
  resources: Resource[];
  /** What `putResource` and `deleteResource` did, oldest first. */
  changes: ResourceChange[];
  /** The first is the default one. */
  vaults: Vault[];
  /** The first system-assigned one answers IMDS requests that name no identity. */
  identities: ManagedIdentity[];
  applications: Application[];
  roleAssignments: RoleAssignment[];
}

export interface Tenant {
  id: string;
  displayName: string;
  domain: string;
}

export interface Subscription {
  id: string;
  subscriptionId: string;
  displayName: string;
  state: 'Enabled' | 'Disabled' | 'Warned' | 'PastDue' | 'Deleted';
}

export interface ResourceGroup {
  id: string;
  subscriptionId: string;
  name: string;
  location: string;
  tags?: Record<string, string>;
  managedBy?: string;
  provisioningState: string;
}

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
export type Bag = { readonly [name: string]: Json };

export interface Resource {
  id: string;
  subscriptionId: string;
  resourceGroup: string;
  name: string;
  type: string;
  location: string;
  kind?: string;
  managedBy?: string;
  sku?: Bag;
  plan?: Bag;
  /** As ARM answers them, `provisioningState` included. */
  properties?: Bag;
  identity?: Bag;
  zones?: string[];
  extendedLocation?: Bag;
  tags?: Record<string, string>;
  createdTime: string;
  changedTime: string;
  provisioningState: string;
}

export interface ResourceChange {
  id: string;
  at: string;
  changeType: 'Create' | 'Update' | 'Delete';
  /** Absent where the resource was created. */
  before?: Resource;
  /** Absent where the resource was deleted. */
  after?: Resource;
  /** What is different, by path: `tags.env`. */
  differences: Record<string, { previousValue?: Json; newValue?: Json }>;
}

export interface Vault {
  id: string;
  name: string;
  location: string;
  secrets: Secret[];
}

export interface Secret {
  name: string;
  /** Oldest first. */
  versions: SecretVersion[];
  /** True when a certificate owns the secret. */
  managed?: boolean;
  /** Present: soft-deleted. */
  deletedAt?: string;
  scheduledPurgeAt?: string;
}

export interface SecretVersion {
  /** 32 hexadecimal digits. */
  version: string;
  value: string;
  contentType?: string;
  enabled: boolean;
  createdAt: string;
  updatedAt: string;
  expiresAt?: string;
  notBefore?: string;
  tags?: Record<string, string>;
}

/** An identity Azure holds the credentials of. */
export interface ManagedIdentity {
  kind: 'system-assigned' | 'user-assigned';
  name: string;
  clientId: string;
  principalId: string;
  /** ARM id of the identity, or of the host that a system-assigned one belongs to. */
  resourceId: string;
  federatedCredentials: FederatedCredential[];
}

export interface FederatedCredential {
  name: string;
  issuer: string;
  subject: string;
  audience: string;
}

/** An app registration and its service principal in one. */
export interface Application {
  displayName: string;
  appId: string;
  principalId: string;
  identifierUris: string[];
  appRoles: { id: string; value: string; displayName: string }[];
  secrets: { value: string; expiresAt?: string }[];
  appRoleAssignments: { resourceAppId: string; role: string }[];
  federatedCredentials: FederatedCredential[];
}

export interface RoleAssignment {
  id: string;
  principalId: string;
  /** A role's name, such as `Reader`. */
  role: string;
  /** `/`, or the ARM id of a subscription, resource group, vault or `<vault id>/secrets/<name>`. */
  scope: string;
}
