import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createAzure } from '../emulator/azure.ts';
import { contoso } from '../emulator/contoso.ts';
import { encodeCursor, hashOf } from '../src/azure/cursor.ts';
import { canonicalFilter } from '../src/azure/resource-graph/canonical.ts';
import { conditionOf, type ResourceFilter } from '../src/azure/resource-graph/filter.ts';
import { joined, kql } from '../src/azure/resource-graph/kql.ts';
import { codes, gatewayOver } from './support/gateway.ts';
import { rowsOf } from './support/resource-graph.ts';

const world = contoso();
const [ONE, OTHER] = world.subscriptions.map(({ subscriptionId }) => subscriptionId);
const [CLUSTER = '', VAULT = '', THIRD = ''] = world.resources.map(({ id }) => id);
const MACHINE = 'microsoft.compute/virtualmachines';
const resources = (where: string) => `{ resources(first: 2, where: ${where}) { totalCount nodes { id } } }`;

describe('a question in other words', () => {
  const equal: Record<string, readonly [string, string]> = {
    'types in another order': [`{ types: ["${MACHINE}", "a.b/c"] }`, `{ types: ["a.b/c", "${MACHINE}"] }`],
    'types again, in another letter case': [
      `{ types: ["${MACHINE}"] }`,
      `{ types: ["Microsoft.Compute/virtualMachines", "${MACHINE}"] }`,
    ],
    'regions by their display names': [
      '{ locations: ["westeurope", "eastus"] }',
      '{ locations: ["East US", "West Europe"] }',
    ],
    'subscriptions in another order': [
      `{ subscriptionIds: ["${ONE}", "${OTHER}"] }`,
      `{ subscriptionIds: ["${OTHER}", "${ONE?.toUpperCase()}"] }`,
    ],
    'groups in another order': [
      '{ resourceGroups: ["rg-aks-prod", "rg-shared-prod"] }',
      '{ resourceGroups: ["RG-shared-prod", "rg-aks-prod"] }',
    ],
    'a name in another letter case': ['{ name: { startsWith: "aks" } }', '{ name: { startsWith: "AKS" } }'],
    'a tag by its key in another letter case': [
      '{ tag: { key: "env", equals: "prod" } }',
      '{ tag: { equals: "prod", key: "Env" } }',
    ],
    'alternatives in another order, one of them again': [
      '{ or: [{ name: { contains: "a" } }, { locations: ["eastus"] }] }',
      '{ or: [{ locations: ["eastus"] }, { name: { contains: "A" } }, { locations: ["East US"] }] }',
    ],
    'what must hold in another order': [
      '{ not: { and: [{ name: { contains: "a" } }, { types: ["a.b/c", "d.e/f"] }] } }',
      '{ not: { and: [{ types: ["d.e/f", "a.b/c"] }, { name: { contains: "a" } }] } }',
    ],
  };
  for (const [what, [one, other]] of Object.entries(equal))
    it(`is one call: ${what}`, async () => {
      const { ask, upstream } = await gatewayOver();
      const first = await ask(resources(one));
      assert.deepEqual([codes(first), await ask(resources(other))], [[], first]);
      assert.deepEqual(upstream(), ['imds', 'resource-graph']);
    });

  const groups = (where: string) => `{ resourceGroups { resources(first: 2, where: ${where}) { totalCount } } }`;
  const ids = (...each: readonly string[]) => `{ nodes(ids: [${each.map((id) => `"${id}"`)}]) { id } }`;
  const facets = (...each: readonly string[]) =>
    `{ resources { ${each.map((args, nth) => `f${nth}: facets(${args}) { value count }`).join(' ')} } }`;
  const related = (types: string) =>
    `{ resource(id: "${CLUSTER}") { related(direction: IN, types: ${types}) { totalCount } } }`;
  const elsewhere: Record<string, readonly [string, string]> = {
    'ids in another order, one of them again': [
      ids(CLUSTER, VAULT, THIRD),
      ids(THIRD, CLUSTER.toUpperCase(), VAULT, CLUSTER),
    ],
    'facets in another order': [
      facets('by: TYPE', 'by: TAG, tag: "env"', 'by: LOCATION'),
      facets('by: LOCATION', 'by: TYPE', 'by: TAG, tag: "ENV"'),
    ],
    'a filter below groups': [
      groups(`{ types: ["${MACHINE}", "a.b/c"] }`),
      groups(`{ types: ["a.b/c", "Microsoft.Compute/virtualMachines"] }`),
    ],
    'types of what leads to a resource': [related(`["${MACHINE}", "a.b/c"]`), related(`["A.b/c", "${MACHINE}"]`)],
  };
  for (const [what, [one, other]] of Object.entries(elsewhere))
    it(`is no more calls: ${what}`, async () => {
      const { ask, upstream } = await gatewayOver();
      assert.deepEqual(codes(await ask(one)), []);
      const before = upstream();
      assert.deepEqual([codes(await ask(other)), upstream()], [[], before]);
    });

  it('within one query is one call for all of its fields', async () => {
    const { ask, upstream } = await gatewayOver();
    const field = (types: string) => `resources(where: { types: ${types} }) { totalCount }`;
    const query = `{ a: ${field(`["${MACHINE}", "a.b/c"]`)} b: ${field(`["A.B/C", "${MACHINE}"]`)} }`;
    assert.deepEqual([codes(await ask(query)), upstream()], [[], ['imds', 'resource-graph']]);
  });
});

