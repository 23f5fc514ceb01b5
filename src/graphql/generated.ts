import type { SecretText } from '../secret-text.ts';
import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { BudgetLimit as BudgetLimitRecord } from '../azure/budget.ts';
import type { AzureSubscription as AzureSubscriptionRecord } from '../azure/subscription.ts';
import type { Node as NodeRecord } from '../azure/node.ts';
import type { Resource as ResourceRecord, Connection as ConnectionRecord } from '../azure/resource.ts';
import type { RelatedConnection as RelatedConnectionRecord, RelatedEdge as RelatedEdgeRecord } from '../azure/related.ts';
import type { ResourceGroup as ResourceGroupRecord } from '../azure/resource-group.ts';
import type { Secret as SecretRecord, SecretProperties as SecretPropertiesRecord } from '../azure/secret.ts';
import type { ExpiringSecrets as ExpiringSecretsRecord } from '../azure/secrets-expiring.ts';
import type { Tag as TagRecord } from '../azure/tag.ts';
import type { Caller as CallerRecord } from '../caller.ts';
import type { Context } from './context.ts';
export type Maybe<T> = T | null | undefined;
export type InputMaybe<T> = T | null | undefined;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** An instant, as an RFC 3339 string in UTC, such as `2026-11-22T20:02:00.000Z`. */
  DateTime: { input: Date; output: Date; }
  /** Any JSON. */
  JSON: { input: unknown; output: unknown; }
  /** A secret's value, as a string. Nothing but an answer holds it. */
  SecretText: { input: never; output: SecretText; }
};

/** What the access policy decides on. Each is granted for itself: none includes another. */
export type Action =
  /** See what a query costs, and what is left of Azure's quotas. */
  | 'explain'
  /** Read subscriptions, resource groups and the resources in them. */
  | 'readEstate'
  /** Read what a vault tells of a secret without its value. */
  | 'readSecretProperties'
  /** Read a secret's value. */
  | 'readSecretValue';

/** A subscription: what Azure bills, and the scope that holds resource groups. */
export type AzureSubscription = Node & {
  readonly __typename?: 'AzureSubscription';
  /** The name people gave it. */
  readonly displayName?: Maybe<Scalars['String']['output']>;
  /** The ARM id, `/subscriptions/<guid>`. */
  readonly id: Scalars['ID']['output'];
  /** When it was read from Azure, at the earliest: the answer is at least as new. */
  readonly observedAt: Scalars['DateTime']['output'];
  /** Its resource groups, all of them, sorted by name. */
  readonly resourceGroups?: Maybe<ReadonlyArray<ResourceGroup>>;
  /** Its resources that you may read, a page at a time. */
  readonly resources: ResourceConnection;
  /** Which of Azure's services it was read from. */
  readonly source: Source;
  /** `Enabled`, `Warned`, `PastDue`, `Disabled` or `Deleted`. */
  readonly state?: Maybe<Scalars['String']['output']>;
  /** The GUID alone, as `subscriptionId` arguments take it. */
  readonly subscriptionId: Scalars['ID']['output'];
  /** The Entra tenant that the subscription trusts. */
  readonly tenantId?: Maybe<Scalars['ID']['output']>;
};


/** A subscription: what Azure bills, and the scope that holds resource groups. */
export type AzureSubscriptionResourceGroupsArgs = {
  where?: InputMaybe<ResourceGroupFilter>;
};


/** A subscription: what Azure bills, and the scope that holds resource groups. */
export type AzureSubscriptionResourcesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<ResourceOrder>;
  where?: InputMaybe<ResourceFilter>;
};

/** What is left of Azure's quotas. */
export type Budget = {
  readonly __typename?: 'Budget';
  /** By API and scope. */
  readonly limits: ReadonlyArray<BudgetLimit>;
};

/** What is asked of Azure, as far as quotas go. */
export type BudgetApi =
  /** Azure Resource Manager's reads: a bucket of 250 for each subscription, refilled by 25 a second. */
  | 'ARM'
  /** A vault's requests: 4,000 in 10 seconds. */
  | 'KEY_VAULT'
  /** Resource Graph's queries: 15 in 5 seconds. */
  | 'RESOURCE_GRAPH';

/** One of Azure's quotas, or this replica's share of it. */
export type BudgetLimit = {
  readonly __typename?: 'BudgetLimit';
  /** Whose quota it is. */
  readonly api: BudgetApi;
  /** Calls that it takes where nothing is spent. */
  readonly ceiling: Scalars['Int']['output'];
  /** Calls that it would take now. */
  readonly remaining: Scalars['Int']['output'];
  /** When all of it is there again; null where it is. */
  readonly resetsAt?: Maybe<Scalars['DateTime']['output']>;
  /** A subscription's ARM id, a vault's URL, or `/` for what is of the whole tenant. */
  readonly scope: Scalars['ID']['output'];
};

/** What a token says of its bearer. */
export type CallerKind =
  /** Nobody: the request had no token. */
  | 'ANONYMOUS'
  /** An application, by its own right. */
  | 'APPLICATION'
  /** A Kubernetes service account. */
  | 'SERVICE_ACCOUNT'
  /** A person. */
  | 'USER';

/**
 * Whether an answer holds all that there is. What could not be read is named, so that a short list is never taken for a whole one.
 * Pages, counts and facets beside it are of what could be read.
 */
export type Completeness = {
  readonly __typename?: 'Completeness';
  /** Whether nothing is missing. */
  readonly complete: Scalars['Boolean']['output'];
  /** What could not be read, sorted by scope. */
  readonly missing: ReadonlyArray<MissingScope>;
};

/** A group of Azure Container Instances. */
export type ContainerGroup = Node & Resource & {
  readonly __typename?: 'ContainerGroup';
  /** When Azure last changed it, within the 14 days that changes are kept; null beyond. */
  readonly changedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The ARM id. */
  readonly id: Scalars['ID']['output'];
  /** The address that it is reached by; null where it has none. */
  readonly ipAddress?: Maybe<Scalars['String']['output']>;
  /** What its type tells further, such as `StorageV2`; null for most types. */
  readonly kind?: Maybe<Scalars['String']['output']>;
  /** The region, such as `westeurope`; `global` for some types. */
  readonly location?: Maybe<Scalars['String']['output']>;
  /** The ARM id of the resource that manages it, such as a disk's virtual machine. */
  readonly managedBy?: Maybe<Scalars['ID']['output']>;
  /** The name, unique among its type in its group. */
  readonly name: Scalars['String']['output'];
  /** When it was read from Azure, at the earliest: the answer is at least as new. */
  readonly observedAt: Scalars['DateTime']['output'];
  /** `Linux` or `Windows`. */
  readonly osType?: Maybe<Scalars['String']['output']>;
  /**
   * What only its type has, as Azure keeps it. Plain secrets at known places are `[redacted]`.
   * With a path only what stands there is read; null where nothing does.
   */
  readonly properties?: Maybe<Scalars['JSON']['output']>;
  /** What its ids lead to (OUT), or what leads to it (IN); subnets and the like count as the resource that they are part of. */
  readonly related: RelatedConnection;
  /** The group that holds it; null for the few that are in none. */
  readonly resourceGroup?: Maybe<ResourceGroup>;
  /** `Always`, `OnFailure` or `Never`. */
  readonly restartPolicy?: Maybe<Scalars['String']['output']>;
  /** What it is paid by; null for most types. */
  readonly sku?: Maybe<Sku>;
  /** Which of Azure's services it was read from. */
  readonly source: Source;
  /** The subscription that holds it. */
  readonly subscription?: Maybe<AzureSubscription>;
  /** Its tags, sorted by key. */
  readonly tags: ReadonlyArray<Tag>;
  /** The ARM type in lower case, such as `microsoft.compute/disks`. */
  readonly type: Scalars['String']['output'];
};


/** A group of Azure Container Instances. */
export type ContainerGroupPropertiesArgs = {
  path?: InputMaybe<Scalars['String']['input']>;
};


/** A group of Azure Container Instances. */
export type ContainerGroupRelatedArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  direction?: RelationDirection;
  first?: InputMaybe<Scalars['Int']['input']>;
  types?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/** An answer of the access policy. */
export type Decision = {
  readonly __typename?: 'Decision';
  /** Whether it is allowed. */
  readonly allowed: Scalars['Boolean']['output'];
  /** Why, in a sentence. */
  readonly because: Scalars['String']['output'];
  /** The ids of the policies that decided; empty where none grants it. */
  readonly policies: ReadonlyArray<Scalars['String']['output']>;
};

