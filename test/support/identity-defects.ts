import type { Defect } from './seeded.ts';

/** What somebody may get wrong of the identity: whom it trusts, what it may read, who gets the gateway's tokens. */
export const IDENTITY_DEFECTS: readonly Defect[] = [
  {
    what: 'tokens for somebody else (commands)',
    file: 'identity.sh',
    from: 'api://AzureADTokenExchange',
    to: 'api://Other',
    found: [
      'identity.sh: line N: --audiences: the pods\' tokens are for api://AzureADTokenExchange, not for "api://Other": give that, and no other.',
    ],
  },
  {
    what: 'tokens for nobody (commands)',
    file: 'identity.sh',
    from: ' --audiences api://AzureADTokenExchange',
    to: '',
    found: [
      'identity.sh: line N: --audiences: the pods\' tokens are for api://AzureADTokenExchange, not for "": give that, and no other.',
    ],
  },
  {
    what: 'trust in no issuer (commands)',
    file: 'identity.sh',
    from: ' --issuer "$issuer"',
    to: '',
    found: ["identity.sh: line N: --issuer: it is absent: give the cluster's OIDC issuer URL."],
  },
  {
    what: "trust in somebody else's issuer (commands)",
    file: 'identity.sh',
    from: '--issuer "$issuer"',
    to: '--issuer https://issuer.example/',
    found: [
      'identity.sh: line N: --issuer: "https://issuer.example/" is no cluster\'s on AKS, and could make the pods\' tokens: ask az aks show for its own.',
    ],
  },
  {
    what: "trust in somebody else's issuer (template)",
    file: 'identity.json',
    from: '"[parameters(\'oidcIssuer\')]",\n                "subject"',
    to: '"https://issuer.example/",\n                "subject"',
    found: [
      'identity.json: resources[1].properties.template.resources[1].properties.issuer: "https://issuer.example/" is no cluster\'s on AKS, and could make the pods\' tokens: ask az aks show for its own.',
    ],
  },
  {
    what: 'tokens for somebody else (template)',
    file: 'identity.json',
    from: 'api://AzureADTokenExchange',
    to: 'api://Other',
    found: [
      'identity.json: resources[1].properties.template.resources[1].properties.audiences: the pods\' tokens are for api://AzureADTokenExchange, not for "api://Other": give that, and no other.',
    ],
  },
  {
    what: 'tokens for others too (template)',
    file: 'identity.json',
    from: '["api://AzureADTokenExchange"]',
    to: '["api://AzureADTokenExchange", "api://Other"]',
    found: [
      'identity.json: resources[1].properties.template.resources[1].properties.audiences: the pods\' tokens are for api://AzureADTokenExchange, not for "api://AzureADTokenExchange api://Other": give that, and no other.',
    ],
  },
  {
    what: 'tokens for nobody (template)',
    file: 'identity.json',
    from: ',\n                "audiences": ["api://AzureADTokenExchange"]',
    to: '',
    found: [
      'identity.json: resources[1].properties.template.resources[1].properties.audiences: the pods\' tokens are for api://AzureADTokenExchange, not for "": give that, and no other.',
    ],
  },
  {
    what: 'trust in no issuer (template)',
    file: 'identity.json',
    from: '"issuer": "[parameters(\'oidcIssuer\')]",',
    to: '',
    found: [
      "identity.json: resources[1].properties.template.resources[1].properties.issuer: it is absent: give the cluster's OIDC issuer URL.",
    ],
  },
  {
    what: 'a vault with access policies (commands)',
    file: 'identity.sh',
    from: '--enable-rbac-authorization true --output',
    to: '--enable-rbac-authorization false --output',
    found: [
      'identity.sh: line N: --enable-rbac-authorization: give true: the roles that are assigned here count with RBAC alone.',
    ],
  },
  {
    what: 'a vault of whichever kind (commands)',
    file: 'identity.sh',
    from: ' --enable-rbac-authorization true --output',
    to: ' --output',
    found: [
      'identity.sh: line N: --enable-rbac-authorization: give true: the roles that are assigned here count with RBAC alone.',
    ],
  },
  {
    what: 'a vault of whichever kind (template)',
    file: 'identity.json',
    from: '                "enableRbacAuthorization": true,\n',
    to: '',
    found: [
      'identity.json: resources[1].properties.template.resources[2].properties.enableRbacAuthorization: give true: the roles that are assigned here count with RBAC alone.',
    ],
  },
  {
    what: 'a vault that forgets what is deleted',
    file: 'identity.json',
    from: '"enableSoftDelete": true',
    to: '"enableSoftDelete": false',
    found: [
      'identity.json: resources[1].properties.template.resources[2].properties.enableSoftDelete: give true: what is deleted by mistake is gone else.',
    ],
  },
  {
    what: 'a vault for machines and templates',
    file: 'identity.json',
    from: '"enableSoftDelete": true',
    to: '"enableSoftDelete": true, "enabledForDeployment": true',
    found: [
      'identity.json: resources[1].properties.template.resources[2].properties.enabledForDeployment: the gateway needs it not: take it away.',
    ],
  },
  {
    what: 'roles on everything',
    file: 'identity.sh',
    from: '--scope "$2"',
    to: '--scope /',
    found: ['identity.sh: line N: /: it is all of the tenant, or most: give a subscription, or a vault.'],
  },
  {
    what: 'roles on no scope',
    file: 'identity.sh',
    from: ' --scope "$2"',
    to: '',
    found: ['identity.sh: line N: --scope: it is absent: say on what, a subscription or a vault.'],
  },
  {
    what: 'Reader on the management group',
    file: 'identity.sh',
    from: '"/subscriptions/$subscription"',
    to: '"/providers/Microsoft.Management/managementGroups/root"',
    found: [
      'identity.sh: line N: /providers/Microsoft.Management/managementGroups/root: it is all of the tenant, or most: give a subscription, or a vault.',
    ],
  },
  {
    what: 'secrets of every vault of a subscription (commands)',
    file: 'identity.sh',
    from: 'assign "$KEY_VAULT_SECRETS_USER" "$scope"',
    to: 'assign "$KEY_VAULT_SECRETS_USER" "/subscriptions/$READ_SUBSCRIPTIONS"',
    found: [
      "identity.sh: line N: /subscriptions/$READ_SUBSCRIPTIONS: it is every vault there, those to come too: give a vault's id.",
    ],
  },
  {
    what: 'secrets of every vault of a group (commands)',
    file: 'identity.sh',
    from: 'in "$vault_id" ',
    to: 'in "$(az group show --name "$RESOURCE_GROUP" --query id --output tsv)" ',
    found: ["identity.sh: line N: $scope: it is every vault there, those to come too: give a vault's id."],
  },
  {
    what: 'secrets of every vault of the group (template)',
    file: 'identity.json',
    from: '              "scope": "[format(\'Microsoft.KeyVault/vaults/{0}\', parameters(\'vaultName\'))]",\n',
    to: '',
    found: [
      'identity.json: resources[1].properties.template.resources[3].scope: Key Vault Secrets User counts in every vault there, those to come too: give the vault that it is for.',
    ],
  },
  {
    what: 'Reader in place of the role for secrets',
    file: 'identity.json',
    from: "[variables('keyVaultSecretsUser')]\" }",
    to: "[variables('reader')]\" }",
    found: [
      'identity.json: resources[1].properties.template.resources[3].scope: on a vault Reader reads no secret: give Key Vault Secrets User there.',
      'identity.json: resources[1].properties.template.resources[4].scope: on a vault Reader reads no secret: give Key Vault Secrets User there.',
    ],
  },
  {
    what: 'the role for secrets in place of Reader',
    file: 'identity.json',
    from: "[variables('reader')]\" }",
    to: "[variables('keyVaultSecretsUser')]\" }",
    found: [
      'identity.json: resources[2].properties.template.resources[0].scope: Key Vault Secrets User counts in every vault there, those to come too: give the vault that it is for.',
    ],
  },
  {
    what: 'an assignment whose kind of principal is not said (commands)',
    file: 'identity.sh',
    from: ' --assignee-principal-type ServicePrincipal',
    to: '',
    found: ['identity.sh: line N: --assignee-principal-type: give ServicePrincipal: a new identity is not found else.'],
  },
  {
    what: 'callers without a role',
    file: 'callers.sh',
    from: 'appRoleAssignmentRequired=true',
    to: 'appRoleAssignmentRequired=false',
    found: ['callers.sh: line N: appRoleAssignmentRequired=true is absent: who has no role gets a token else.'],
  },
  {
    what: 'callers of every tenant',
    file: 'callers.sh',
    from: 'AzureADMyOrg',
    to: 'AzureADMultipleOrgs',
    found: ['callers.sh: line N: --sign-in-audience: give AzureADMyOrg: others come in else.'],
  },
  {
    what: 'tokens of an older version',
    file: 'callers.sh',
    from: 'requestedAccessTokenVersion\\": 2',
    to: 'requestedAccessTokenVersion\\": 1',
    found: ["callers.sh: line N: give version 2: the gateway knows no other issuer's tokens."],
  },
  {
    what: 'a role on a vault by which no secret is read (commands)',
    file: 'identity.sh',
    from: 'assign "$KEY_VAULT_SECRETS_USER" "$scope"',
    to: 'assign "$READER" "$scope"',
    found: ['identity.sh: line N: $scope: on a vault Reader reads no secret: give Key Vault Secrets User there.'],
  },
  {
    what: 'an access policy of the vault',
    file: 'identity.sh',
    from: '# 4. What',
    to: 'az keyvault set-policy --name "$KEYVAULT_VAULT_NAME" --object-id "$principal_id" --secret-permissions get\n# 4. What',
    found: ['identity.sh: line N: with RBAC an access policy says nothing: assign a role.'],
  },
  {
    what: 'a script that goes on after what fails',
    file: 'grant.sh',
    from: 'set -eu\n',
    to: '',
    found: ['grant.sh: line N: set -eu is absent: it would go on after what fails.'],
  },
  {
    what: 'an app role of no id',
    file: 'app-roles.json',
    from: '"0b9c7c55-0a35-4c8e-8f1a-6e2f4f1d7a10"',
    to: '"estate"',
    found: ['app-roles.json: [0].id: give a GUID.'],
  },
  {
    what: 'two app roles of one id',
    file: 'app-roles.json',
    from: 'c4e0f6f7-71f3-4b1e-9d63-2a5d8e0b9c42',
    to: '0b9c7c55-0a35-4c8e-8f1a-6e2f4f1d7a10',
    found: ['app-roles.json: [1].id: another role has it.'],
  },
  {
    what: 'an app role that no program can have',
    file: 'app-roles.json',
    from: '["User", "Application"]',
    to: '["User"]',
    found: ['app-roles.json: [0].allowedMemberTypes: nobody of the kind Application can be given it.'],
  },
  {
    what: 'an app role that is off',
    file: 'app-roles.json',
    from: '"isEnabled": true',
    to: '"isEnabled": false',
    found: ['app-roles.json: [0].isEnabled: give true: nobody has it in their token else.'],
  },
];
