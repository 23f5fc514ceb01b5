import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { buildSchema, execute, getIntrospectionQuery, parse } from 'graphql';
import { contoso } from '../emulator/contoso.ts';
import { inPortions } from '../src/azure/portion.ts';
import { createMaking } from '../src/graphql/making.ts';
import { onceFor } from '../src/graphql/once.ts';
import { createRoom } from '../src/graphql/room.ts';
import { codes, gatewayOver } from './support/gateway.ts';

const INTERFACES = 60;
// Each of 60 interfaces in the group of all 60, and from each by its network to all 60.
const BACK_AND_FORTH = '{ nodes { id resourceGroup { resources(first: 1000) { nodes { id name } } } } }';
const THERE_AND_BACK = `{ nodes { related { edges { node { ... on Resource {
  related(direction: IN, first: 1000) { edges { node { ... on Resource { related { edges { node { id } } } } } } } } } } } } }`;
const OF_INTERFACES =
  '(first: 1000, where: { types: ["Microsoft.Network/networkInterfaces"], name: { startsWith: "many-" } })';

const aliases = (field: string, count: number): string =>
  Array.from({ length: count }, (_, nth) => `f${nth}: ${field}`).join(' ');
const GROUP = '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/none';
const UNKNOWN = Array.from({ length: 100 }, () => JSON.stringify(randomUUID()));

