import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkFolder } from '../deploy/check/check.ts';
import { IDENTITY_DEFECTS } from './support/identity-defects.ts';
import { type Defect, foundIn } from './support/seeded.ts';

const DEFECTS: readonly Defect[] = [
  {
    what: 'Contributor',
    file: 'identity.json',
    from: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
    to: 'b24988ac-6180-42a0-ab88-20f7382dd24c',
    found: [
      'identity.json: variables.reader: Contributor is none of the least roles: the gateway needs Reader, Key Vault Secrets User, Key Vault Reader at most.',
    ],
  },
  {
    what: 'a role of its own making',
    file: 'identity.json',
    from: '4633458b-17de-408a-b874-0445c86b69e6',
    to: '4633458b-17de-408a-b874-0445c86b69e7',
    found: [
      'identity.json: variables.keyVaultSecretsUser: 4633458b-17de-408a-b874-0445c86b69e7 is none of the least roles: the gateway needs Reader, Key Vault Secrets User, Key Vault Reader at most.',
    ],
  },
  {
    what: 'an API version that Azure does not serve',
    file: 'identity.json',
    from: '"2023-07-01"',
    to: '"2023-07-02"',
    found: ['identity.json: resources[1].properties.template.resources[2].apiVersion: give 2023-07-01.'],
  },
  {
    what: 'a resource that the gateway does not need',
    file: 'identity.json',
    from: 'Microsoft.KeyVault/vaults"',
    to: 'Microsoft.Storage/storageAccounts"',
    found: [
      'identity.json: resources[1].properties.template.resources[2].type: the gateway needs no "Microsoft.Storage/storageAccounts".',
    ],
  },
  {
    what: 'a vault without RBAC',
    file: 'identity.json',
    from: '"enableRbacAuthorization": true',
    to: '"enableRbacAuthorization": false',
    found: [
      'identity.json: resources[1].properties.template.resources[2].properties.enableRbacAuthorization: give true: the roles that are assigned here count with RBAC alone.',
    ],
  },
  {
    what: 'a parameter that is not declared',
    file: 'identity.json',
    from: '[parameters(\'oidcIssuer\')]",\n                "subject"',
    to: '[parameters(\'issuer\')]",\n                "subject"',
    found: [
      'identity.json: resources[1].properties.template.resources[1].properties.issuer: the template has no parameter "issuer".',
    ],
  },
  {
    what: 'a function that there is not',
    file: 'identity.json',
    from: '[not(empty(',
    to: '[isNot(empty(',
    found: [
      'identity.json: resources[1].properties.template.resources[1].condition: there is no function "isNot", or this check does not know it.',
    ],
  },
  {
    what: 'brackets that do not match',
    file: 'identity.json',
    from: "[length(parameters('readSubscriptions'))]",
    to: "[length(parameters('readSubscriptions')]",
    found: ['identity.json: resources[2].copy.count: its brackets or quotes do not match.'],
  },
  {
    what: 'a deployment that deletes what it does not name',
    file: 'identity.json',
    from: '"Incremental"',
    to: '"Complete"',
    found: [
      'identity.json: resources[1].properties.mode: give Incremental: Complete deletes what the template does not name.',
    ],
  },
  {
    what: 'a nested parameter that nobody gives',
    file: 'identity.json',
    from: '"vaultName": { "value": "[parameters(\'vaultName\')]" },',
    to: '',
    found: ['identity.json: resources[1].properties.parameters: the nested template needs "vaultName".'],
  },
  {
    what: "a nested template that means the outer one's parameters",
    file: 'identity.json',
    from: '"scope": "inner"',
    to: '"scope": "outer"',
    found: ['identity.json: resources[1].properties.expressionEvaluationOptions.scope: give inner.'],
  },
  {
    what: 'an assignment whose kind of principal is not said',
    file: 'identity.json',
    from: '"principalType": "ServicePrincipal"',
    to: '"description": "gateway"',
    found: [
      'identity.json: resources[1].properties.template.resources[3].properties.principalType: give ServicePrincipal: a new identity is not found else.',
    ],
  },
  {
    what: 'a script that gives Contributor',
    file: 'identity.sh',
    from: '--role "$1"',
    to: '--role Contributor',
    found: [
      'identity.sh: line N: Contributor is none of the least roles: the gateway needs Reader, Key Vault Secrets User, Key Vault Reader at most.',
    ],
  },
  {
    what: 'a script whose Reader is another role',
    file: 'identity.sh',
    from: 'acdd72a7-3385-48ef-bd42-f606fba81ae7',
    to: '8e3af657-a8ff-443c-a75c-2fe8c4bcb635',
    found: [
      'identity.sh: line N: Owner is none of the least roles: the gateway needs Reader, Key Vault Secrets User, Key Vault Reader at most.',
    ],
  },
  ...[
    ['Contributor', 'Contributor'],
    ['"Storage Blob Data Reader"', 'Storage Blob Data Reader'],
    ['8e3af657-a8ff-443c-a75c-2fe8c4bcb635', 'Owner'],
  ].map(([written, role]) => ({
    what: `a script that assigns ${written}`,
    file: 'identity.sh',
    from: 'assign "$READER"',
    to: `assign ${written}`,
    found: [
      `identity.sh: line N: ${role} is none of the least roles: the gateway needs Reader, Key Vault Secrets User, Key Vault Reader at most.`,
    ],
  })),
  {
    what: 'a script that gives a role by a name of its own',
    file: 'identity.sh',
    from: '# 4. What',
    to: 'ADMIN="Key Vault Administrator"\n# 4. What',
    found: [
      'identity.sh: line N: Key Vault Administrator is none of the least roles: the gateway needs Reader, Key Vault Secrets User, Key Vault Reader at most.',
    ],
  },
  ...['identity.sh', 'identity.json'].map((file) => ({
    what: `trust in another service account (${file})`,
    file,
    from: 'system:serviceaccount:azure-graphql-gateway:azure-graphql-gateway',
    to: 'system:serviceaccount:default:default',
    found: [
      `${file}: ${file === 'identity.sh' ? 'line N: --subject' : 'resources[1].properties.template.resources[1].properties.subject'}: the pods are not "system:serviceaccount:default:default": the identity is to trust system:serviceaccount:azure-graphql-gateway:azure-graphql-gateway, and no other.`,
    ],
  })),
];

describe("the check of the identity's template and commands", () => {
  for (const defect of [...DEFECTS, ...IDENTITY_DEFECTS]) {
    it(`names ${defect.what}`, async () => {
      assert.deepEqual(await foundIn('deploy/azure', defect, checkFolder), defect.found);
    });
  }
});
