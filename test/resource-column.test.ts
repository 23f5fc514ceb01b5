import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { GraphQLObjectType } from 'graphql';
import { contoso } from '../emulator/contoso.ts';
import { parsePath } from '../src/azure/property-path.ts';
import { RESOURCE_TYPES } from '../src/graphql/resource-types.ts';
import { createSchema } from '../src/graphql/schema.ts';
import { gatewayOver, NOTHING_KEPT } from './support/gateway.ts';
import { queriesTo } from './support/resource-graph.ts';

const [{ subscriptionId: PRODUCTION } = { subscriptionId: '' }] = contoso().subscriptions;
const MACHINE = `/subscriptions/${PRODUCTION}/resourceGroups/rg-shared-prod/providers/Microsoft.Compute/virtualMachines/vm-jump-prod`;
const RELATING = ['identity', 'managedBy', 'properties'];

/** What each field reads beside the names of a row. */
const OF_EVERY_TYPE: Readonly<Record<string, readonly string[]>> = {
  __typename: [],
  id: [],
  name: [],
  type: [],
  kind: ['kind'],
  location: ['location'],
  'tags { key }': ['tags'],
  'sku { name }': ['sku'],
  'subscription { id }': [],
  'resourceGroup { id }': [],
  managedBy: ['managedBy'],
  changedAt: ['changedAt'],
  observedAt: [],
  source: [],
  properties: ['properties'],
  'properties(path: null)': ['properties'],
  'properties(path: "a[0].b")': ["path0 = properties['a'][0]['b']"],
  'related { totalCount }': RELATING,
  'related(direction: IN) { totalCount }': RELATING,
};
const OF_ONE_TYPE: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    Object.entries(RESOURCE_TYPES).flatMap(([type, { fields }]) =>
      Object.entries(fields).map(([field, path]) => [`${type}.${field}`, [`path0 = properties${stepsOf(path)}`]]),
    ),
  ),
  'KeyVault.secrets { id }': [],
};
const SELECTIONS: Readonly<Record<string, readonly string[]>> = {
  ...OF_EVERY_TYPE,
  ...Object.fromEntries(
    Object.entries(OF_ONE_TYPE).map(([field, columns]) => [`... on ${field.replace('.', ' { ')} }`, columns]),
  ),
  'a: kind b: kind ... on Resource { tags { key } } ... on VirtualMachine { tags { value } }': ['kind', 'tags'],
  'kind @skip(if: true) location @include(if: true)': ['location'],
  'name properties(path: "b") a: properties(path: "a")': ["path0 = properties['a']", "path1 = properties['b']"],
};
const ROW = ['id', 'name', 'type', 'subscriptionId', 'resourceGroup'];

/** Where a selection may stand, and how. */
const PLACES: Readonly<Record<string, (selection: string) => string>> = {
  resource: (selection) => `{ resource(id: "${MACHINE}") { ${selection} } }`,
  node: (selection) => `{ node(id: "${MACHINE}") { ... on Resource { ${selection} } } }`,
  nodes: (selection) => `{ nodes(ids: ["${MACHINE}", "${MACHINE}x"]) { ... on Resource { ${selection} } } }`,
  'nodes of a page': (selection) => `{ resources(first: 2) { nodes { ${selection} } } }`,
  'edges of a page': (selection) => `{ resources(first: 2) { edges { node { ${selection} } } } }`,
  'resources of groups': (selection) => `{ resourceGroups { resources { nodes { ${selection} } } } }`,
};

describe('the columns that a selection reads', () => {
  for (const [place, query] of Object.entries(PLACES)) {
    it(`are those of its fields and no other: ${place}`, async () => {
      const columnsReadBy = await readingGateway();
      const read: Record<string, readonly string[]> = {};
      for (const selection of Object.keys(SELECTIONS)) read[selection] = await columnsReadBy(query(selection));
      assert.deepEqual(read, SELECTIONS);
    });
  }

  it('are told here of every field', () => {
    const told = [...Object.keys(OF_EVERY_TYPE), ...Object.keys(OF_ONE_TYPE)].map((field) => field.split(/[ (]/)[0]);
    const schema = createSchema();
    const fieldsOf = (type: string) => Object.keys((schema.getType(type) as GraphQLObjectType).getFields());
    const shared = fieldsOf('Resource');
    const own = Object.keys(RESOURCE_TYPES).flatMap((type) =>
      fieldsOf(type)
        .filter((field) => !shared.includes(field))
        .map((field) => `${type}.${field}`),
    );
    assert.deepEqual([...new Set(told)].toSorted(), ['__typename', ...shared, ...own].toSorted());
  });
});

/** A path as Kusto has it. */
function stepsOf(path: string): string {
  return parsePath(path)
    .map((step) => (typeof step === 'number' ? `[${step}]` : `['${step}']`))
    .join('');
}

/** Tells of a query which columns it reads beside those of every row and of its order; changes are looked up with their column alone. */
async function readingGateway(): Promise<(query: string) => Promise<readonly string[]>> {
  const { ask, azure } = await gatewayOver({ env: NOTHING_KEPT, resourceGraphQuota: 1000 });
  const queries = queriesTo(azure);
  return async (query) => {
    queries.length = 0;
    await ask(query);
    const [first = ''] = queries.filter((text) => text.startsWith('Resources'));
    const columns = first.split(' | project ').at(-1)?.split(', ') ?? [];
    assert.deepEqual(columns.slice(0, ROW.length), ROW);
    assert.equal(first.includes('ResourceChanges'), columns.includes('changedAt'));
    return columns.slice(ROW.length).filter((column) => !['orderKey', 'idKey'].includes(column));
  };
}