/** How many resources share a value. */
export type Facet = {
  readonly __typename?: 'Facet';
  /** How many have it. */
  readonly count: Scalars['Int']['output'];
  /** The value; null for those that have none. */
  readonly value?: Maybe<Scalars['String']['output']>;
};

/** What resources can be counted by. */
export type FacetBy =
  /** The region. */
  | 'LOCATION'
  /** The group's name, in lower case. */
  | 'RESOURCE_GROUP'
  /** The subscription's GUID. */
  | 'SUBSCRIPTION'
  /** A tag's value. */
  | 'TAG'
  /** The type. */
  | 'TYPE';

/** A resource of a type that has no fields of its own here; its `properties` hold what it is. */
export type GenericResource = Node & Resource & {
  readonly __typename?: 'GenericResource';
  /** When Azure last changed it, within the 14 days that changes are kept; null beyond. */
  readonly changedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The ARM id. */
  readonly id: Scalars['ID']['output'];
  /** What its type tells further, such as `StorageV2`; null for most types. */
  readonly kind?: Maybe<Scalars['String']['output']>;
  /** The region, such as `westeurope`; `global` for some types. */
  readonly location?: Maybe<Scalars['String']['output']>;
  /** The ARM id of the resource that manages it, such as a disk's virtual machine. */
  readonly managedBy?: Maybe<Scalars['ID']['output']>;
  /** The name, unique among its type in its group. */
  readonly name: Scalars['String']['output'];
  /** When it was read from Azure, at the earliest: the answer is at least as new. */
  readonly observedAt: Scalars['DateTime']['output'];
  /**
   * What only its type has, as Azure keeps it. Plain secrets at known places are `[redacted]`.
   * With a path only what stands there is read; null where nothing does.
   */
  readonly properties?: Maybe<Scalars['JSON']['output']>;
  /** What its ids lead to (OUT), or what leads to it (IN); subnets and the like count as the resource that they are part of. */
  readonly related: RelatedConnection;
  /** The group that holds it; null for the few that are in none. */
  readonly resourceGroup?: Maybe<ResourceGroup>;
  /** What it is paid by; null for most types. */
  readonly sku?: Maybe<Sku>;
  /** Which of Azure's services it was read from. */
  readonly source: Source;
  /** The subscription that holds it. */
  readonly subscription?: Maybe<AzureSubscription>;
  /** Its tags, sorted by key. */
  readonly tags: ReadonlyArray<Tag>;
  /** The ARM type in lower case, such as `microsoft.compute/disks`. */
  readonly type: Scalars['String']['output'];
};


/** A resource of a type that has no fields of its own here; its `properties` hold what it is. */
export type GenericResourcePropertiesArgs = {
  path?: InputMaybe<Scalars['String']['input']>;
};


/** A resource of a type that has no fields of its own here; its `properties` hold what it is. */
export type GenericResourceRelatedArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  direction?: RelationDirection;
  first?: InputMaybe<Scalars['Int']['input']>;
  types?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/** A Key Vault. */
export type KeyVault = Node & Resource & {
  readonly __typename?: 'KeyVault';
  /** When Azure last changed it, within the 14 days that changes are kept; null beyond. */
  readonly changedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The ARM id. */
  readonly id: Scalars['ID']['output'];
  /** What its type tells further, such as `StorageV2`; null for most types. */
  readonly kind?: Maybe<Scalars['String']['output']>;
  /** The region, such as `westeurope`; `global` for some types. */
  readonly location?: Maybe<Scalars['String']['output']>;
  /** The ARM id of the resource that manages it, such as a disk's virtual machine. */
  readonly managedBy?: Maybe<Scalars['ID']['output']>;
  /** The name, unique among its type in its group. */
  readonly name: Scalars['String']['output'];
  /** When it was read from Azure, at the earliest: the answer is at least as new. */
  readonly observedAt: Scalars['DateTime']['output'];
  /**
   * What only its type has, as Azure keeps it. Plain secrets at known places are `[redacted]`.
   * With a path only what stands there is read; null where nothing does.
   */
  readonly properties?: Maybe<Scalars['JSON']['output']>;
  /** Whether nobody can purge what is deleted in it before its time. */
  readonly purgeProtection?: Maybe<Scalars['Boolean']['output']>;
  /** Whether roles decide on its secrets, rather than access policies. */
  readonly rbacAuthorization?: Maybe<Scalars['Boolean']['output']>;
  /** What its ids lead to (OUT), or what leads to it (IN); subnets and the like count as the resource that they are part of. */
  readonly related: RelatedConnection;
  /** The group that holds it; null for the few that are in none. */
  readonly resourceGroup?: Maybe<ResourceGroup>;
  /** The properties of its secrets, sorted by name. Values are not read. */
  readonly secrets?: Maybe<ReadonlyArray<SecretProperties>>;
  /** What it is paid by; null for most types. */
  readonly sku?: Maybe<Sku>;
  /** Which of Azure's services it was read from. */
  readonly source: Source;
  /** The subscription that holds it. */
  readonly subscription?: Maybe<AzureSubscription>;
  /** Its tags, sorted by key. */
  readonly tags: ReadonlyArray<Tag>;
  /** The ARM type in lower case, such as `microsoft.compute/disks`. */
  readonly type: Scalars['String']['output'];
  /** Its URL, such as `https://contoso-vault.vault.azure.net/`. */
  readonly uri?: Maybe<Scalars['String']['output']>;
};


/** A Key Vault. */
export type KeyVaultPropertiesArgs = {
  path?: InputMaybe<Scalars['String']['input']>;
};


/** A Key Vault. */
export type KeyVaultRelatedArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  direction?: RelationDirection;
  first?: InputMaybe<Scalars['Int']['input']>;
  types?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/** An AKS cluster. */
export type ManagedCluster = Node & Resource & {
  readonly __typename?: 'ManagedCluster';
  /** When Azure last changed it, within the 14 days that changes are kept; null beyond. */
  readonly changedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The host of its API server. */
  readonly fqdn?: Maybe<Scalars['String']['output']>;
  /** The ARM id. */
  readonly id: Scalars['ID']['output'];
  /** What its type tells further, such as `StorageV2`; null for most types. */
  readonly kind?: Maybe<Scalars['String']['output']>;
  /** The version that it runs, such as `1.33.2`. */
  readonly kubernetesVersion?: Maybe<Scalars['String']['output']>;
  /** The region, such as `westeurope`; `global` for some types. */
  readonly location?: Maybe<Scalars['String']['output']>;
  /** The ARM id of the resource that manages it, such as a disk's virtual machine. */
  readonly managedBy?: Maybe<Scalars['ID']['output']>;
  /** The name, unique among its type in its group. */
  readonly name: Scalars['String']['output'];
  /** The name of the group that holds its nodes. */
  readonly nodeResourceGroup?: Maybe<Scalars['String']['output']>;
  /** When it was read from Azure, at the earliest: the answer is at least as new. */
  readonly observedAt: Scalars['DateTime']['output'];
  /** The issuer of its service accounts' tokens, for workload identity. */
  readonly oidcIssuer?: Maybe<Scalars['String']['output']>;
  /** `Running` or `Stopped`. */
  readonly powerState?: Maybe<Scalars['String']['output']>;
  /**
   * What only its type has, as Azure keeps it. Plain secrets at known places are `[redacted]`.
   * With a path only what stands there is read; null where nothing does.
   */
  readonly properties?: Maybe<Scalars['JSON']['output']>;
  /** What its ids lead to (OUT), or what leads to it (IN); subnets and the like count as the resource that they are part of. */
  readonly related: RelatedConnection;
  /** The group that holds it; null for the few that are in none. */
  readonly resourceGroup?: Maybe<ResourceGroup>;
  /** What it is paid by; null for most types. */
  readonly sku?: Maybe<Sku>;
  /** Which of Azure's services it was read from. */
  readonly source: Source;
  /** The subscription that holds it. */
  readonly subscription?: Maybe<AzureSubscription>;
  /** Its tags, sorted by key. */
  readonly tags: ReadonlyArray<Tag>;
  /** The ARM type in lower case, such as `microsoft.compute/disks`. */
  readonly type: Scalars['String']['output'];
};


