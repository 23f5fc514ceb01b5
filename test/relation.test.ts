import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parsePath } from '../src/azure/property-path.ts';
import { type Referring, relationsOf } from '../src/azure/relation.ts';
import { ancestorsOf, armPathOf, parseResourceId } from '../src/azure/resource-id.ts';
import { valueAt } from './support/value-at.ts';

const SUFFIX = 'vault.azure.net';
const SUBSCRIPTION = '/subscriptions/00000000-0000-0000-0000-000000000001';
const GROUP = `${SUBSCRIPTION}/resourceGroups/shop`;
const VM = `${GROUP}/providers/Microsoft.Compute/virtualMachines/web`;
const NIC = `${GROUP}/providers/Microsoft.Network/networkInterfaces/web-nic`;
const DISK = `${GROUP}/providers/Microsoft.Compute/disks/web-os`;
const VNET = `${GROUP}/providers/Microsoft.Network/virtualNetworks/net`;
const IDENTITY = `${GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/shop`;
const LOCK = `${VNET}/subnets/a/providers/Microsoft.Authorization/locks/l`;
const SQL = `${GROUP}/providers/Microsoft.Sql/servers/sql/databases`;
const ODD_NAMES = ["O'Brien db", 'a#b', 'a|b', 'double  space', 'a"b', 'a;b,c', 'a {b} [c]', 'Grüße', 'a.b'];
const VERSION = '0123456789abcdef0123456789abcdef';

describe('the relations of a resource', () => {
  it('are the ids in its properties, its identity and managedBy, in their order, each with its place', () => {
    const relations = of({
      properties: {
        networkProfile: { networkInterfaces: [{ id: NIC, properties: { primary: true } }] },
        'odd.name': { "it's": [[DISK]] },
      },
      identity: { type: 'UserAssigned', userAssignedIdentities: { [IDENTITY]: { principalId: 'p', clientId: 'c' } } },
      managedBy: `${GROUP}/providers/Microsoft.Solutions/applications/app`,
    });
    assert.deepEqual(relations, [
      { via: 'properties.networkProfile.networkInterfaces[0].id', targetId: NIC, kind: 'resource' },
      { via: String.raw`properties['odd.name']['it\'s'][0][0]`, targetId: DISK, kind: 'resource' },
      { via: 'identity.userAssignedIdentities', targetId: IDENTITY, kind: 'resource' },
      { via: 'managedBy', targetId: `${GROUP}/providers/Microsoft.Solutions/applications/app`, kind: 'resource' },
    ]);
  });

  it('are groups and subscriptions, too', () => {
    assert.deepEqual(of({ properties: { nodeResourceGroup: GROUP, scope: [SUBSCRIPTION] } }), [
      { via: 'properties.nodeResourceGroup', targetId: GROUP, kind: 'group' },
      { via: 'properties.scope[0]', targetId: SUBSCRIPTION, kind: 'subscription' },
    ]);
  });

  it('are named once, by the place that comes first, however the id is written', () => {
    const relations = of({ properties: { a: { [NIC]: NIC }, b: `${NIC.toUpperCase()}/` }, managedBy: NIC });
    assert.deepEqual(relations, [{ via: 'properties.a', targetId: NIC, kind: 'resource' }]);
  });

  it('keep a key before what stands below it, and that before the next key', () => {
    const relations = of({ properties: { [VNET]: { [NIC]: DISK }, [IDENTITY]: null } });
    assert.deepEqual(
      relations.map(({ targetId }) => targetId),
      [VNET, NIC, DISK, IDENTITY],
    );
  });

  it('are not itself nor its own children, but those whose names begin alike', () => {
    const properties = [VM, VM.toLowerCase(), `${VM}/`, `${VM}/extensions/e`.toUpperCase(), `${VM}-2`, GROUP];
    assert.deepEqual(
      of({ id: `${VM}/`, properties }).map(({ targetId }) => targetId),
      [`${VM}-2`, GROUP],
    );
  });

  it('are none where there is nothing', () => {
    const nothing = [{}, { properties: null, identity: '', managedBy: '' }, { properties: [], identity: {} }];
    assert.deepEqual(nothing.map(of), [[], [], []]);
  });

  it('are found however deep', () => {
    const properties = Array(20_000)
      .fill(0)
      .reduce((inner) => ({ a: inner }), NIC);
    const [relation, ...others] = of({ properties });
    assert.deepEqual([relation?.targetId, relation?.via, others], [NIC, `properties${'.a'.repeat(20_000)}`, []]);
  });

  it('are found in however much', () => {
    assert.deepEqual(of({ properties: [...Array(200_000).fill('plain'), NIC] }), [
      { via: 'properties[200000]', targetId: NIC, kind: 'resource' },
    ]);
  });

  it('are exactly the ids that there are, each at the place that is named', () => {
    fc.assert(
      fc.property(planted, ({ document, ids }) => {
        const resource: Referring = { id: VM, properties: document };
        const relations = relationsOf(resource, SUFFIX);
        assert.deepEqual(relations.map(({ targetId }) => targetId).sort(), [...new Set(ids)].sort());
        for (const { via, targetId } of relations) {
          const value = valueAt(resource, parsePath(via));
          assert.ok(value === targetId || Object.keys(Object(value)).includes(targetId), via);
        }
      }),
    );
  });
});

