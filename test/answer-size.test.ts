import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { contoso } from '../emulator/contoso.ts';
import { onceFor } from '../src/graphql/once.ts';
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
const UNKNOWN = Array.from({ length: 100 }, () => JSON.stringify(randomUUID()));

describe('an answer in which few resources stand many times', () => {
  it('is refused as a whole, by one error, where it would hold too many', async () => {
    const { ask, log } = await networkOf({ MAX_REPEATS: '2000' });
    for (const below of [BACK_AND_FORTH, THERE_AND_BACK]) {
      const answer = await ask(`{ resources${OF_INTERFACES} ${below} }`);
      assert.deepEqual([answer.data, codes(answer)], [null, ['LIMIT_EXCEEDED']]);
      assert.match(answer.errors?.[0]?.message ?? '', /more than 2000 times \(MAX_REPEATS\)/);
    }
    assert.equal(
      log.some(({ event }) => event === 'internal-error'),
      false,
    );
  });

  it('is given where they are as many as may be', async () => {
    const query = `{ resourceGroups(where: { namePrefix: "rg-aks-prod" }) { resources${OF_INTERFACES} ${BACK_AND_FORTH} } }`;
    const whole = await (await networkOf()).ask(query);
    const all = recordsIn(whole.data);
    // The groups have no id in it.
    const again = all.length - new Set(all.filter((id) => id !== undefined)).size - whole.data.resourceGroups.length;
    assert.ok(again > INTERFACES * INTERFACES);
    const limited = async (most: number) => (await networkOf({ MAX_REPEATS: String(most) })).ask(query);
    assert.deepEqual(await limited(again), whole);
    assert.deepEqual(codes(await limited(again - 1)), ['LIMIT_EXCEEDED']);
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

  it('counts what has no form by its length, where it stands there again', async () => {
    const { ask } = await networkOf({ MAX_REPEATS: '200' }, 'x'.repeat(5000));
    const twice = (first: number, field: string) => {
      const each = `resources(first: ${first}, where: { name: { startsWith: "many-" } }) { nodes { ${field} } }`;
      return ask(`{ one: ${each} other: ${each} }`);
    };
    assert.deepEqual(codes(await twice(16, 'properties')), []);
    assert.deepEqual(codes(await twice(60, 'properties')), ['LIMIT_EXCEEDED']);
    assert.deepEqual(codes(await twice(60, 'name')), []);
    assert.deepEqual(codes(await ask(`{ resources${OF_INTERFACES} { nodes { properties } } }`)), []);
  });

  const inSubscription = (field: string) => `subscription { resources(first: 1${field} } }`;
  const inGroup = (fields: string) => `resourceGroup { resources(first: 1000) { nodes { ${fields} } } }`;
  const unknown = (count: number) =>
    inSubscription(
      `, where: { subscriptionIds: [${UNKNOWN.slice(0, count)}] }) { completeness { missing { message } }`,
    );
  const facets = (count: number) => inSubscription(`) { facets(by: RESOURCE_GROUP, first: ${count}) { value count }`);
  // Beside each what differs from it in nothing but what is counted.
  const small: Readonly<Record<string, readonly [counted: string, free: string]>> = {
    'facets of one place': [facets(1000), facets(1)],
    'what is missing': [unknown(100), unknown(1)],
    tags: [inGroup('tags { key value }'), inGroup('name')],
    'fields by aliases': [inGroup(aliases('name', 90)), inGroup('name')],
  };
  for (const [what, [counted, free]] of Object.entries(small)) {
    it(`counts ${what}, though they are no records`, async () => {
      const queryOf = (field: string) => `{ resources${OF_INTERFACES} { nodes { ${field} } } }`;
      const { data } = await (await networkOf()).ask(queryOf(free));
      const { ask } = await networkOf({ MAX_REPEATS: String(what.startsWith('facets') ? 10 : recordsIn(data).length) });
      assert.notDeepEqual(codes(await ask(queryOf(counted))), codes(await ask(queryOf(free))));
      assert.deepEqual(codes(await ask(queryOf(counted))), ['LIMIT_EXCEEDED']);
    });
  }

  it('counts what is asked for by a list of ids', async () => {
    const { ask, azure } = await networkOf({ MAX_REPEATS: '100' });
    const ids = azure.world.resources.slice(-INTERFACES).map(({ id }) => JSON.stringify(id));
    assert.equal(new Set(ids).size, INTERFACES);
    const nodes = (name: string) => `${name}: nodes(ids: [${ids}]) { id }`;
    assert.deepEqual(codes(await ask(`{ ${nodes('a')} ${nodes('b')} }`)), []);
    assert.deepEqual(codes(await ask(`{ ${nodes('a')} ${nodes('b')} ${nodes('c')} }`)), ['LIMIT_EXCEEDED']);
  });

  it('is not one that holds many different ones, and each operation counts by itself', async () => {
    const { ask } = await networkOf({ MAX_REPEATS: String(INTERFACES) });
    const once = `resources${OF_INTERFACES} { nodes { name } }`;
    for (const query of [`{ ${once} }`, `{ ${once} again: ${once} }`, `{ ${once} again: ${once} }`]) {
      assert.deepEqual(codes(await ask(query)), []);
    }
    assert.deepEqual(codes(await ask(`{ ${once} again: ${once} more: ${once} }`)), ['LIMIT_EXCEEDED']);
  });
});

/** The ids of all records in lists, as often as they stand there. */
function recordsIn(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = Array.isArray(value) ? value.map((each) => each.id) : [];
  return own.concat(Object.entries(value).flatMap(([name, each]) => (name === 'tags' ? [] : recordsIn(each))));
}

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