/** An AKS cluster. */
export type ManagedClusterPropertiesArgs = {
  path?: InputMaybe<Scalars['String']['input']>;
};


/** An AKS cluster. */
export type ManagedClusterRelatedArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  direction?: RelationDirection;
  first?: InputMaybe<Scalars['Int']['input']>;
  types?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/** Something that should have been read and was not. */
export type MissingScope = {
  readonly __typename?: 'MissingScope';
  /** Why, by the codes that errors have. */
  readonly code: Scalars['String']['output'];
  /** Why, for people, and what to do. */
  readonly message: Scalars['String']['output'];
  /** An ARM id, or a vault's URL. */
  readonly scope: Scalars['ID']['output'];
};

/** Anything that has an id of its own. */
export type Node = {
  /** The ARM id, or a secret's URL. */
  readonly id: Scalars['ID']['output'];
};

/** Which way a list is sorted. */
export type OrderDirection =
  /** From A to Z. */
  | 'ASC'
  /** From Z to A. */
  | 'DESC';

/** Where a page stands in the whole. */
export type PageInfo = {
  readonly __typename?: 'PageInfo';
  /** The last edge's cursor: what `after` takes for the next page. Null where the page is empty. */
  readonly endCursor?: Maybe<Scalars['String']['output']>;
  /** Whether more follows this page. */
  readonly hasNextPage: Scalars['Boolean']['output'];
};

/**
 * Reads an Azure estate and its Key Vault secrets, with the gateway's own managed identity.
 * What was read of Azure a moment ago is given to whoever may read it: each record says when it was read, and `maxAgeSeconds` how old it may be.
 * Reads that `maxAgeSeconds` alone makes necessary are counted by caller (`THROTTLED`): each of one secret, and each ten others that one field needs.
 * A field that cannot be answered has an entry in `errors`, whose `extensions.code` says what to do, and is null, or the nearest above it that may be
 * where it may not; what is beside that is answered.
 */
export type Query = {
  readonly __typename?: 'Query';
  /**
   * What Azure would still take, as far as this replica knows: of each scope that it has asked lately and that you may `explain` and read.
   * Costs nothing upstream.
   */
  readonly budget: Budget;
  /** Anything by its id: an ARM id, or a secret's URL. Null where there is none. */
  readonly node?: Maybe<Node>;
  /** Many at once, in the order of their ids: 100 resources cost one call. */
  readonly nodes: ReadonlyArray<Maybe<Node>>;
  /** One resource by its ARM id; null where there is none. */
  readonly resource?: Maybe<Resource>;
  /** One resource group by its name; null when there is none of that name. */
  readonly resourceGroup?: Maybe<ResourceGroup>;
  /**
   * All resource groups of one subscription, or of several, sorted by name.
   * Azure bounds the list at 980 groups a subscription, so it comes whole: there is nothing to page.
   * Over several subscriptions, one that cannot be read is left out and named in an entry of `errors`, with its code; the others are answered.
   * Null where none can be read, where the one that was asked for cannot, and where your own limits (THROTTLED) let not all of them be asked.
   */
  readonly resourceGroups?: Maybe<ReadonlyArray<ResourceGroup>>;
  /**
   * The resources of the whole estate that you may read, a page at a time.
   * Counts and facets are of all of them, and cost nothing more on the first page.
   */
  readonly resources: ResourceConnection;
  /**
   * One secret of a Key Vault; null when the vault has none of that name or version.
   * Its value is read only when `value` is selected, otherwise its properties alone.
   */
  readonly secret?: Maybe<Secret>;
  /** The properties of every secret of a vault, sorted by name. Values are not read. */
  readonly secrets?: Maybe<ReadonlyArray<SecretProperties>>;
  /**
   * The secrets that expire before an instant, soonest first, those that have expired already and disabled ones included.
   * Each vault is read whole for each page; one that cannot be read, or not in time, is named in `completeness`,
   * or in `errors` where that is not selected.
   */
  readonly secretsExpiring?: Maybe<SecretsExpiringConnection>;
  /** Every subscription that the gateway's identity can read, sorted by display name. */
  readonly subscriptions?: Maybe<ReadonlyArray<AzureSubscription>>;
  /** Who you are to the gateway, and what you may do. */
  readonly viewer?: Maybe<Viewer>;
};


/**
 * Reads an Azure estate and its Key Vault secrets, with the gateway's own managed identity.
 * What was read of Azure a moment ago is given to whoever may read it: each record says when it was read, and `maxAgeSeconds` how old it may be.
 * Reads that `maxAgeSeconds` alone makes necessary are counted by caller (`THROTTLED`): each of one secret, and each ten others that one field needs.
 * A field that cannot be answered has an entry in `errors`, whose `extensions.code` says what to do, and is null, or the nearest above it that may be
 * where it may not; what is beside that is answered.
 */
export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
  maxAgeSeconds?: InputMaybe<Scalars['Int']['input']>;
};


/**
 * Reads an Azure estate and its Key Vault secrets, with the gateway's own managed identity.
 * What was read of Azure a moment ago is given to whoever may read it: each record says when it was read, and `maxAgeSeconds` how old it may be.
 * Reads that `maxAgeSeconds` alone makes necessary are counted by caller (`THROTTLED`): each of one secret, and each ten others that one field needs.
 * A field that cannot be answered has an entry in `errors`, whose `extensions.code` says what to do, and is null, or the nearest above it that may be
 * where it may not; what is beside that is answered.
 */
export type QueryNodesArgs = {
  ids: ReadonlyArray<Scalars['ID']['input']>;
  maxAgeSeconds?: InputMaybe<Scalars['Int']['input']>;
};


/**
 * Reads an Azure estate and its Key Vault secrets, with the gateway's own managed identity.
 * What was read of Azure a moment ago is given to whoever may read it: each record says when it was read, and `maxAgeSeconds` how old it may be.
 * Reads that `maxAgeSeconds` alone makes necessary are counted by caller (`THROTTLED`): each of one secret, and each ten others that one field needs.
 * A field that cannot be answered has an entry in `errors`, whose `extensions.code` says what to do, and is null, or the nearest above it that may be
 * where it may not; what is beside that is answered.
 */
export type QueryResourceArgs = {
  id: Scalars['ID']['input'];
  maxAgeSeconds?: InputMaybe<Scalars['Int']['input']>;
};


/**
 * Reads an Azure estate and its Key Vault secrets, with the gateway's own managed identity.
 * What was read of Azure a moment ago is given to whoever may read it: each record says when it was read, and `maxAgeSeconds` how old it may be.
 * Reads that `maxAgeSeconds` alone makes necessary are counted by caller (`THROTTLED`): each of one secret, and each ten others that one field needs.
 * A field that cannot be answered has an entry in `errors`, whose `extensions.code` says what to do, and is null, or the nearest above it that may be
 * where it may not; what is beside that is answered.
 */
export type QueryResourceGroupArgs = {
  maxAgeSeconds?: InputMaybe<Scalars['Int']['input']>;
  name: Scalars['String']['input'];
  subscriptionId?: InputMaybe<Scalars['ID']['input']>;
};


/**
 * Reads an Azure estate and its Key Vault secrets, with the gateway's own managed identity.
 * What was read of Azure a moment ago is given to whoever may read it: each record says when it was read, and `maxAgeSeconds` how old it may be.
 * Reads that `maxAgeSeconds` alone makes necessary are counted by caller (`THROTTLED`): each of one secret, and each ten others that one field needs.
 * A field that cannot be answered has an entry in `errors`, whose `extensions.code` says what to do, and is null, or the nearest above it that may be
 * where it may not; what is beside that is answered.
 */
export type QueryResourceGroupsArgs = {
  maxAgeSeconds?: InputMaybe<Scalars['Int']['input']>;
  subscriptionId?: InputMaybe<Scalars['ID']['input']>;
  where?: InputMaybe<ResourceGroupFilter>;
};


/**
 * Reads an Azure estate and its Key Vault secrets, with the gateway's own managed identity.
 * What was read of Azure a moment ago is given to whoever may read it: each record says when it was read, and `maxAgeSeconds` how old it may be.
 * Reads that `maxAgeSeconds` alone makes necessary are counted by caller (`THROTTLED`): each of one secret, and each ten others that one field needs.
 * A field that cannot be answered has an entry in `errors`, whose `extensions.code` says what to do, and is null, or the nearest above it that may be
 * where it may not; what is beside that is answered.
 */