describe('a text that begins with an id', () => {
  for (const name of ODD_NAMES) {
    it(`is one, where its type is named freely: ${JSON.stringify(name)}`, () => {
      const properties = { [`${SQL}/${name}`]: [`${SQL}/other`] };
      assert.deepEqual(targets({ properties }), [`${SQL}/${name}`, `${SQL}/other`]);
    });
  }

  const NONE = [
    `${VM}#overview`,
    `${VM}  a`,
    `${VM}\u00a0a`,
    `${VM}\ta`,
    `${VM},`,
    `${VM};`,
    `${VM}:`,
    `${VM}'`,
    `${VM}"`,
    `${VM}>`,
    `${VM}|`,
    `${VM}*`,
    `${VM}/extensions/{name}`,
    `${VM}/extensions/<name>`,
    `${VM}/extensions/*`,
    `${VM}' and '${VM}'`,
    `${VM}|${VM}`,
    `${VM} is down: see ${VM}`,
    `${VM}/extensions/a has failed. See https://contoso.example/a?b`,
    `${SQL}/a'`,
    `${SQL}/a,`,
    `${SQL}/a' is full`.concat("'"),
    `${SQL}/a?b`,
    `${SQL}/a.`,
    `${SQL}/a, ${SQL}/b`,
    `${SQL}/a\nb`,
  ];
  for (const text of NONE) {
    it(`is none: ${JSON.stringify(text)}`, () => {
      assert.deepEqual(targets({ properties: [text, { [text]: text }] }), []);
    });
  }

  it('is one with a quote or a bar in its name, of whatever type', () => {
    const odd = [`${VM}s-o'brien`, `${VM}|b`];
    assert.deepEqual(targets({ properties: odd }), odd);
  });
});

