import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Azure, createAzure } from '../emulator/azure.ts';
import { contoso } from '../emulator/contoso.ts';
import { armClientOf, ask, codeOf, production } from './support/emulator.ts';
import { query, rowsOf } from './support/resource-graph.ts';
import { FLEET, ORPHANED_ADDRESSES, ORPHANED_DISKS, UNTAGGED } from './support/resource-graph-queries.ts';

describe('contoso’s estate', () => {
  for (const [text, names] of [
    [ORPHANED_DISKS, ['data-reporting-old', 'osdisk-try-out']],
    [ORPHANED_ADDRESSES, ['pip-try-out', 'pip-vpn-old']],
    [UNTAGGED, ['NetworkWatcher_eastus', 'nic-vpn-old', 'osdisk-try-out', 'pip-try-out']],
  ] as const) {
    it(`has ${names.join(' and ')} to be found`, async () => {
      const rows = await rowsOf(createAzure(), text);
      assert.deepEqual(
        rows.map(({ name }) => name),
        names,
      );
    });
  }

  it('refers to nothing that does not exist, but for what Azure keeps out of lists', () => {
    const { world } = createAzure();
    const known = new Set([...world.resources, ...world.resourceGroups].map(({ id }) => id.toLowerCase()));
    const targets = world.resources.flatMap((resource) =>
      idsIn([resource.properties, resource.identity, resource.managedBy]),
    );
    const dangling = targets.filter((id) => !ancestorsOf(id.toLowerCase()).some((ancestor) => known.has(ancestor)));
    assert.deepEqual([dangling, targets.length > 30], [[], true]);
  });

  it('has its vaults, identities and container group as resources of the same ids', () => {
    const { world } = createAzure();
    const resources = new Set(world.resources.map(({ id }) => id));
    const ids = [...world.vaults.map(({ id }) => id), ...world.identities.map(({ resourceId }) => resourceId)];
    assert.deepEqual(
      ids.filter((id) => !resources.has(id)),
      [],
    );
  });

  it('shows plain text where a secret might stand, that says it is none', () => {
    const { world } = createAzure();
    const text = JSON.stringify(world.resources);
    assert.equal(text.match(/contoso demo value, not a secret: /g)?.length, 4);
  });
});

describe('the fleet', () => {
  it('has as many resources as asked, that refer to one another', async () => {
    const size = { subscriptions: 2, groupsPerSubscription: 7, resources: 51 };
    const azure = createAzure({ world: contoso(size) });
    const counts = (await rowsOf(azure, FLEET)).map(({ count_ }) => count_);
    const groups = new Set(
      azure.world.resources.filter(({ name }) => /fleet/.test(name)).map(({ id }) => id.split('/')[4]),
    );
    assert.deepEqual([counts, groups.size], [[10, 11, 10, 10, 10], 14]);
  });
});

describe('a resource in Azure Resource Manager', () => {
  it('is answered by its id, whatever the case, with its properties', async () => {
    const azure = createAzure();
    const id = vaultId(azure);
    const { tenant } = azure.world;
    const vault = await armClientOf(azure).resources.getById(
      id.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions'),
      '2024-11-01',
    );
    assert.deepEqual(
      [vault.id, vault.type, vault.properties],
      [
        id,
        'Microsoft.KeyVault/vaults',
        {
          ...{ tenantId: tenant.id, sku: { family: 'A', name: 'standard' } },
          ...{ vaultUri: 'https://contoso-vault.vault.azure.net/', enableRbacAuthorization: true, accessPolicies: [] },
          ...{ enableSoftDelete: true, softDeleteRetentionInDays: 90, enablePurgeProtection: true },
          provisioningState: 'Succeeded',
        },
      ],
    );
  });

  it('is refused where it may not be read, and not found where it is not', async () => {
    const azure = createAzure();
    const [, , finance] = azure.world.subscriptions;
    const id = vaultId(azure);
    const paths = [
      id.replace('contoso-vault', 'none'),
      id.replace('rg-shared-prod', 'rg-none'),
      id.replace(production(azure).id, `${finance?.id}`),
      `${id}/secrets`,
    ];
    const url = (path: string, version = '2024-11-01') => `https://management.azure.com${path}?api-version=${version}`;
    const codes = await Promise.all(paths.map(async (path) => codeOf(await ask(azure, url(path)))));
    assert.deepEqual(codes, [
      '404 ResourceNotFound',
      '404 ResourceGroupNotFound',
      '403 AuthorizationFailed',
      '404 InvalidResourceType',
    ]);
    assert.equal(codeOf(await ask(azure, url(id, 'newest'))), '400 InvalidApiVersionParameter');
  });
});

describe('ids in Resource Graph', () => {
  it('are found whatever their case', async () => {
    const azure = createAzure();
    const { totalRecords } = await query(azure, `Resources | where id in~ ('${vaultId(azure).toUpperCase()}')`);
    assert.equal(totalRecords, 1);
  });
});

function vaultId(azure: Azure): string {
  return azure.world.vaults[0]?.id ?? '';
}

function idsIn(value: unknown): string[] {
  if (typeof value === 'string') return /^\/subscriptions\/[^/]+\/resourceGroups\//i.test(value) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => [...idsIn(Array.isArray(value) ? '' : name), ...idsIn(one)]);
}

function ancestorsOf(id: string): string[] {
  const segments = id.split('/');
  return segments
    .map((_, index) => segments.slice(0, segments.length - index).join('/'))
    .filter((ancestor) => ancestor.split('/').length > 8);
}