export type QueryResourcesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  maxAgeSeconds?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<ResourceOrder>;
  where?: InputMaybe<ResourceFilter>;
};


/**
 * Reads an Azure estate and its Key Vault secrets, with the gateway's own managed identity.
 * What was read of Azure a moment ago is given to whoever may read it: each record says when it was read, and `maxAgeSeconds` how old it may be.
 * Reads that `maxAgeSeconds` alone makes necessary are counted by caller (`THROTTLED`): each of one secret, and each ten others that one field needs.
 * A field that cannot be answered has an entry in `errors`, whose `extensions.code` says what to do, and is null, or the nearest above it that may be
 * where it may not; what is beside that is answered.
 */
export type QuerySecretArgs = {
  maxAgeSeconds?: InputMaybe<Scalars['Int']['input']>;
  name: Scalars['String']['input'];
  vault?: InputMaybe<Scalars['String']['input']>;
  version?: InputMaybe<Scalars['String']['input']>;
};


/**
 * Reads an Azure estate and its Key Vault secrets, with the gateway's own managed identity.
 * What was read of Azure a moment ago is given to whoever may read it: each record says when it was read, and `maxAgeSeconds` how old it may be.
 * Reads that `maxAgeSeconds` alone makes necessary are counted by caller (`THROTTLED`): each of one secret, and each ten others that one field needs.
 * A field that cannot be answered has an entry in `errors`, whose `extensions.code` says what to do, and is null, or the nearest above it that may be
 * where it may not; what is beside that is answered.
 */
export type QuerySecretsArgs = {
  maxAgeSeconds?: InputMaybe<Scalars['Int']['input']>;
  vault?: InputMaybe<Scalars['String']['input']>;
};


/**
 * Reads an Azure estate and its Key Vault secrets, with the gateway's own managed identity.
 * What was read of Azure a moment ago is given to whoever may read it: each record says when it was read, and `maxAgeSeconds` how old it may be.
 * Reads that `maxAgeSeconds` alone makes necessary are counted by caller (`THROTTLED`): each of one secret, and each ten others that one field needs.
 * A field that cannot be answered has an entry in `errors`, whose `extensions.code` says what to do, and is null, or the nearest above it that may be
 * where it may not; what is beside that is answered.
 */
export type QuerySecretsExpiringArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before: Scalars['DateTime']['input'];
  first?: InputMaybe<Scalars['Int']['input']>;
  maxAgeSeconds?: InputMaybe<Scalars['Int']['input']>;
  vaults?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};


/**
 * Reads an Azure estate and its Key Vault secrets, with the gateway's own managed identity.
 * What was read of Azure a moment ago is given to whoever may read it: each record says when it was read, and `maxAgeSeconds` how old it may be.
 * Reads that `maxAgeSeconds` alone makes necessary are counted by caller (`THROTTLED`): each of one secret, and each ten others that one field needs.
 * A field that cannot be answered has an entry in `errors`, whose `extensions.code` says what to do, and is null, or the nearest above it that may be
 * where it may not; what is beside that is answered.
 */
export type QuerySubscriptionsArgs = {
  maxAgeSeconds?: InputMaybe<Scalars['Int']['input']>;
};

/** A page of what is related to a resource. */
export type RelatedConnection = {
  readonly __typename?: 'RelatedConnection';
  /** Whether all that it leads to, or that may lead to it, could be read; of secrets as far as a field needs it. */
  readonly completeness: Completeness;
  /** The relations of the page; fewer than `first` where secrets of it are gone, which only Key Vault can tell. */
  readonly edges: ReadonlyArray<RelatedEdge>;
  /** Whether more follows, and from where. */
  readonly pageInfo: PageInfo;
  /** How many there are, on all pages. A secret counts by its URL, whether the vault has it or not. */
  readonly totalCount: Scalars['Int']['output'];
};

/** A relation, and what is at its other end, which has one edge however many ids lead there: `via` and `targetId` are the first one's. */
export type RelatedEdge = {
  readonly __typename?: 'RelatedEdge';
  /** What `after` takes to begin behind it. */
  readonly cursor: Scalars['String']['output'];
  /** What is at its other end: a resource, a group, a subscription, or a secret, of which nothing is read before a field needs it. */
  readonly node: Node;
  /** The id as it is written there, but for a slash at its end; it may be of a part, such as a subnet. Of a secret the URL, or App Service's reference. */
  readonly targetId: Scalars['ID']['output'];
  /** Where the id stands, such as `properties.networkProfile.networkInterfaces[0].id`; with IN in the other resource. */
  readonly via: Scalars['String']['output'];
};

/** Which way ids point between resources. */
export type RelationDirection =
  /** From those that hold its id. */
  | 'IN'
  /** To those whose ids it holds. */
  | 'OUT';

/** Something that Azure runs or keeps: whatever has an ARM type. */
export type Resource = {
  /** When Azure last changed it, within the 14 days that changes are kept; null beyond. */
  readonly changedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The ARM id. */
  readonly id: Scalars['ID']['output'];
  /** What its type tells further, such as `StorageV2`; null for most types. */
  readonly kind?: Maybe<Scalars['String']['output']>;
  /** The region, such as `westeurope`; `global` for some types. */
  readonly location?: Maybe<Scalars['String']['output']>;
  /** The ARM id of the resource that manages it, such as a disk's virtual machine. */
  readonly managedBy?: Maybe<Scalars['ID']['output']>;
  /** The name, unique among its type in its group. */
  readonly name: Scalars['String']['output'];
  /** When it was read from Azure, at the earliest: the answer is at least as new. */
  readonly observedAt: Scalars['DateTime']['output'];
  /**
   * What only its type has, as Azure keeps it. Plain secrets at known places are `[redacted]`.
   * With a path only what stands there is read; null where nothing does.
   */
  readonly properties?: Maybe<Scalars['JSON']['output']>;
  /** What its ids lead to (OUT), or what leads to it (IN); subnets and the like count as the resource that they are part of. */
  readonly related: RelatedConnection;
  /** The group that holds it; null for the few that are in none. */
  readonly resourceGroup?: Maybe<ResourceGroup>;
  /** What it is paid by; null for most types. */
  readonly sku?: Maybe<Sku>;
  /** Which of Azure's services it was read from. */
  readonly source: Source;
  /** The subscription that holds it. */
  readonly subscription?: Maybe<AzureSubscription>;
  /** Its tags, sorted by key. */
  readonly tags: ReadonlyArray<Tag>;
  /** The ARM type in lower case, such as `microsoft.compute/disks`. */
  readonly type: Scalars['String']['output'];
};


/** Something that Azure runs or keeps: whatever has an ARM type. */
export type ResourcePropertiesArgs = {
  path?: InputMaybe<Scalars['String']['input']>;
};


/** Something that Azure runs or keeps: whatever has an ARM type. */
export type ResourceRelatedArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  direction?: RelationDirection;
  first?: InputMaybe<Scalars['Int']['input']>;
  types?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/** A page of resources. */
export type ResourceConnection = {
  readonly __typename?: 'ResourceConnection';
  /** Whether all that you may read could be read. */
  readonly completeness: Completeness;
  /** The resources of the page with their cursors. */
  readonly edges: ReadonlyArray<ResourceEdge>;
  /** How many there are of each value, on all pages: the most frequent first, equals from A to Z, and null behind its equals. Of more than 1000 values Resource Graph chooses which equals are among the first 1000. */
  readonly facets: ReadonlyArray<Facet>;
  /** The resources of the page. */
  readonly nodes: ReadonlyArray<Resource>;
  /** Whether more follows, and from where. */
  readonly pageInfo: PageInfo;
  /** How many there are, on all pages. */
  readonly totalCount: Scalars['Int']['output'];
};


/** A page of resources. */
export type ResourceConnectionFacetsArgs = {
  by: FacetBy;
  first?: InputMaybe<Scalars['Int']['input']>;
  tag?: InputMaybe<Scalars['String']['input']>;
};

/** A resource of a page. */
export type ResourceEdge = {
  readonly __typename?: 'ResourceEdge';
  /** What `after` takes to begin behind it. */
  readonly cursor: Scalars['String']['output'];
  /** The resource. */
  readonly node: Resource;
};

/**
 * Selects resources. Conditions given together must all hold; letter case matters in tag values alone.
 * With none given, every resource is selected. What is given must say something: an empty list, an empty `name` and an empty
 * filter in `and`, `or` or `not` are BAD_USER_INPUT, and so are those whose every condition is null.
 */
