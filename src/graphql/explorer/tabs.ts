/** A tab of GraphiQL; `variables` is the JSON text that its editor shows. */
export type Tab = { readonly query: string; readonly variables?: string };

const DAYS_AHEAD = 30;

/** What a newcomer finds in the tabs at that time. GraphiQL names a tab after its operation. */
export const tabs = (now: Date): readonly Tab[] => [
  {
    query: `# Resource groups and one secret, in one request.
# What the access policy refuses you is null, and the error says why.
query GroupsAndSecret {
  resourceGroups {
    name
    location
    tags {
      key
      value
    }
    provisioningState
  }
  secret(name: "SampleSecret") {
    name
    value
    version
    contentType
    expiresAt
    enabled
  }
}
`,
  },
  {
    query: `# Who you are, what you may do, and which policy says so.
query Viewer {
  viewer {
    id
    kind
    roles
    sample: can(action: readSecretValue, resource: "https://contoso-vault.vault.azure.net/secrets/SampleSecret") {
      allowed
      because
      policies
    }
  }
}
`,
  },
  {
    query: `# The whole estate: every subscription, and how much is in each
# and in the largest groups. Two calls, however large it is.
query Estate {
  subscriptions { subscriptionId displayName state }
  resources(first: 1) {
    totalCount
    bySubscription: facets(by: SUBSCRIPTION, first: 1000) { value count }
    byGroup: facets(by: RESOURCE_GROUP) { value count }
    completeness { complete missing { scope code message } }
  }
}
`,
  },
  {
    query: `# Groups that carry the tag named in the variables.
query GroupsByTag($tag: TagFilter) {
  resourceGroups(where: { tag: $tag }) {
    name
    tags {
      key
      value
    }
  }
}
`,
    variables: asJson({ tag: { key: 'env' } }),
  },
  {
    query: `# The default vault's secrets; no value is read.
query SecretProperties {
  secrets {
    name
    enabled
    contentType
    expiresAt
  }
}
`,
  },
  {
    query: `# Secrets that expire within 30 days, or have, as far as you may know.
# completeness names each vault that could not be read, and why.
query SecretsExpiring($before: DateTime!) {
  secretsExpiring(before: $before) {
    totalCount
    nodes {
      name
      vault
      expiresAt
      enabled
    }
    completeness {
      complete
      missing {
        scope
        code
        message
      }
    }
  }
}
`,
    variables: asJson({ before: daysAfter(now, DAYS_AHEAD) }),
  },
  {
    query: `# What there is, counted: one call to Azure.
query WhatThereIs {
  resources(first: 5, orderBy: { field: NAME, direction: ASC }) {
    totalCount
    byType: facets(by: TYPE) {
      value
      count
    }
    byRegion: facets(by: LOCATION) {
      value
      count
    }
    nodes {
      name
      type
      location
    }
  }
}
`,
  },
  {
    query: `# Orphans, which are paid for: where attachedTo, or ipConfiguration and
# natGateway, are null. More pages: give endCursor as the variable.
query Orphans($disksAfter: String, $addressesAfter: String) {
  disks: resources(where: { types: ["Microsoft.Compute/disks"] }, first: 1000, after: $disksAfter) {
    totalCount
    nodes { name attachedTo: managedBy state: properties(path: "diskState") }
    pageInfo { hasNextPage endCursor }
  }
  addresses: resources(where: { types: ["Microsoft.Network/publicIPAddresses"] }, first: 1000, after: $addressesAfter) {
    totalCount
    nodes {
      name
      address: properties(path: "ipAddress")
      ipConfiguration: properties(path: "ipConfiguration.id")
      natGateway: properties(path: "natGateway.id")
    }
    pageInfo { hasNextPage endCursor }
  }
}
`,
    variables: asJson({ disksAfter: null, addressesAfter: null }),
  },
  {
    query: `# Groups that nobody is charged for: they lack the tag in the variables.
query UntaggedGroups($tag: TagFilter) {
  resourceGroups(where: { tag: $tag }) {
    name
    location
    resources { totalCount }
  }
}
`,
    variables: asJson({ tag: { key: 'costCenter', exists: false } }),
  },
  {
    query: `# What a cluster touches, by the ids that it holds.
query WhatAClusterTouches {
  resources(where: { types: ["Microsoft.ContainerService/managedClusters"] }) {
    nodes {
      name
      ... on ManagedCluster {
        kubernetesVersion
        powerState
      }
      related {
        edges {
          via
          node {
            id
            ... on Resource {
              name
              type
            }
          }
        }
      }
    }
  }
}
`,
  },
  {
    query: `# One secret's versions, newest first, without values.
query SecretVersions {
  secret(name: "billing-db-password") {
    name
    versions {
      version
      enabled
      createdAt
    }
  }
}
`,
  },
];

const asJson = (variables: object): string => `${JSON.stringify(variables, null, 2)}\n`;

function daysAfter(now: Date, days: number): string {
  const day = new Date(now);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().replace(/\.\d+/, '');
}
