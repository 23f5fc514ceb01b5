/** A tab of GraphiQL; `variables` is the JSON text that its editor shows. */
export type Tab = { readonly query: string; readonly variables?: string };

/** What a newcomer finds in the tabs. GraphiQL names a tab after its operation. */
export const tabs: readonly Tab[] = [
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
    query: `# The whole estate: every subscription and its groups.
query Estate {
  subscriptions {
    displayName
    state
    resourceGroups {
      name
      location
    }
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
    variables: `${JSON.stringify({ tag: { key: 'env' } }, null, 2)}\n`,
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