export type ResourceFilter = {
  /** All of these hold. */
  readonly and?: InputMaybe<ReadonlyArray<ResourceFilter>>;
  /** Changed at or after this instant, within the 14 days that changes are kept. */
  readonly changedSince?: InputMaybe<Scalars['DateTime']['input']>;
  /** In one of these regions, by name or display name. */
  readonly locations?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** By the name. */
  readonly name?: InputMaybe<StringFilter>;
  /** This does not hold. */
  readonly not?: InputMaybe<ResourceFilter>;
  /** One of these holds. */
  readonly or?: InputMaybe<ReadonlyArray<ResourceFilter>>;
  /** In a group of one of these names. */
  readonly resourceGroups?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  /** In one of these subscriptions, by GUID. One that cannot be read has none: `completeness` names it, and `errors` where all fits on one page and that is not asked for. */
  readonly subscriptionIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  /** By one tag. */
  readonly tag?: InputMaybe<TagFilter>;
  /** Of one of these types, such as `Microsoft.Compute/disks`. */
  readonly types?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

/** A resource group: resources that are deployed, granted and deleted together. */
export type ResourceGroup = Node & {
  readonly __typename?: 'ResourceGroup';
  /** The ARM id, `/subscriptions/<guid>/resourceGroups/<name>`. */
  readonly id: Scalars['ID']['output'];
  /** The region that keeps the group's metadata, such as `eastus`. Its resources may live elsewhere. */
  readonly location: Scalars['String']['output'];
  /** The ARM id of the resource that manages this group, such as an AKS cluster; null for most groups. */
  readonly managedBy?: Maybe<Scalars['ID']['output']>;
  /** The name, unique within its subscription without regard to letter case. */
  readonly name: Scalars['String']['output'];
  /** When it was read from Azure, at the earliest: the answer is at least as new. */
  readonly observedAt: Scalars['DateTime']['output'];
  /** Azure's word for how the last change went: `Succeeded`, `Deleting`, `Failed`, ... */
  readonly provisioningState?: Maybe<Scalars['String']['output']>;
  /** Its resources that you may read, a page at a time. */
  readonly resources: ResourceConnection;
  /** Which of Azure's services it was read from. */
  readonly source: Source;
  /** The subscription that holds the group. */
  readonly subscription?: Maybe<AzureSubscription>;
  /** The group's tags, sorted by key. */
  readonly tags: ReadonlyArray<Tag>;
};


/** A resource group: resources that are deployed, granted and deleted together. */
export type ResourceGroupResourcesArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<ResourceOrder>;
  where?: InputMaybe<ResourceFilter>;
};

/** Selects resource groups. Conditions given together must all hold. */
export type ResourceGroupFilter = {
  /** Groups in this region, by its name or its display name: `eastus` or `East US`. */
  readonly location?: InputMaybe<Scalars['String']['input']>;
  /** Groups whose name begins so; letter case does not matter. */
  readonly namePrefix?: InputMaybe<Scalars['String']['input']>;
  /** Groups that carry this tag. */
  readonly tag?: InputMaybe<TagFilter>;
};

/** What a list of resources is sorted by. */
export type ResourceOrder = {
  /** Which way. */
  readonly direction: OrderDirection;
  /** The field. */
  readonly field: ResourceOrderField;
};

/** A field that resources can be sorted by, without letter case. */
export type ResourceOrderField =
  /** The ARM id: by subscription, group and type. */
  | 'ID'
  /** The region. */
  | 'LOCATION'
  /** The name. */
  | 'NAME'
  /** The type. */
  | 'TYPE';

/** One version of a secret. */
export type Secret = Node & {
  readonly __typename?: 'Secret';
  /** What its owner says the value is, such as `text/plain`; free text. */
  readonly contentType?: Maybe<Scalars['String']['output']>;
  /** When this version was created. */
  readonly createdAt?: Maybe<Scalars['DateTime']['output']>;
  /** Whether its value may be read. */
  readonly enabled?: Maybe<Scalars['Boolean']['output']>;
  /** When it ends to be valid. Key Vault informs of it and still gives the value. */
  readonly expiresAt?: Maybe<Scalars['DateTime']['output']>;
  /**
   * The vault's id of this version, `https://<vault host>/secrets/<name>/<version>`.
   * Where it came by an id or by a relation, the URL that stood there, with or without a version, whatever fields are selected.
   */
  readonly id: Scalars['ID']['output'];
  /** The name as the vault spells it. */
  readonly name: Scalars['String']['output'];
  /** When it begins to be valid. Key Vault informs of it and still gives the value. */
  readonly notBefore?: Maybe<Scalars['DateTime']['output']>;
  /** When it was read from Azure, at the earliest: the answer is at least as new. */
  readonly observedAt: Scalars['DateTime']['output'];
  /** Which of Azure's services it was read from. */
  readonly source: Source;
  /** Its tags, sorted by key. */
  readonly tags: ReadonlyArray<Tag>;
  /** When this version's attributes last changed. */
  readonly updatedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The secret itself. Selecting it is what makes the gateway read it. Null with SECRET_DISABLED where the version is disabled. */
  readonly value?: Maybe<Scalars['SecretText']['output']>;
  /** The name of the vault that keeps it. */
  readonly vault: Scalars['String']['output'];
  /** The version's 32 hexadecimal digits. */
  readonly version: Scalars['String']['output'];
  /** Every version of this secret, newest first, without values. */
  readonly versions?: Maybe<ReadonlyArray<SecretProperties>>;
};

/** What a vault tells of a secret without its value. */
export type SecretProperties = {
  readonly __typename?: 'SecretProperties';
  /** What its owner says the value is, such as `text/plain`; free text. */
  readonly contentType?: Maybe<Scalars['String']['output']>;
  /** When it was created. */
  readonly createdAt?: Maybe<Scalars['DateTime']['output']>;
  /** Whether its value may be read. */
  readonly enabled?: Maybe<Scalars['Boolean']['output']>;
  /** When it ends to be valid. Key Vault informs of it and still gives the value. */
  readonly expiresAt?: Maybe<Scalars['DateTime']['output']>;
  /** The vault's id: of one version in `versions`, elsewhere of the secret. */
  readonly id: Scalars['ID']['output'];
  /** The name as the vault spells it. */
  readonly name: Scalars['String']['output'];
  /** When it begins to be valid. Key Vault informs of it and still gives the value. */
  readonly notBefore?: Maybe<Scalars['DateTime']['output']>;
  /** When it was read from Azure, at the earliest: the answer is at least as new. */
  readonly observedAt: Scalars['DateTime']['output'];
  /** Which of Azure's services it was read from. */
  readonly source: Source;
  /** Its tags, sorted by key. */
  readonly tags: ReadonlyArray<Tag>;
  /** When its attributes last changed. */
  readonly updatedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The name of the vault that keeps it. */
  readonly vault: Scalars['String']['output'];
  /** The version's 32 hexadecimal digits; null but in `versions`: elsewhere Key Vault lists secrets and not versions. */
  readonly version?: Maybe<Scalars['String']['output']>;
};

/** Secrets that expire, by the instant, then by vault and name: those that the caller may read the properties of. */
export type SecretsExpiringConnection = {
  readonly __typename?: 'SecretsExpiringConnection';
  /** Whether every vault could be read. */
  readonly completeness: Completeness;
  /** The same secrets, each with its cursor. */
  readonly edges: ReadonlyArray<SecretsExpiringEdge>;
  /** The page's secrets, as `secrets` lists them. */
  readonly nodes: ReadonlyArray<SecretProperties>;
  /** Where this page stands in the whole. */
  readonly pageInfo: PageInfo;
  /** How many there are on all pages, of the vaults that could be read. */
  readonly totalCount: Scalars['Int']['output'];
};

/** A secret and its place in the whole. */
export type SecretsExpiringEdge = {
  readonly __typename?: 'SecretsExpiringEdge';
  /** What `after` takes for a page that begins behind this secret. */
  readonly cursor: Scalars['String']['output'];
  /** The secret, without its value. */
  readonly node: SecretProperties;
};

/** What a resource is paid by, in its type's own words. */
export type Sku = {
  readonly __typename?: 'Sku';
  /** How many units. */
  readonly capacity?: Maybe<Scalars['Int']['output']>;
  /** Such as `Standard_LRS`. */
  readonly name?: Maybe<Scalars['String']['output']>;
  /** Such as `Standard`. */
  readonly tier?: Maybe<Scalars['String']['output']>;
};