describe('a question that is another one', () => {
  const others: Record<string, readonly [string, string]> = {
    "a tag's value in another letter case": [
      '{ tag: { key: "env", equals: "prod" } }',
      '{ tag: { key: "env", equals: "PROD" } }',
    ],
    'alternatives in the place of what must hold': [
      '{ or: [{ name: { contains: "a" } }, { locations: ["eastus"] }] }',
      '{ and: [{ name: { contains: "a" } }, { locations: ["eastus"] }] }',
    ],
    'a group whose name has a letter that only looks so': [
      '{ resourceGroups: ["k"] }',
      '{ resourceGroups: ["\u212a"] }',
    ],
  };
  for (const [what, [one, other]] of Object.entries(others))
    it(`is a call of its own: ${what}`, async () => {
      const { ask, upstream } = await gatewayOver();
      for (const where of [one, other]) assert.deepEqual(codes(await ask(resources(where))), []);
      assert.deepEqual(upstream(), ['imds', 'resource-graph', 'resource-graph']);
    });
});

describe('a filter in its one spelling', () => {
  const text = fc.constantFrom('a', 'AKS', 'prod', 'rg-aks-prod', 'RG-Shared-Prod', 'SQL');
  const some = <Value>(value: fc.Arbitrary<Value>) =>
    fc.option(fc.array(value, { minLength: 1, maxLength: 3 }), { nil: null });
  const leaf = {
    types: some(fc.constantFrom('Microsoft.Compute/virtualMachines', MACHINE, 'microsoft.storage/storageaccounts')),
    locations: some(fc.constantFrom('East US', 'eastus', 'WestEurope')),
    subscriptionIds: some(fc.constantFrom(ONE ?? '', (OTHER ?? '').toUpperCase())),
    resourceGroups: some(text),
    name: fc.option(fc.record({ contains: text }), { nil: null }),
    tag: fc.option(fc.record({ key: fc.constantFrom('env', 'ENV', 'team'), equals: fc.constantFrom('prod', 'Prod') }), {
      nil: null,
    }),
  };
  const { filter } = fc.letrec<{ filter: ResourceFilter }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 2 },
      fc.record(leaf),
      fc.record({
        ...leaf,
        and: some(tie('filter')),
        or: some(tie('filter')),
        not: fc.option(tie('filter'), { nil: null }),
      }),
    ),
  }));

  it('selects the same resources', async () => {
    const azure = createAzure({ world, resourceGraphQuota: 1000 });
    const idsOf = (where: ResourceFilter) =>
      rowsOf(
        azure,
        joined([kql`Resources`, kql`where ${conditionOf(where)}`, kql`order by id asc`, kql`project id`], ' | ').text,
      );
    await fc.assert(
      fc.asyncProperty(filter, async (where) => {
        fc.pre(isWhole(where));
        assert.deepEqual(await idsOf(canonicalFilter(where)), await idsOf(where));
      }),
      { numRuns: 60, seed: 4711 },
    );
  });
});

function isWhole(where: ResourceFilter): boolean {
  try {
    conditionOf(where);
    return true;
  } catch {
    return false;
  }
}

describe('a cursor', () => {
  const page = (where: string, after = '') =>
    `{ resources(first: 1, where: ${where}${after}) { nodes { id } pageInfo { endCursor } } }`;
  const [one, other] = ['{ locations: ["eastus", "westeurope"] }', '{ locations: ["West Europe", "East US"] }'];

  it('is taken by an equal filter in other words', async () => {
    const { ask, upstream } = await gatewayOver();
    const { endCursor } = (await ask(page(one))).data.resources.pageInfo;
    const [next, same] = [
      await ask(page(one, `, after: "${endCursor}"`)),
      await ask(page(other, `, after: "${endCursor}"`)),
    ];
    assert.deepEqual([codes(next), same], [[], next]);
    assert.deepEqual(upstream(), ['imds', 'resource-graph', 'resource-graph']);
  });

  it('that names its query as it was written is taken by that query still', async () => {
    const { ask } = await gatewayOver();
    const [first] = (await ask(page(other))).data.resources.nodes;
    const written = hashOf([[['locations', ['West Europe', 'East US']]], 'ID', 'ASC']) + hashOf('/');
    const older = encodeCursor('resources', written, [first.id.toLowerCase(), first.id.toLowerCase()]);
    const { data } = await ask(page(other, `, after: "${older}"`));
    assert.notEqual(data.resources.nodes[0].id, first.id);
    assert.deepEqual(codes(await ask(page('{ locations: ["eastus"] }', `, after: "${older}"`))), ['BAD_USER_INPUT']);
  });
});
