import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { getDirective } from '@graphql-tools/utils';
import { type GraphQLObjectType, getNamedType, isAbstractType, isObjectType } from 'graphql';
import { accessPolicy } from '../emulator/contoso/access-policy.ts';
import { contoso } from '../emulator/contoso.ts';
import { RESOURCE_TYPES } from '../src/graphql/resource-types.ts';
import { createSchema } from '../src/graphql/schema.ts';
import { textFile } from './support/file.ts';
import { type Answer, codes, type Gateway, gatewayOver, names, TESTER } from './support/gateway.ts';

const RESOURCES = ['GenericResource', ...Object.keys(RESOURCE_TYPES)];
const RECORDS = ['AzureSubscription', 'ResourceGroup', 'Secret', 'SecretProperties', ...RESOURCES];
// What these hold is decided record by record where it is counted, by the field that answers them.
const CONNECTIONS = [
  ...['RelatedConnection', 'RelatedEdge', 'ResourceConnection', 'ResourceEdge'],
  ...['SecretsExpiringConnection', 'SecretsExpiringEdge'],
];
const [PRODUCTION = { subscriptionId: '' }] = contoso().subscriptions;

/** The gateway with contoso's own access policy. */
const contosoGateway = async (policy = (text: string) => text): Promise<Gateway> => {
  const world = contoso();
  return gatewayOver({ world, env: { ACCESS_POLICY: textFile(policy(accessPolicy(world))) } });
};

describe('the contract', () => {
  const schema = createSchema();
  const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type));

  it('says of every field that answers an Azure record what it needs', () => {
    const deciding = types.filter(({ name }) => !CONNECTIONS.includes(name));
    const undecided = deciding.flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => {
          const answers = getNamedType(field.type);
          const records = isAbstractType(answers) ? schema.getPossibleTypes(answers) : [answers];
          return records.some(({ name }) => [...RECORDS, ...CONNECTIONS].includes(name));
        })
        .filter((field) => !['access', 'open', 'eachDecided'].some((name) => getDirective(schema, field, name)?.length))
        .map(({ name }) => `${type.name}.${name}`),
    );
    assert.deepEqual(undecided, []);
  });

  it('has every type of Azure record in that walk', () => {
    const others = [
      ...[
        'Budget',
        'BudgetLimit',
        'Completeness',
        'Decision',
        'Facet',
        'MissingScope',
        'PageInfo',
        'Query',
        'Sku',
        'Tag',
        'Viewer',
      ],
    ];
    const known = types.map(({ name }) => name).filter((name) => !name.startsWith('__'));
    assert.deepEqual(known.toSorted(), [...RECORDS, ...CONNECTIONS, ...others].toSorted());
  });

  it('opens nothing but the viewer', () => {
    const open = types.flatMap((type) =>
      Object.values(type.getFields())
        .filter((field) => getDirective(schema, field, 'open')?.length)
        .map(({ name }) => `${type.name}.${name}`),
    );
    assert.deepEqual(open, ['Query.viewer']);
  });

  it('shows the action in the description, for GraphiQL', () => {
    const secret = schema.getType('Secret');
    assert.match(
      (isObjectType(secret) && secret.getFields().value?.description) || '',
      /\n\nNeeds `readSecretValue`\.$/,
    );
  });
});

const GROUP = `/subscriptions/${PRODUCTION.subscriptionId}/resourceGroups`;
const CLUSTER = `${GROUP}/rg-aks-prod/providers/Microsoft.ContainerService/managedClusters/aks-prod`;
const VAULT = `${GROUP}/rg-shared-prod/providers/Microsoft.KeyVault/vaults/contoso-vault`;