/** Which of Azure's services a record was read from. */
export type Source =
  /** Azure Resource Manager. */
  | 'ARM'
  /** Azure Key Vault. */
  | 'KEY_VAULT'
  /** Azure Resource Graph, which follows ARM within some seconds. */
  | 'RESOURCE_GRAPH';

/** Selects by a text, without letter case; at least one of these. */
export type StringFilter = {
  /** A part of it. */
  readonly contains?: InputMaybe<Scalars['String']['input']>;
  /** The whole text. */
  readonly equals?: InputMaybe<Scalars['String']['input']>;
  /** Its beginning. */
  readonly startsWith?: InputMaybe<Scalars['String']['input']>;
};

/** A tag as Azure keeps it: keys match without case, values with case. */
export type Tag = {
  readonly __typename?: 'Tag';
  /** The tag's name, spelt as it was when it was set. */
  readonly key: Scalars['String']['output'];
  /** The tag's value; empty where the tag has none. */
  readonly value: Scalars['String']['output'];
};

/** Selects by one tag. */
export type TagFilter = {
  /** The exact value, letter case included. Absent: any value. */
  readonly equals?: InputMaybe<Scalars['String']['input']>;
  /** Whether it has the tag at all: false keeps those that lack it, and goes with no `equals`. */
  readonly exists?: InputMaybe<Scalars['Boolean']['input']>;
  /** The tag's name; letter case does not matter. */
  readonly key: Scalars['String']['input'];
};

/** The caller, as the gateway's access policy knows it. */
export type Viewer = {
  readonly __typename?: 'Viewer';
  /** Whether you may do this to that, and why. Costs nothing upstream, and says nothing about whether the thing exists. */
  readonly can: Decision;
  /** `<issuer>|<subject>` of the token, or `anonymous`: as an access policy names it. */
  readonly id: Scalars['ID']['output'];
  /** Who signed the token; null for anonymous. */
  readonly issuer?: Maybe<Scalars['String']['output']>;
  /** What kind of caller the token speaks of. */
  readonly kind: CallerKind;
  /** The token's application roles, sorted; they count only from Entra. */
  readonly roles: ReadonlyArray<Scalars['String']['output']>;
};


/** The caller, as the gateway's access policy knows it. */
export type ViewerCanArgs = {
  action: Action;
  resource: Scalars['ID']['input'];
};

/** A virtual machine. */
export type VirtualMachine = Node & Resource & {
  readonly __typename?: 'VirtualMachine';
  /** When Azure last changed it, within the 14 days that changes are kept; null beyond. */
  readonly changedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The name that it has on its network. */
  readonly computerName?: Maybe<Scalars['String']['output']>;
  /** The ARM id. */
  readonly id: Scalars['ID']['output'];
  /** What its type tells further, such as `StorageV2`; null for most types. */
  readonly kind?: Maybe<Scalars['String']['output']>;
  /** The region, such as `westeurope`; `global` for some types. */
  readonly location?: Maybe<Scalars['String']['output']>;
  /** The ARM id of the resource that manages it, such as a disk's virtual machine. */
  readonly managedBy?: Maybe<Scalars['ID']['output']>;
  /** The name, unique among its type in its group. */
  readonly name: Scalars['String']['output'];
  /** When it was read from Azure, at the earliest: the answer is at least as new. */
  readonly observedAt: Scalars['DateTime']['output'];
  /** `Linux` or `Windows`. */
  readonly osType?: Maybe<Scalars['String']['output']>;
  /**
   * What only its type has, as Azure keeps it. Plain secrets at known places are `[redacted]`.
   * With a path only what stands there is read; null where nothing does.
   */
  readonly properties?: Maybe<Scalars['JSON']['output']>;
  /** What its ids lead to (OUT), or what leads to it (IN); subnets and the like count as the resource that they are part of. */
  readonly related: RelatedConnection;
  /** The group that holds it; null for the few that are in none. */
  readonly resourceGroup?: Maybe<ResourceGroup>;
  /** The size, such as `Standard_D4s_v5`. */
  readonly size?: Maybe<Scalars['String']['output']>;
  /** What it is paid by; null for most types. */
  readonly sku?: Maybe<Sku>;
  /** Which of Azure's services it was read from. */
  readonly source: Source;
  /** The subscription that holds it. */
  readonly subscription?: Maybe<AzureSubscription>;
  /** Its tags, sorted by key. */
  readonly tags: ReadonlyArray<Tag>;
  /** The ARM type in lower case, such as `microsoft.compute/disks`. */
  readonly type: Scalars['String']['output'];
};


/** A virtual machine. */
export type VirtualMachinePropertiesArgs = {
  path?: InputMaybe<Scalars['String']['input']>;
};


/** A virtual machine. */
export type VirtualMachineRelatedArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  direction?: RelationDirection;
  first?: InputMaybe<Scalars['Int']['input']>;
  types?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;


export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;





/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  Action: Action;
  AzureSubscription: ResolverTypeWrapper<AzureSubscriptionRecord>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  Budget: ResolverTypeWrapper<Omit<Budget, 'limits'> & { limits: ReadonlyArray<ResolversTypes['BudgetLimit']> }>;
  BudgetApi: BudgetApi;
  BudgetLimit: ResolverTypeWrapper<BudgetLimitRecord>;
  CallerKind: CallerKind;
  Completeness: ResolverTypeWrapper<Completeness>;
  ContainerGroup: ResolverTypeWrapper<ResourceRecord>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  Decision: ResolverTypeWrapper<Decision>;
  Facet: ResolverTypeWrapper<Facet>;
  FacetBy: FacetBy;
  GenericResource: ResolverTypeWrapper<ResourceRecord>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  KeyVault: ResolverTypeWrapper<ResourceRecord>;
  ManagedCluster: ResolverTypeWrapper<ResourceRecord>;
  MissingScope: ResolverTypeWrapper<MissingScope>;
  Node: ResolverTypeWrapper<NodeRecord>;
  OrderDirection: OrderDirection;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  RelatedConnection: ResolverTypeWrapper<RelatedConnectionRecord>;
  RelatedEdge: ResolverTypeWrapper<RelatedEdgeRecord>;
  RelationDirection: RelationDirection;
  Resource: ResolverTypeWrapper<ResourceRecord>;
  ResourceConnection: ResolverTypeWrapper<ConnectionRecord>;
  ResourceEdge: ResolverTypeWrapper<Omit<ResourceEdge, 'node'> & { node: ResolversTypes['Resource'] }>;
  ResourceFilter: ResourceFilter;
  ResourceGroup: ResolverTypeWrapper<ResourceGroupRecord>;
  ResourceGroupFilter: ResourceGroupFilter;
  ResourceOrder: ResourceOrder;
  ResourceOrderField: ResourceOrderField;
  Secret: ResolverTypeWrapper<SecretRecord>;
  SecretProperties: ResolverTypeWrapper<SecretPropertiesRecord>;
  SecretText: ResolverTypeWrapper<Scalars['SecretText']['output']>;
  SecretsExpiringConnection: ResolverTypeWrapper<ExpiringSecretsRecord>;
  SecretsExpiringEdge: ResolverTypeWrapper<Omit<SecretsExpiringEdge, 'node'> & { node: ResolversTypes['SecretProperties'] }>;
  Sku: ResolverTypeWrapper<Sku>;
  Source: Source;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  StringFilter: StringFilter;
  Tag: ResolverTypeWrapper<TagRecord>;
  TagFilter: TagFilter;
  Viewer: ResolverTypeWrapper<CallerRecord>;
  VirtualMachine: ResolverTypeWrapper<ResourceRecord>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AzureSubscription: AzureSubscriptionRecord;
  Boolean: Scalars['Boolean']['output'];
  Budget: Omit<Budget, 'limits'> & { limits: ReadonlyArray<ResolversParentTypes['BudgetLimit']> };
  BudgetLimit: BudgetLimitRecord;
  Completeness: Completeness;
  ContainerGroup: ResourceRecord;
  DateTime: Scalars['DateTime']['output'];
  Decision: Decision;
  Facet: Facet;
  GenericResource: ResourceRecord;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  JSON: Scalars['JSON']['output'];
  KeyVault: ResourceRecord;
  ManagedCluster: ResourceRecord;
  MissingScope: MissingScope;
  Node: NodeRecord;
  PageInfo: PageInfo;
  Query: Record<PropertyKey, never>;
  RelatedConnection: RelatedConnectionRecord;
  RelatedEdge: RelatedEdgeRecord;
  Resource: ResourceRecord;
  ResourceConnection: ConnectionRecord;
  ResourceEdge: Omit<ResourceEdge, 'node'> & { node: ResolversParentTypes['Resource'] };
  ResourceFilter: ResourceFilter;
  ResourceGroup: ResourceGroupRecord;
  ResourceGroupFilter: ResourceGroupFilter;
  ResourceOrder: ResourceOrder;
  Secret: SecretRecord;
  SecretProperties: SecretPropertiesRecord;
  SecretText: Scalars['SecretText']['output'];
  SecretsExpiringConnection: ExpiringSecretsRecord;
  SecretsExpiringEdge: Omit<SecretsExpiringEdge, 'node'> & { node: ResolversParentTypes['SecretProperties'] };
  Sku: Sku;
  String: Scalars['String']['output'];
  StringFilter: StringFilter;
  Tag: TagRecord;
  TagFilter: TagFilter;
  Viewer: CallerRecord;
  VirtualMachine: ResourceRecord;
};