describe('an answer that takes much memory while it is made', () => {
  it('is refused as a whole, by one error, where it would take more than MAX_ANSWER_MEGABYTES', async () => {
    const { ask, log } = await networkOf({ MAX_ANSWER_MEGABYTES: '1' });
    for (const below of [BACK_AND_FORTH, THERE_AND_BACK]) {
      const answer = await ask(`{ resources${OF_INTERFACES} ${below} }`);
      assert.deepEqual([answer.data, codes(answer)], [null, ['LIMIT_EXCEEDED']]);
      assert.match(
        answer.errors?.[0]?.message ?? '',
        /more than 1 MB .*, the gateway's MAX_ANSWER_MEGABYTES\..* raise that\.$/,
      );
    }
    assert.equal(
      log.some(({ event }) => event === 'internal-error'),
      false,
    );
  });

  it('is told what is too little, where that is the memory', async () => {
    const bounds = { maxBytes: 2_000_000, isOfMemory: true, requestTimeoutInMs: 1000 };
    const schema = createMaking(createRoom({ maxBytes: 1, maxLyingBytes: 1 }), bounds).within(
      buildSchema('type Query { things: [Thing!]! } type Thing { name: String }'),
    );
    const rootValue = { things: Array(100_000).fill({ name: 'a' }) };
    const contextValue = { conditions: { bytes: 0 } };
    const { errors } = await execute({ schema, document: parse('{ things { name } }'), rootValue, contextValue });
    assert.match(
      errors?.[0]?.originalError?.message ?? '',
      /more than 2 MB .*, what the memory of the gateway is enough for\..* more memory\.$/,
    );
  });

  it('is given where it takes less', async () => {
    const { ask } = await networkOf({ MAX_ANSWER_MEGABYTES: '4' });
    const { data, errors } = await ask(`{ resources${OF_INTERFACES} ${BACK_AND_FORTH} }`);
    const groups = data.resources.nodes.map(({ resourceGroup }: { resourceGroup: object }) => resourceGroup);
    assert.deepEqual([errors, groups.length], [undefined, INTERFACES]);
    for (const { resources } of groups) assert.ok(resources.nodes.length > INTERFACES);
  });

  it('is made of one answer to a field for each resource in it, and of another for another request', async () => {
    const asked: string[] = [];
    const field = onceFor(
      ({ id }: { id: string }) => id,
      (parent) => asked.push(parent.id),
    );
    const fields = [['one'], ['other']].map((names) => ({ fieldNodes: names.map((name) => ({ name })) }) as never);
    const requests = [{ azure: {} }, { azure: {} }] as never[];
    for (const request of requests) {
      for (const info of fields) for (const id of ['a', 'b', 'a']) field({ id }, {}, request as never, info);
    }
    assert.deepEqual(asked, ['a', 'b', 'a', 'b', 'a', 'b', 'a', 'b']);
    const { ask } = await networkOf();
    const { data } = await ask(`{ resources${OF_INTERFACES} ${THERE_AND_BACK} }`);
    assert.equal(data.resources.nodes[0].related.edges[0].node.related.edges.length, INTERFACES);
  });

  const each = `resources${OF_INTERFACES}`;
  const [first] = UNKNOWN;
  const inSubscription = (field: string) => `{ ${each} { nodes { subscription { resources(first: 1${field} } } } } }`;
  const inGroup = (fields: string) =>
    `{ ${each} { nodes { resourceGroup { resources(first: 1000) { nodes { ${fields} } } } } } }`;
  const lacking = (ids: readonly (string | undefined)[]) =>
    inSubscription(`, where: { subscriptionIds: [${ids}] }) { completeness { missing { message } }`);
  const facets = (count: number) =>
    inSubscription(`) { ${aliases(`facets(by: RESOURCE_GROUP, first: ${count}) { value count }`, 5)}`);
  const nodes = (ids: readonly string[], count: number) => `{ ${aliases(`nodes(ids: [${ids}]) { id }`, count)} }`;
  const unknownIds = UNKNOWN.map((id) => JSON.stringify(`/subscriptions/${JSON.parse(id)}/resourceGroups/none`));
  const on = (type: string, count: number) =>
    `... on ${type} { ${aliases('subscription { id }', count).replace(/f(?=\d)/g, type)} }`;
  const ofOthers = ['KeyVault', 'ManagedCluster', 'VirtualMachine', 'ContainerGroup']
    .map((type) => on(type, 2))
    .join(' ');
  // Beside each what differs from it in nothing but what is counted.
  const counted: Readonly<Record<string, readonly [megabytes: number, counted: string, free: string]>> = {
    'ids and cursors, which are long': [
      1,
      `{ ${each} { edges { ${aliases('cursor', 80)} } } }`,
      `{ ${each} { edges { node { ${aliases('name', 80)} } } } }`,
    ],
    'records again': [
      1,
      `{ ${aliases(`${each} { nodes { id name type location } }`, 30)} }`,
      `{ ${each} { nodes { id } } }`,
    ],
    'facets of one place': [2, facets(1000), facets(1)],
    'what is missing': [2, lacking(UNKNOWN), lacking([first])],
    tags: [3, inGroup('tags { key value }'), inGroup('name')],
    'fields by aliases': [3, inGroup(aliases('name', 90)), inGroup('name')],
    'what is below a single thing': [4, inGroup(`sku { ${aliases('name', 90)} }`), inGroup('sku { name }')],
    'what is below edges': [
      1,
      `{ ${each} { edges { node { related { edges { node { ${aliases('id', 99)} } } } } } } }`,
      `{ ${each} { edges { node { related { edges { node { id } } } } } } }`,
    ],
    'what is selected of one type, and not of all together': [
      1,
      `{ ${each} { nodes { id ${on('GenericResource', 5)} } } }`,
      `{ ${each} { nodes { id ${ofOthers} } } }`,
    ],
    'text of no form, each time it stands there': [
      1,
      `{ ${each} { nodes { a: properties b: properties c: properties d: properties } } }`,
      `{ ${each} { nodes { properties a: name b: name c: name } } }`,
    ],
    'ids of which there is nothing': [1, nodes(unknownIds, 3), nodes(unknownIds, 1)],
  };
  for (const [what, [megabytes, tooMuch, little]] of Object.entries(counted)) {
    it(`counts ${what}`, async () => {
      const { ask } = await networkOf({ MAX_ANSWER_MEGABYTES: String(megabytes) }, 'x'.repeat(5000));
      assert.deepEqual([codes(await ask(little)), codes(await ask(tooMuch))], [[], ['LIMIT_EXCEEDED']]);
    });
  }

  it('counts by itself, whatever was answered before', async () => {
    const { ask } = await networkOf({ MAX_ANSWER_MEGABYTES: '1' });
    for (let nth = 0; nth < 5; nth += 1) assert.deepEqual(codes(await ask(nodes(unknownIds, 1))), []);
  });

  it('asks nothing more of Azure once it is too large', async () => {
    const { ask, upstream } = await networkOf({ MAX_ANSWER_MEGABYTES: '1' });
    const ids = Array.from({ length: 1000 }, (_, nth) => JSON.stringify(`${GROUP}/providers/A.B/c/${nth}`));
    const aHundred = inPortions(ids, 100).map((some, nth) => `f${nth}: nodes(ids: [${some}]) { id }`);
    assert.deepEqual(codes(await ask(`{ ${aHundred.join(' ')} }`)), ['LIMIT_EXCEEDED']);
    assert.equal(upstream().filter((service) => service === 'resource-graph').length, 0);
  });

  it('is not one of which the schema is told once, as tools ask for it, and is one that tells it a hundred times', async () => {
    const { ask, upstream } = await networkOf({ MAX_ANSWER_MEGABYTES: '15' });
    const query = getIntrospectionQuery();
    assert.deepEqual(codes(await ask(query)), []);
    const again = query.replace(/__schema \{/, (start) => `${start} ${aliases('types { ...FullType }', 90)}`);
    assert.deepEqual(codes(await ask(again)), ['LIMIT_EXCEEDED']);
    assert.deepEqual(upstream(), []);
  });
});

async function networkOf(env: Readonly<Record<string, string>> = {}, note = '') {
  const world = contoso();
  const gateway = await gatewayOver({ world, env });
  const group = world.resourceGroups.find(({ id }) => id.endsWith('/rg-aks-prod'))?.id ?? '';
  const [any] = world.resources;
  assert.ok(any);
  const network = `${group}/providers/Microsoft.Network/virtualNetworks/one`;
  gateway.azure.putResource({
    ...any,
    id: network,
    properties: {},
  });
  for (let nth = 0; nth < INTERFACES; nth += 1) {
    const name = `many-${nth}`;
    const properties = { note, ipConfigurations: [{ properties: { subnet: { id: `${network}/subnets/default` } } }] };
    const type = 'Microsoft.Network/networkInterfaces';
    gateway.azure.putResource({
      ...any,
      id: `${group}/providers/${type}/${name}`,
      tags: { a: '1', b: '2' },
      properties,
    });
  }
  return gateway;
}