/** Who may ask which field what: the code of the refusal, or what is answered. */
const GROUPS = '{ resourceGroups { name } }';
const QUERIES: Record<string, string> = {
  'Query.subscriptions': '{ subscriptions { displayName } }',
  'Query.resourceGroups': GROUPS,
  'Query.resourceGroup': '{ resourceGroup(name: "rg-aks-prod") { name } }',
  'AzureSubscription.resourceGroups': '{ subscriptions { resourceGroups(where: { namePrefix: "rg-aks" }) { name } } }',
  'ResourceGroup.subscription': '{ resourceGroup(name: "rg-aks-prod") { subscription { displayName } } }',
  'Query.resources': '{ resources { totalCount } }',
  'Query.resource': `{ resource(id: "${CLUSTER}") { name } }`,
  'AzureSubscription.resources': '{ subscriptions { resources { totalCount } } }',
  'ResourceGroup.resources': '{ resourceGroup(name: "rg-aks-prod") { resources { totalCount } } }',
  'Resource.subscription': `{ resource(id: "${CLUSTER}") { subscription { displayName } } }`,
  'Resource.resourceGroup': `{ resource(id: "${CLUSTER}") { resourceGroup { name } } }`,
  'Resource.related': `{ resource(id: "${CLUSTER}") { related { totalCount } } }`,
  'KeyVault.secrets': `{ resource(id: "${VAULT}") { ... on KeyVault { secrets { name } } } }`,
  'Query.secret: samplesecret': '{ secret(name: "SampleSecret") { enabled } }',
  'Query.secret: billing-api-key': '{ secret(name: "Billing-API-Key") { enabled } }',
  'Query.secret: root-key': '{ secret(name: "Root-Key") { enabled } }',
  'Query.secret: of another vault': '{ secret(name: "SampleSecret", vault: "contoso-payments") { enabled } }',
  'Query.secrets': '{ secrets { name } }',
  'Query.secrets: of another vault': '{ secrets(vault: "contoso-payments") { name } }',
  'Query.secretsExpiring': '{ secretsExpiring(before: "2030-01-01T00:00:00Z") { totalCount } }',
  'Query.secretsExpiring: of another vault':
    '{ secretsExpiring(before: "2030-01-01T00:00:00Z", vaults: ["contoso-payments"]) { totalCount } }',
  'Secret.versions': '{ secret(name: "SampleSecret") { versions { version } } }',
  'Secret.value: samplesecret': '{ secret(name: "SampleSecret") { value } }',
  'Secret.value: billing-api-key': '{ secret(name: "billing-api-key") { value } }',
  'Secret.value: root-key': '{ secret(name: "ROOT-KEY") { value } }',
  'Query.budget': '{ budget { limits { api } } }',
  'Query.viewer': '{ viewer { kind } }',
};
const TABLE: Record<string, [anonymous: string, ada: string, billing: string, auditor: string, tester: string]> = {
  'Query.subscriptions': ['UNAUTHENTICATED', 'yes', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'],
  'Query.resourceGroups': ['UNAUTHENTICATED', 'yes', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'],
  'Query.resourceGroup': ['UNAUTHENTICATED', 'yes', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'],
  'AzureSubscription.resourceGroups': ['UNAUTHENTICATED', 'yes', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'],
  'ResourceGroup.subscription': ['UNAUTHENTICATED', 'yes', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'],
  'Query.resources': ['UNAUTHENTICATED', 'yes', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'],
  'Query.resource': ['UNAUTHENTICATED', 'yes', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'],
  'AzureSubscription.resources': ['UNAUTHENTICATED', 'yes', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'],
  'ResourceGroup.resources': ['UNAUTHENTICATED', 'yes', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'],
  'Resource.subscription': ['UNAUTHENTICATED', 'yes', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'],
  'Resource.resourceGroup': ['UNAUTHENTICATED', 'yes', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'],
  'Resource.related': ['UNAUTHENTICATED', 'yes', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'],
  'KeyVault.secrets': ['UNAUTHENTICATED', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'],
  'Query.secret: samplesecret': ['UNAUTHENTICATED', 'FORBIDDEN', 'yes', 'yes', 'FORBIDDEN'],
  'Query.secret: billing-api-key': ['UNAUTHENTICATED', 'FORBIDDEN', 'yes', 'yes', 'FORBIDDEN'],
  'Query.secret: root-key': ['UNAUTHENTICATED', 'FORBIDDEN', 'FORBIDDEN', 'yes', 'FORBIDDEN'],
  'Query.secret: of another vault': ['UNAUTHENTICATED', 'FORBIDDEN', 'FORBIDDEN', 'yes', 'FORBIDDEN'],
  'Query.secrets': ['UNAUTHENTICATED', 'FORBIDDEN', 'yes', 'yes', 'FORBIDDEN'],
  'Query.secrets: of another vault': ['UNAUTHENTICATED', 'FORBIDDEN', 'FORBIDDEN', 'yes', 'FORBIDDEN'],
  'Query.secretsExpiring': ['UNAUTHENTICATED', 'FORBIDDEN', 'yes', 'yes', 'FORBIDDEN'],
  'Query.secretsExpiring: of another vault': ['UNAUTHENTICATED', 'FORBIDDEN', 'FORBIDDEN', 'yes', 'FORBIDDEN'],
  'Secret.versions': ['UNAUTHENTICATED', 'FORBIDDEN', 'yes', 'yes', 'FORBIDDEN'],
  'Secret.value: samplesecret': ['UNAUTHENTICATED', 'FORBIDDEN', 'yes', 'FORBIDDEN', 'FORBIDDEN'],
  'Secret.value: billing-api-key': ['UNAUTHENTICATED', 'FORBIDDEN', 'yes', 'FORBIDDEN', 'FORBIDDEN'],
  'Secret.value: root-key': ['UNAUTHENTICATED', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'],
  'Query.budget': ['UNAUTHENTICATED', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'],
  'Query.viewer': ['yes', 'yes', 'yes', 'yes', 'yes'],
};
const CALLERS = [null, 'Ada', 'Billing Service', 'Auditor', TESTER];

describe('each caller and each field', () => {
  for (const [field, expected] of Object.entries(TABLE)) {
    it(`${field.padEnd(36)} ${expected.map((each) => each.padEnd(16)).join('')}`, async () => {
      const { askAs } = await contosoGateway();
      const answers = await Promise.all(CALLERS.map((caller) => askAs(caller, QUERIES[field] ?? '')));
      assert.deepEqual(answers.map(told), expected);
    });
  }

  it('has every field with @access in the table', () => {
    const schema = createSchema();
    const guarded = Object.values(schema.getTypeMap())
      .filter((type) => isObjectType(type))
      .flatMap((type) =>
        Object.values(type.getFields())
          .filter((field) => getDirective(schema, field, 'access')?.length)
          .map(({ name }) => `${ownerOf(type, name)}.${name}`),
      );
    const tabled = new Set(Object.keys(TABLE).map((field) => field.split(':')[0]));
    assert.deepEqual(
      guarded.filter((field) => !tabled.has(field)),
      [],
    );
  });
});

// An interface's field is decided alike for every type that has it.
const ownerOf = (type: GraphQLObjectType, field: string): string =>
  type.getInterfaces().find((each) => each.name === 'Resource' && each.getFields()[field])?.name ?? type.name;

const told = (answer: Answer): string => (answer.errors ? [...new Set(codes(answer))].join() : 'yes');

describe('a denial', () => {
  it('costs nothing upstream, and is the same for what does not exist', async () => {
    const { askAs, upstream } = await contosoGateway();
    const [there, nowhere] = await Promise.all(
      ['mainframe-password', 'nothing-of-that-name'].map((name) =>
        askAs('Ada', `{ secret(name: "${name}") { value } }`),
      ),
    );
    const blind = (answer: Answer | undefined) =>
      JSON.stringify(answer).replaceAll(/mainframe-password|nothing-of-that-name/g, 'x');
    assert.equal(blind(there), blind(nowhere));
    assert.deepEqual(upstream(), []);
  });

  it('names caller, action and resource', async () => {
    const { askAs, azure } = await contosoGateway();
    const ada = azure.world.applications.find(({ displayName }) => displayName === 'Ada');
    const { errors } = await askAs('Ada', '{ secret(name: "SampleSecret") { value } }');
    const message = errors?.[0]?.message ?? '';
    assert.ok(
      message.startsWith(
        `https://sts.windows.net/${azure.world.tenant.id}/|${ada?.principalId} may not readSecretProperties of secret SampleSecret in vault contoso-vault.`,
      ),
      message,
    );
  });

  it('of the value alone leaves the properties answered, and the value unread', async () => {
    const { askAs, azure } = await contosoGateway();
    const answer = await askAs('Auditor', '{ secret(name: "SampleSecret") { name value } }');
    assert.deepEqual(answer.data, { secret: { name: 'SampleSecret', value: null } });
    assert.deepEqual(codes(answer), ['FORBIDDEN']);
    assert.ok(azure.calls.every(({ path }) => path !== '/secrets/SampleSecret/'));
  });

  it('of a list of which no member could be granted costs nothing', async () => {
    const { askAs, upstream } = await contosoGateway();
    const answer = await askAs(
      'Billing Service',
      '{ secrets(vault: "contoso-payments") { name } resourceGroups { name } }',
    );
    assert.deepEqual(codes(answer), ['FORBIDDEN', 'FORBIDDEN']);
    assert.deepEqual(upstream(), []);
  });

  it('of some members leaves them out, of all an empty list', async () => {
    const { askAs } = await contosoGateway(
      (text) => `${text}
      @id("billing-sees-one-group")
      permit (principal in Role::"Secret.Reader", action == Action::"readEstate", resource == ResourceGroup::"${PRODUCTION.subscriptionId}/rg-payments-prod");`,
    );
    const { data } = await askAs(
      'Billing Service',
      '{ secrets { name } resourceGroups { name } none: resourceGroups(where: { namePrefix: "rg-aks" }) { name } }',
    );
    assert.deepEqual(names(data.secrets), ['billing-api-key', 'billing-db-password', 'SampleSecret']);
    assert.deepEqual([names(data.resourceGroups), data.none], [['rg-payments-prod'], []]);
  });

  it('is not evaded by another letter case of a forbidden name', async () => {
    const { askAs } = await contosoGateway(
      (text) => `${text}
      @id("billing-reads-all") permit (principal in Role::"Secret.Reader", action, resource);`,
    );
    for (const name of ['Root-Key', 'root-key', 'ROOT-KEY', 'rOOT-kEY']) {
      assert.deepEqual(codes(await askAs('Billing Service', `{ secret(name: "${name}") { value } }`)), ['FORBIDDEN']);
    }
  });
});

describe('what is below each group of a list', () => {
  it('is decided by the scope set alone, and by Cedar where a denial needs its reason', async () => {
    const { askAs, policy } = await contosoGateway();
    const decided: string[] = [];
    const { decide } = policy;
    Object.assign(policy, {
      decide: (...asked: Parameters<typeof decide>) => {
        decided.push(asked[1]);
        return decide(...asked);
      },
    });
    const below = '{ resourceGroups { subscription { displayName } resources(first: 1) { totalCount } } }';
    assert.equal((await askAs('Ada', below)).errors, undefined);
    assert.deepEqual(decided, []);
    const denied = await askAs('Billing Service', `{ resource(id: "${CLUSTER}") { name } }`);
    assert.deepEqual([codes(denied), decided], [['FORBIDDEN'], ['readEstate']]);
  });
});

describe('a group whose subscription is not named', () => {
  const [production, development] = contoso().subscriptions.map(({ subscriptionId }) => subscriptionId);
  const everywhere = async (policy: string) => {
    const world = contoso();
    const [group] = world.resourceGroups;
    assert.ok(group && development);
    for (const subscriptionId of [production, development]) {
      world.resourceGroups.push({ ...group, name: 'rg-merger', subscriptionId: subscriptionId ?? '' });
    }
    return gatewayOver({ world, env: { AZURE_SUBSCRIPTION_ID: '', ACCESS_POLICY: textFile(policy) } });
  };
  const permit = (what: string) =>
    `@id("p") permit (principal in Role::"Tester", action == Action::"readEstate", ${what};`;

  it('is refused at no cost where the policy grants no group of that name', async () => {
    const { ask, upstream } = await everywhere(permit(`resource == ResourceGroup::"${production}/rg-payments-prod")`));
    assert.deepEqual(codes(await ask('{ resourceGroup(name: "rg-merger") { name } }')), ['FORBIDDEN']);
    assert.deepEqual(codes(await ask('{ resourceGroup(name: "rg-nothing") { name } }')), ['FORBIDDEN']);
    assert.deepEqual(upstream(), []);
  });

  it('is the one that the caller may read, though others have its name', async () => {
    const { ask } = await everywhere(permit(`resource in Subscription::"${production}")`));
    const { data } = await ask('{ resourceGroup(name: "rg-merger") { subscription { subscriptionId } } }');
    assert.deepEqual(data, { resourceGroup: { subscription: { subscriptionId: production } } });
  });

  it('is looked for, and listed, only in subscriptions of which the caller may read groups', async () => {
    const { ask, azure } = await everywhere(permit(`resource in Subscription::"${production}")`));
    azure.addFault({ service: 'arm', path: `/subscriptions/${development}`, status: 403 });
    const answer = await ask('{ resourceGroups { name } resourceGroup(name: "rg-merger") { name } }');
    assert.equal(answer.errors, undefined);
    assert.ok(azure.calls.every(({ path }) => !path.includes(development ?? '')));
  });
});

describe('viewer', () => {
  it('says who one is', async () => {
    const { askAs, azure } = await contosoGateway();
    const ada = azure.world.applications.find(({ displayName }) => displayName === 'Ada');
    const issuer = `https://sts.windows.net/${azure.world.tenant.id}/`;
    const { data } = await askAs('Ada', '{ viewer { id kind issuer roles } }');
    assert.deepEqual(data.viewer, {
      id: `${issuer}|${ada?.principalId}`,
      kind: 'APPLICATION',
      issuer,
      roles: ['Estate.Reader'],
    });
    const nobody = await askAs(null, '{ viewer { id kind issuer roles } }');
    assert.deepEqual(nobody.data.viewer, { id: 'anonymous', kind: 'ANONYMOUS', issuer: null, roles: [] });
  });

  it('says what one may do and by which policy, at no cost', async () => {
    const { askAs, upstream } = await contosoGateway();
    const secret = 'https://contoso-vault.vault.azure.net/secrets/';
    const { data } = await askAs(
      'Billing Service',
      `{ viewer {
      sample: can(action: readSecretValue, resource: "${secret}SampleSecret") { allowed policies }
      root: can(action: readSecretValue, resource: "${secret}Root-Key") { allowed policies }
      estate: can(action: readEstate, resource: "/subscriptions/${PRODUCTION.subscriptionId}/resourceGroups/rg-aks-prod/providers/Microsoft.Compute/disks/d") { allowed policies }
    } }`,
    );
    assert.deepEqual(data.viewer, {
      sample: { allowed: true, policies: ['billing-reads-its-secrets'] },
      root: { allowed: false, policies: ['nobody-reads-root-keys'] },
      estate: { allowed: false, policies: [] },
    });
    assert.deepEqual(upstream(), []);
  });

  it('leaves its siblings answered when it is asked what it cannot say', async () => {
    const { ask } = await contosoGateway(() => '@id("all") permit (principal, action, resource);');
    const answer = await ask(
      '{ viewer { can(action: readEstate, resource: "x") { allowed } } resourceGroup(name: "rg-aks-prod") { name } }',
    );
    assert.deepEqual(answer.data, { viewer: null, resourceGroup: { name: 'rg-aks-prod' } });
  });

  for (const resource of ['', 'x', '/subscriptions/prod', 'https://evil.example/secrets/x', '/subscriptions']) {
    it(`asks for a resource where it is given ${JSON.stringify(resource)}`, async () => {
      const { ask } = await contosoGateway();
      const answer = await ask(
        'query ($id: ID!) { viewer { can(action: readSecretValue, resource: $id) { allowed } } }',
        { id: resource },
      );
      assert.deepEqual(codes(answer), ['BAD_USER_INPUT']);
    });
  }
});
