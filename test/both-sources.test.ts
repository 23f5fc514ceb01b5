import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changeSome } from '../demo/changes.ts';
import { contoso } from '../emulator/contoso.ts';
import type { Resource } from '../emulator/world.ts';
import { RESOURCE_TYPES } from '../src/graphql/resource-types.ts';
import { gatewayOver, NOTHING_KEPT } from './support/gateway.ts';

const OWN = Object.entries(RESOURCE_TYPES).map(
  ([type, { fields }]) =>
    `... on ${type} { ${Object.keys(fields)
      .map((field) => `${type}_${field}: ${field}`)
      .join(' ')} }`,
);
const EVERY_FIELD = `id name type kind location tags { key value } sku { name tier capacity } managedBy changedAt properties
  subscription { id } resourceGroup { id } state: properties(path: "provisioningState")
  out: related { totalCount edges { via targetId node { id } cursor } } in: related(direction: IN) { totalCount edges { via targetId node { id } cursor } }
  ${OWN.join(' ')}`;

/** A resource as providers write it that know little of it, or write it in their own way. */
const odd = (resource: Resource, name: string, fields: object): Resource => ({
  ...resource,
  ...{ id: resource.id.replace(resource.name, name), name },
  ...fields,
});

function estate() {
  const world = contoso();
  const [disk] = world.resources.filter(({ name }) => name === 'osdisk-try-out');
  assert.ok(disk);
  const SKUS = [{}, { name: '' }, { name: null, tier: null }, { size: 'P10' }, { capacity: 2 }, 'Standard', null];
  world.resources.push(
    ...SKUS.map((sku, nth) => odd(disk, `sku-${nth}`, { sku })),
    odd(disk, 'nothing', { kind: '', managedBy: '', tags: null, identity: null, properties: { tags: null } }),
    odd(disk, 'otherwise', { kind: 'V2', location: 'West Europe', tags: {}, type: 'microsoft.compute/DISKS' }),
    odd(disk, 'tagged', { tags: { B: '', a: 'x', 'c:d': 'ü' }, zones: ['1'], managedBy: disk.id.toUpperCase() }),
    odd(disk, 'identified', {
      identity: {
        ...{ type: 'UserAssigned', userAssignedIdentities: { [disk.id.toLowerCase()]: {} } },
        delegatedResources: { web: { resourceId: world.resources[0]?.id ?? '' } },
      },
    }),
  );
  changeSome(world);
  return world;
}

describe('a resource', () => {
  it('is the same in every field, whether Resource Graph lists it or ARM is asked for it', async () => {
    const env = { ...NOTHING_KEPT, MAX_ALIASES: '2000', MAX_TOKENS: '10000', MAX_UPSTREAM_CALLS: '1000' };
    const { ask } = await gatewayOver({ world: estate(), env, resourceGraphQuota: 1000 });
    const { data } = await ask(`{ resources(first: 1000) { nodes { source ${EVERY_FIELD} } } }`);
    const ids = data.resources.nodes.map(({ id }: { id: string }) => id);
    const fromArm = await ask(
      `{ ${ids.map((id: string, nth: number) => `r${nth}: resource(id: "${id}", maxAgeSeconds: 0) { ...Every }`).join(' ')} }
      fragment Every on Resource { source ${EVERY_FIELD} }`,
    );
    assert.equal(fromArm.errors, undefined);
    const withSource = (source: string) => data.resources.nodes.map((node: object) => ({ ...node, source }));
    assert.deepEqual(data.resources.nodes, withSource('RESOURCE_GRAPH'));
    assert.deepEqual(Object.values(fromArm.data), withSource('ARM'));
    const changed = data.resources.nodes.filter(({ changedAt }: { changedAt: string | null }) => changedAt !== null);
    assert.deepEqual([ids.length > 50, changed.length], [true, 2]);
  });

  it('is the same at every path into its properties', async () => {
    const world = estate();
    const properties = {
      0: 'a field',
      'a.b': 1,
      "it's": [0, false, null, '', { Case: 1, case: 2 }],
      '😀': { where: 'w' },
    };
    const [{ id } = assert.fail()] = world.resources.splice(
      -1,
      1,
      odd(world.resources.at(-1) ?? assert.fail(), 'deep', { properties }),
    );
    const at: Record<string, unknown> = {
      '[0]': null,
      "['0']": 'a field',
      "['a.b']": 1,
      "['it\\'s'][0]": 0,
      "['it\\'s'][1]": false,
      "['it\\'s'][2]": null,
      "['it\\'s'][3]": '',
      "['it\\'s'][4].Case": 1,
      "['it\\'s'][4].CASE": null,
      "['it\\'s'][5]": null,
      "['it\\'s']['0']": null,
      "['😀'].where": 'w',
      "['😀'].where.length": null,
    };
    const { ask } = await gatewayOver({ world });
    const fields = Object.keys(at).map((path, nth) => `p${nth}: properties(path: ${JSON.stringify(path)})`);
    for (const maxAge of ['', ', maxAgeSeconds: 0']) {
      const { data } = await ask(
        `{ resource(id: "${id.replace(/[^/]+$/, 'deep')}"${maxAge}) { ${fields.join(' ')} } }`,
      );
      assert.deepEqual(Object.values(data.resource), Object.values(at));
    }
  });

  it('has a sku where something of it is known', async () => {
    const { ask } = await gatewayOver({ world: estate() });
    const { data } = await ask(
      '{ resources(where: { name: { startsWith: "sku-" } }, orderBy: { field: NAME, direction: ASC }) { nodes { sku { name tier capacity } } } }',
    );
    const skus = data.resources.nodes.map(({ sku }: { sku: unknown }) => sku);
    assert.deepEqual(skus, [null, null, null, null, { name: null, tier: null, capacity: 2 }, null, null]);
  });

  it('is in a region by its name, whichever way its provider writes that', async () => {
    const { ask } = await gatewayOver({ world: estate() });
    const { data } = await ask('{ resources(where: { name: { equals: "otherwise" } }) { nodes { location } } }');
    assert.deepEqual(data.resources.nodes, [{ location: 'westeurope' }]);
  });
});