export type AccessDirectiveArgs = {
  action: Action;
};

export type AccessDirectiveResolver<Result, Parent, ContextType = Context, Args = AccessDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type EachDecidedDirectiveArgs = { };

export type EachDecidedDirectiveResolver<Result, Parent, ContextType = Context, Args = EachDecidedDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type OpenDirectiveArgs = { };

export type OpenDirectiveResolver<Result, Parent, ContextType = Context, Args = OpenDirectiveArgs> = DirectiveResolverFn<Result, Parent, ContextType, Args>;

export type AzureSubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['AzureSubscription'] = ResolversParentTypes['AzureSubscription']> = {
  displayName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  observedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  resourceGroups?: Resolver<Maybe<ReadonlyArray<ResolversTypes['ResourceGroup']>>, ParentType, ContextType, Partial<AzureSubscriptionResourceGroupsArgs>>;
  resources?: Resolver<ResolversTypes['ResourceConnection'], ParentType, ContextType, RequireFields<AzureSubscriptionResourcesArgs, 'first' | 'orderBy'>>;
  source?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  state?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  subscriptionId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  tenantId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type BudgetResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Budget'] = ResolversParentTypes['Budget']> = {
  limits?: Resolver<ReadonlyArray<ResolversTypes['BudgetLimit']>, ParentType, ContextType>;
};

export type BudgetLimitResolvers<ContextType = Context, ParentType extends ResolversParentTypes['BudgetLimit'] = ResolversParentTypes['BudgetLimit']> = {
  api?: Resolver<ResolversTypes['BudgetApi'], ParentType, ContextType>;
  ceiling?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  remaining?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  resetsAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  scope?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type CompletenessResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Completeness'] = ResolversParentTypes['Completeness']> = {
  complete?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  missing?: Resolver<ReadonlyArray<ResolversTypes['MissingScope']>, ParentType, ContextType>;
};

export type ContainerGroupResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ContainerGroup'] = ResolversParentTypes['ContainerGroup']> = {
  changedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  ipAddress?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  kind?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  location?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  managedBy?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  observedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  osType?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  properties?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType, Partial<ContainerGroupPropertiesArgs>>;
  related?: Resolver<ResolversTypes['RelatedConnection'], ParentType, ContextType, RequireFields<ContainerGroupRelatedArgs, 'direction' | 'first'>>;
  resourceGroup?: Resolver<Maybe<ResolversTypes['ResourceGroup']>, ParentType, ContextType>;
  restartPolicy?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  sku?: Resolver<Maybe<ResolversTypes['Sku']>, ParentType, ContextType>;
  source?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  subscription?: Resolver<Maybe<ResolversTypes['AzureSubscription']>, ParentType, ContextType>;
  tags?: Resolver<ReadonlyArray<ResolversTypes['Tag']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DecisionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Decision'] = ResolversParentTypes['Decision']> = {
  allowed?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  because?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  policies?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
};

export type FacetResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Facet'] = ResolversParentTypes['Facet']> = {
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type GenericResourceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['GenericResource'] = ResolversParentTypes['GenericResource']> = {
  changedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  location?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  managedBy?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  observedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  properties?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType, Partial<GenericResourcePropertiesArgs>>;
  related?: Resolver<ResolversTypes['RelatedConnection'], ParentType, ContextType, RequireFields<GenericResourceRelatedArgs, 'direction' | 'first'>>;
  resourceGroup?: Resolver<Maybe<ResolversTypes['ResourceGroup']>, ParentType, ContextType>;
  sku?: Resolver<Maybe<ResolversTypes['Sku']>, ParentType, ContextType>;
  source?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  subscription?: Resolver<Maybe<ResolversTypes['AzureSubscription']>, ParentType, ContextType>;
  tags?: Resolver<ReadonlyArray<ResolversTypes['Tag']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type KeyVaultResolvers<ContextType = Context, ParentType extends ResolversParentTypes['KeyVault'] = ResolversParentTypes['KeyVault']> = {
  changedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  location?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  managedBy?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  observedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  properties?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType, Partial<KeyVaultPropertiesArgs>>;
  purgeProtection?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  rbacAuthorization?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  related?: Resolver<ResolversTypes['RelatedConnection'], ParentType, ContextType, RequireFields<KeyVaultRelatedArgs, 'direction' | 'first'>>;
  resourceGroup?: Resolver<Maybe<ResolversTypes['ResourceGroup']>, ParentType, ContextType>;
  secrets?: Resolver<Maybe<ReadonlyArray<ResolversTypes['SecretProperties']>>, ParentType, ContextType>;
  sku?: Resolver<Maybe<ResolversTypes['Sku']>, ParentType, ContextType>;
  source?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  subscription?: Resolver<Maybe<ResolversTypes['AzureSubscription']>, ParentType, ContextType>;
  tags?: Resolver<ReadonlyArray<ResolversTypes['Tag']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  uri?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ManagedClusterResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ManagedCluster'] = ResolversParentTypes['ManagedCluster']> = {
  changedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  fqdn?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  kubernetesVersion?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  location?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  managedBy?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  nodeResourceGroup?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  observedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  oidcIssuer?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  powerState?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  properties?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType, Partial<ManagedClusterPropertiesArgs>>;
  related?: Resolver<ResolversTypes['RelatedConnection'], ParentType, ContextType, RequireFields<ManagedClusterRelatedArgs, 'direction' | 'first'>>;
  resourceGroup?: Resolver<Maybe<ResolversTypes['ResourceGroup']>, ParentType, ContextType>;
  sku?: Resolver<Maybe<ResolversTypes['Sku']>, ParentType, ContextType>;
  source?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  subscription?: Resolver<Maybe<ResolversTypes['AzureSubscription']>, ParentType, ContextType>;
  tags?: Resolver<ReadonlyArray<ResolversTypes['Tag']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MissingScopeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MissingScope'] = ResolversParentTypes['MissingScope']> = {
  code?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  scope?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type NodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'AzureSubscription' | 'ContainerGroup' | 'GenericResource' | 'KeyVault' | 'ManagedCluster' | 'ResourceGroup' | 'Secret' | 'VirtualMachine', ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  budget?: Resolver<ResolversTypes['Budget'], ParentType, ContextType>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QueryNodeArgs, 'id'>>;
  nodes?: Resolver<ReadonlyArray<Maybe<ResolversTypes['Node']>>, ParentType, ContextType, RequireFields<QueryNodesArgs, 'ids'>>;
  resource?: Resolver<Maybe<ResolversTypes['Resource']>, ParentType, ContextType, RequireFields<QueryResourceArgs, 'id'>>;
  resourceGroup?: Resolver<Maybe<ResolversTypes['ResourceGroup']>, ParentType, ContextType, RequireFields<QueryResourceGroupArgs, 'name'>>;
  resourceGroups?: Resolver<Maybe<ReadonlyArray<ResolversTypes['ResourceGroup']>>, ParentType, ContextType, Partial<QueryResourceGroupsArgs>>;
  resources?: Resolver<ResolversTypes['ResourceConnection'], ParentType, ContextType, RequireFields<QueryResourcesArgs, 'first' | 'orderBy'>>;
  secret?: Resolver<Maybe<ResolversTypes['Secret']>, ParentType, ContextType, RequireFields<QuerySecretArgs, 'name'>>;
  secrets?: Resolver<Maybe<ReadonlyArray<ResolversTypes['SecretProperties']>>, ParentType, ContextType, Partial<QuerySecretsArgs>>;
  secretsExpiring?: Resolver<Maybe<ResolversTypes['SecretsExpiringConnection']>, ParentType, ContextType, RequireFields<QuerySecretsExpiringArgs, 'before' | 'first'>>;
  subscriptions?: Resolver<Maybe<ReadonlyArray<ResolversTypes['AzureSubscription']>>, ParentType, ContextType, Partial<QuerySubscriptionsArgs>>;
  viewer?: Resolver<Maybe<ResolversTypes['Viewer']>, ParentType, ContextType>;
};

export type RelatedConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RelatedConnection'] = ResolversParentTypes['RelatedConnection']> = {
  completeness?: Resolver<ResolversTypes['Completeness'], ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['RelatedEdge']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type RelatedEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['RelatedEdge'] = ResolversParentTypes['RelatedEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Node'], ParentType, ContextType>;
  targetId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  via?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ResourceResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Resource'] = ResolversParentTypes['Resource']> = {
  __resolveType: TypeResolveFn<'ContainerGroup' | 'GenericResource' | 'KeyVault' | 'ManagedCluster' | 'VirtualMachine', ParentType, ContextType>;
  changedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  location?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  managedBy?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  observedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  properties?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType, Partial<ResourcePropertiesArgs>>;
  related?: Resolver<ResolversTypes['RelatedConnection'], ParentType, ContextType, RequireFields<ResourceRelatedArgs, 'direction' | 'first'>>;
  resourceGroup?: Resolver<Maybe<ResolversTypes['ResourceGroup']>, ParentType, ContextType>;
  sku?: Resolver<Maybe<ResolversTypes['Sku']>, ParentType, ContextType>;
  source?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  subscription?: Resolver<Maybe<ResolversTypes['AzureSubscription']>, ParentType, ContextType>;
  tags?: Resolver<ReadonlyArray<ResolversTypes['Tag']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ResourceConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ResourceConnection'] = ResolversParentTypes['ResourceConnection']> = {
  completeness?: Resolver<ResolversTypes['Completeness'], ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['ResourceEdge']>, ParentType, ContextType>;
  facets?: Resolver<ReadonlyArray<ResolversTypes['Facet']>, ParentType, ContextType, RequireFields<ResourceConnectionFacetsArgs, 'by' | 'first'>>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['Resource']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ResourceEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ResourceEdge'] = ResolversParentTypes['ResourceEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Resource'], ParentType, ContextType>;
};