describe('a reference to a secret', () => {
  const URL = 'https://contoso.vault.azure.net/secrets/db';
  const REFERENCES = {
    [URL]: URL,
    [`${URL}/`]: URL,
    [`${URL}/${VERSION.toUpperCase()}`]: `${URL}/${VERSION}`,
    'HTTPS://CONTOSO.vault.azure.net:443/secrets/db': URL,
    [`@Microsoft.KeyVault(SecretUri=${URL}/)`]: URL,
    [`@Microsoft.KeyVault(SecretUri=${URL}/${VERSION})`]: `${URL}/${VERSION}`,
    '@Microsoft.KeyVault(VaultName=Contoso;SecretName=db)': URL,
    '@microsoft.keyvault(secretname=db; vaultname=contoso; secretversion=)': URL,
    [`@Microsoft.KeyVault(VaultName=contoso;SecretName=db;SecretVersion=${VERSION})`]: `${URL}/${VERSION}`,
  };
  for (const [text, id] of Object.entries(REFERENCES)) {
    it(`is read, and kept as it is written: ${text}`, () => {
      const properties = { secrets: [{ keyVaultUrl: text }] };
      const secret = { id, vault: 'contoso', name: 'db', version: id === URL ? undefined : VERSION };
      assert.deepEqual(of({ properties }), [
        { via: 'properties.secrets[0].keyVaultUrl', targetId: text, kind: 'secret', secret },
      ]);
    });
  }

  it('is one, however often and in whatever letter case it stands there', () => {
    const properties = [`${URL}/`, URL.toUpperCase(), `@Microsoft.KeyVault(SecretUri=${URL})`];
    assert.deepEqual(
      of({ properties }).map(({ targetId }) => targetId),
      [`${URL}/`],
    );
  });

  const NONE = [
    'http://contoso.vault.azure.net/secrets/db',
    'https://contoso.vault.azure.cn/secrets/db',
    'https://contoso.vault.azure.net.example.com/secrets/db',
    'https://example.com/contoso.vault.azure.net/secrets/db',
    'https://contoso.vault.azure.net@example.com/secrets/db',
    'https://a.contoso.vault.azure.net/secrets/db',
    'https://contoso.vault.azure.net:8443/secrets/db',
    'https://contoso.vault.azure.net/keys/db',
    'https://contoso.vault.azure.net/secrets/',
    'https://contoso.vault.azure.net/secrets/d_b',
    'https://contoso.vault.azure.net/secrets/db/1',
    `https://contoso.vault.azure.net/secrets/db/${VERSION}/x`,
    'https://contoso.vault.azure.net/secrets/db?api-version=7.4',
    'https://-contoso.vault.azure.net/secrets/db',
    'see https://contoso.vault.azure.net/secrets/db',
    '@Microsoft.KeyVault(SecretUri=https://example.com/secrets/db)',
    '@Microsoft.KeyVault(VaultName=contoso)',
    '@Microsoft.KeyVault(VaultName=contoso;SecretName=db;Password=x)',
    `@Microsoft.KeyVault(SecretUri=${URL};VaultName=x)`,
    '@Microsoft.KeyVault(VaultName=con_toso;SecretName=db)',
    '@Microsoft.KeyVault(VaultName=contoso;SecretName=db;SecretVersion=1)',
    '@Microsoft.KeyVault(VaultName=contoso;SecretName=db',
    '@Microsoft.KeyVault()',
  ];
  for (const text of NONE) {
    it(`is none: ${text}`, () => {
      assert.deepEqual(of({ properties: text }), []);
    });
  }

  it('is one of a vault of the cloud alone', () => {
    const inChina = 'https://contoso.vault.azure.cn/secrets/db';
    const relations = relationsOf({ id: VM, properties: [inChina, URL] }, 'vault.azure.cn');
    assert.deepEqual(
      relations.map(({ targetId }) => targetId),
      [inChina],
    );
  });
});