export type ResourceGroupResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ResourceGroup'] = ResolversParentTypes['ResourceGroup']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  location?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  managedBy?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  observedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  provisioningState?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  resources?: Resolver<ResolversTypes['ResourceConnection'], ParentType, ContextType, RequireFields<ResourceGroupResourcesArgs, 'first' | 'orderBy'>>;
  source?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  subscription?: Resolver<Maybe<ResolversTypes['AzureSubscription']>, ParentType, ContextType>;
  tags?: Resolver<ReadonlyArray<ResolversTypes['Tag']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SecretResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Secret'] = ResolversParentTypes['Secret']> = {
  contentType?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  enabled?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  notBefore?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  observedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  tags?: Resolver<ReadonlyArray<ResolversTypes['Tag']>, ParentType, ContextType>;
  updatedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['SecretText']>, ParentType, ContextType>;
  vault?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  version?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  versions?: Resolver<Maybe<ReadonlyArray<ResolversTypes['SecretProperties']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type SecretPropertiesResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SecretProperties'] = ResolversParentTypes['SecretProperties']> = {
  contentType?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  enabled?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  expiresAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  notBefore?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  observedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  source?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  tags?: Resolver<ReadonlyArray<ResolversTypes['Tag']>, ParentType, ContextType>;
  updatedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  vault?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  version?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export interface SecretTextScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['SecretText'], any> {
  name: 'SecretText';
}

export type SecretsExpiringConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SecretsExpiringConnection'] = ResolversParentTypes['SecretsExpiringConnection']> = {
  completeness?: Resolver<ResolversTypes['Completeness'], ParentType, ContextType>;
  edges?: Resolver<ReadonlyArray<ResolversTypes['SecretsExpiringEdge']>, ParentType, ContextType>;
  nodes?: Resolver<ReadonlyArray<ResolversTypes['SecretProperties']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type SecretsExpiringEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SecretsExpiringEdge'] = ResolversParentTypes['SecretsExpiringEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['SecretProperties'], ParentType, ContextType>;
};

export type SkuResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Sku'] = ResolversParentTypes['Sku']> = {
  capacity?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  tier?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type TagResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Tag'] = ResolversParentTypes['Tag']> = {
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type ViewerResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Viewer'] = ResolversParentTypes['Viewer']> = {
  can?: Resolver<ResolversTypes['Decision'], ParentType, ContextType, RequireFields<ViewerCanArgs, 'action' | 'resource'>>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  issuer?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['CallerKind'], ParentType, ContextType>;
  roles?: Resolver<ReadonlyArray<ResolversTypes['String']>, ParentType, ContextType>;
};

export type VirtualMachineResolvers<ContextType = Context, ParentType extends ResolversParentTypes['VirtualMachine'] = ResolversParentTypes['VirtualMachine']> = {
  changedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  computerName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  location?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  managedBy?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  observedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  osType?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  properties?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType, Partial<VirtualMachinePropertiesArgs>>;
  related?: Resolver<ResolversTypes['RelatedConnection'], ParentType, ContextType, RequireFields<VirtualMachineRelatedArgs, 'direction' | 'first'>>;
  resourceGroup?: Resolver<Maybe<ResolversTypes['ResourceGroup']>, ParentType, ContextType>;
  size?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  sku?: Resolver<Maybe<ResolversTypes['Sku']>, ParentType, ContextType>;
  source?: Resolver<ResolversTypes['Source'], ParentType, ContextType>;
  subscription?: Resolver<Maybe<ResolversTypes['AzureSubscription']>, ParentType, ContextType>;
  tags?: Resolver<ReadonlyArray<ResolversTypes['Tag']>, ParentType, ContextType>;
  type?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  AzureSubscription?: AzureSubscriptionResolvers<ContextType>;
  Budget?: BudgetResolvers<ContextType>;
  BudgetLimit?: BudgetLimitResolvers<ContextType>;
  Completeness?: CompletenessResolvers<ContextType>;
  ContainerGroup?: ContainerGroupResolvers<ContextType>;
  DateTime?: GraphQLScalarType;
  Decision?: DecisionResolvers<ContextType>;
  Facet?: FacetResolvers<ContextType>;
  GenericResource?: GenericResourceResolvers<ContextType>;
  JSON?: GraphQLScalarType;
  KeyVault?: KeyVaultResolvers<ContextType>;
  ManagedCluster?: ManagedClusterResolvers<ContextType>;
  MissingScope?: MissingScopeResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  RelatedConnection?: RelatedConnectionResolvers<ContextType>;
  RelatedEdge?: RelatedEdgeResolvers<ContextType>;
  Resource?: ResourceResolvers<ContextType>;
  ResourceConnection?: ResourceConnectionResolvers<ContextType>;
  ResourceEdge?: ResourceEdgeResolvers<ContextType>;
  ResourceGroup?: ResourceGroupResolvers<ContextType>;
  Secret?: SecretResolvers<ContextType>;
  SecretProperties?: SecretPropertiesResolvers<ContextType>;
  SecretText?: GraphQLScalarType;
  SecretsExpiringConnection?: SecretsExpiringConnectionResolvers<ContextType>;
  SecretsExpiringEdge?: SecretsExpiringEdgeResolvers<ContextType>;
  Sku?: SkuResolvers<ContextType>;
  Tag?: TagResolvers<ContextType>;
  Viewer?: ViewerResolvers<ContextType>;
  VirtualMachine?: VirtualMachineResolvers<ContextType>;
};

export type DirectiveResolvers<ContextType = Context> = {
  access?: AccessDirectiveResolver<any, any, ContextType>;
  eachDecided?: EachDecidedDirectiveResolver<any, any, ContextType>;
  open?: OpenDirectiveResolver<any, any, ContextType>;
};