describe('an ARM id', () => {
  const subscriptionId = SUBSCRIPTION.split('/')[2];
  const inGroup = { kind: 'resource', subscriptionId, resourceGroup: 'shop' };
  for (const [id, expected] of [
    [
      SUBSCRIPTION,
      {
        kind: 'subscription',
        subscriptionId,
        resourceGroup: undefined,
        type: 'Microsoft.Resources/subscriptions',
        name: subscriptionId,
      },
    ],
    [GROUP, { ...inGroup, kind: 'group', type: 'Microsoft.Resources/subscriptions/resourceGroups', name: 'shop' }],
    [VM, { ...inGroup, type: 'Microsoft.Compute/virtualMachines', name: 'web' }],
    [`${VNET}/subnets/a`, { ...inGroup, type: 'Microsoft.Network/virtualNetworks/subnets', name: 'a' }],
    [LOCK, { ...inGroup, type: 'Microsoft.Authorization/locks', name: 'l' }],
    [
      `${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/r`,
      {
        kind: 'resource',
        subscriptionId,
        resourceGroup: undefined,
        type: 'Microsoft.Authorization/roleDefinitions',
        name: 'r',
      },
    ],
    [
      `${GROUP}/providers/microsoft.alertsmanagement/smartDetectorAlertRules/Failure Anomalies - shop`,
      { ...inGroup, type: 'microsoft.alertsmanagement/smartDetectorAlertRules', name: 'Failure Anomalies - shop' },
    ],
    [
      `${GROUP}/providers/84codes.CloudAMQP/servers/$default;rev=1`,
      { ...inGroup, type: '84codes.CloudAMQP/servers', name: '$default;rev=1' },
    ],
  ] as const) {
    it(`is read: ${id}`, () => {
      assert.deepEqual(parseResourceId(id), { id, ...expected });
      assert.deepEqual(parseResourceId(`${id}/`), { id, ...expected });
    });
  }

  it('is read in any letter case, and kept as it is written', () => {
    const id = VM.toUpperCase();
    assert.deepEqual(parseResourceId(id), {
      ...{ kind: 'resource', id, subscriptionId, resourceGroup: 'SHOP' },
      ...{ type: 'MICROSOFT.COMPUTE/VIRTUALMACHINES', name: 'WEB' },
    });
  });

  for (const name of ODD_NAMES) {
    it(`is read, however odd the name that Azure allows: ${JSON.stringify(name)}`, () => {
      const id = `${SQL}/${name}`;
      assert.deepEqual(parseResourceId(id), { id, ...inGroup, type: 'Microsoft.Sql/servers/databases', name });
      assert.deepEqual(ancestorsOf(id), [id, SQL.replace('/databases', '')]);
    });
  }

  const NONE = [
    '',
    '/',
    'text',
    '/subscriptions',
    '/subscriptions/not-a-guid',
    `${SUBSCRIPTION}//`,
    `${SUBSCRIPTION}0`,
    `${SUBSCRIPTION}/resourceGroups`,
    `${SUBSCRIPTION}/resourceGroups/`,
    `${SUBSCRIPTION}/resourceGroups/a b`,
    `${SUBSCRIPTION}/resourceGroups/a.`,
    `${SUBSCRIPTION}/resourceGroups/..`,
    `${SUBSCRIPTION}/resourceGroups/../providers/Microsoft.Compute/disks/d`,
    `${SUBSCRIPTION}/tagNames/a`,
    `${GROUP}/deployments/d`,
    `${GROUP}/providers`,
    `${GROUP}/providers/Microsoft.Compute`,
    `${GROUP}/providers/Microsoft.Compute/virtualMachines`,
    `${GROUP}/providers/Microsoft..Compute/virtualMachines/web`,
    `${GROUP}/providers/Microsoft.Compute/virtual machines/web`,
    `${GROUP}/providers/Microsoft.Compute/providers/Microsoft.Compute/disks/d`,
    `${VM}/extensions`,
    `${VM}/extensions/`,
    `${VM}/providers`,
    `${VM}/providers/Microsoft.Insights`,
    `${VM}/providers/Microsoft.Insights/components`,
    `${VM}//`,
    `${VM}/..`,
    `${VM}/../../disks/d`,
    `${VM}.`,
    `${VM} `,
    ` ${VM}`,
    `${VM}\n`,
    `"${VM}"`,
    `${VM}?api-version=2024-07-01`,
    `${VM}\\a`,
    `${VM}%2f`,
    `${VM}%2f..%2f..`,
    `${VM}/%2e%2e`,
    `${VM}/extensions/..`,
    `${VM}/extensions/.`,
    `${SQL}/`,
    `${SQL}/ `,
    `${SQL}/a?b`,
    `${SQL}/a%23b`,
    `${SQL}/..`,
    `${SQL}/a/../b`,
    `${SQL}/a\\..\\b`,
    `${SQL}/a\u2028b`,
    `${SQL}/a\ud800`,
    `${SQL}/a\u0000`,
    `${SQL}/a.`,
    `${SQL}/a `,
    `${VM},${VM}`,
    `${VM};${VM}`,
    `${VM}${VM}`,
    `https://management.azure.com${VM}`,
    VM.slice(1),
    '/providers/Microsoft.Management/managementGroups/contoso',
    '/providers/Microsoft.Authorization/roleDefinitions/00000000-0000-0000-0000-000000000001',
    `${GROUP}/providers/Microsoft.Compute/disks/${'d'.repeat(261)}`,
    `${VM}${'/a/b'.repeat(1200)}`,
  ];
  for (const text of NONE) {
    it(`is none: ${JSON.stringify(text.slice(0, 150))}`, () => {
      assert.equal(parseResourceId(text), undefined);
      assert.deepEqual(ancestorsOf(text), []);
    });
  }

  it('is bounded: no name of more than 260 characters, and it takes one pass to say so', () => {
    const database = (name: string) => `${SQL}/${name}`;
    const near = [' '.repeat(200_000), "'".repeat(200_000), '. '.repeat(100_000)].map((text) => database(`a${text}#`));
    assert.equal(parseResourceId(database('d'.repeat(260)))?.name.length, 260);
    assert.deepEqual([database('d'.repeat(261)), ...near].map(parseResourceId), [
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('leads nowhere else by what it is encoded to', () => {
    fc.assert(
      fc.property(fc.array(hostileName, { minLength: 1, maxLength: 3 }), (names) => {
        const id = `${GROUP}/providers/A.B/${names.map((each) => `c/${each}`).join('/')}`;
        if (!parseResourceId(id)) return;
        const { pathname, search, hash } = new URL(`https://management.azure.com${armPathOf(id)}`);
        assert.deepEqual([decodeURIComponent(pathname), search, hash], [id, '', '']);
        assert.equal(pathname.split('/').length, id.split('/').length);
      }),
    );
  });

  it('has the resources that it lies in or extends for ancestors, nearest first', () => {
    assert.deepEqual(ancestorsOf(`${LOCK}/`), [LOCK, `${VNET}/subnets/a`, VNET]);
    assert.deepEqual(ancestorsOf(`${VM}/providers/A.B/c/d/e/f`), [
      `${VM}/providers/A.B/c/d/e/f`,
      `${VM}/providers/A.B/c/d`,
      VM,
    ]);
  });

  it('has no other ancestor where it is of a group, of a subscription, or of what lies directly in one', () => {
    const ids = [SUBSCRIPTION, GROUP, VM, `${SUBSCRIPTION}/providers/A.B/c/d`, `${GROUP}/providers/A.B/locks/l`];
    assert.deepEqual(
      ids.map(ancestorsOf),
      ids.map((id) => [id]),
    );
  });

  it('of a group or a resource that is named providers has its own ancestors', () => {
    const odd = `${SUBSCRIPTION}/resourceGroups/providers/providers/A.B/c/providers`;
    assert.deepEqual(ancestorsOf(`${odd}/d/providers`), [`${odd}/d/providers`, odd]);
  });
});

const targets = (resource: Omit<Referring, 'id'>) => of(resource).map(({ targetId }) => targetId);
const of = (resource: Omit<Referring, 'id'> & { id?: string }) => relationsOf({ id: VM, ...resource }, SUFFIX);

const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/);
const hostileName = fc.oneof(
  fc.string({ maxLength: 6, unit: fc.constantFrom(...".%/\\?#2fe;@:&= '|a") }),
  fc.constantFrom('..', '.', '%2f', '%2e%2e', '..%2f', 'a/../b', '?x=1', '#x', '@example.com', '//example.com', '..;'),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const id = fc
  .tuple(fc.uuid(), name, fc.array(fc.tuple(name, name), { minLength: 1, maxLength: 3 }))
  .map(
    ([guid, group, pairs]) => `/subscriptions/${guid}/resourceGroups/${group}/providers/A.B/${pairs.flat().join('/')}`,
  );
// Text that has an id in it and is none; behind an id it begins with what no name goes on with.
const around = fc.tuple(
  fc.string({ maxLength: 5 }).filter((text) => text !== ''),
  fc.constantFrom('', '?', '#', "'", '"', '\n', '//', '/..', ', ', '. ', '; ', '\\', '/x'),
);
const noise = fc.oneof(
  fc.tuple(around, id).map(([[before, after], text]) => `${before}${text}${after}`),
  fc
    .tuple(id, fc.constantFrom('?a', '#a', "'", '"', '\n', '//', '/..', ',', '.', ';', '\\', '/x'))
    .map(([text, after]) => text + after),
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);

interface Planted {
  readonly document: unknown;
  readonly ids: readonly string[];
}

/** A document, and the ids that were put somewhere into it as values and as keys. */
const { planted } = fc.letrec<{ planted: Planted }>((tie) => ({
  planted: fc.oneof(
    { maxDepth: 5 },
    noise.map((document) => ({ document, ids: [] })),
    id.map((document) => ({ document, ids: [document] })),
    fc.array(tie('planted'), { maxLength: 4 }).map((inner) => ({
      document: inner.map(({ document }) => document),
      ids: inner.flatMap(({ ids }) => ids),
    })),
    fc.dictionary(fc.oneof(name, id), tie('planted'), { maxKeys: 4 }).map((inner) => ({
      document: Object.fromEntries(Object.entries(inner).map(([key, { document }]) => [key, document])),
      ids: Object.entries(inner).flatMap(([key, { ids }]) => [...(key.startsWith('/') ? [key] : []), ...ids]),
    })),
  ),
}));
