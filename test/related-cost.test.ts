import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Azure } from '../emulator/azure.ts';
import { contoso } from '../emulator/contoso.ts';
import type { Bag } from '../emulator/world.ts';
import { faultyGateway } from './support/fault.ts';
import { gatewayOver } from './support/gateway.ts';
import { queriesTo } from './support/resource-graph.ts';

const [{ subscriptionId = '' } = {}] = contoso().subscriptions;
const SUBSCRIPTION = `/subscriptions/${subscriptionId}`;
const ROBOT = 'Contoso.Toys/robots';
const PART = 'Contoso.Toys/parts';
const GEAR = 'Contoso.Toys/gears';
const SECRET = 'https://contoso-vault.vault.azure.net/secrets/SampleSecret';
const GRAPH = 'resource-graph';

const idOf = (type: string, name: string | number) =>
  `${SUBSCRIPTION}/resourceGroups/rg-shared-prod/providers/${type}/${name}`;
const many = <Each>(count: number, of: (nth: number) => Each): Each[] => Array.from({ length: count }, (_, n) => of(n));
const part = idOf(PART, 0);

/** A row: what robots refer to, one each; which of it is there; what it costs to go there, and beyond the page of what is gone from. */
interface Cost {
  readonly targets: readonly string[];
  readonly held?: readonly string[];
  readonly costs: readonly string[];
}

describe('what robots lead to costs', () => {
  const rows: Record<string, Cost> = {
    'a call for a hundred things': { targets: many(100, (nth) => idOf(PART, nth)), costs: [GRAPH] },
    'another one for one more': { targets: many(101, (nth) => idOf(PART, nth)), costs: [GRAPH, GRAPH] },
    'a call for one thing, however many refer to it': { targets: many(300, () => part), costs: [GRAPH] },
    'as much for what holds a part as for the part': {
      targets: many(100, (nth) => `${part}/bolts/${nth}`),
      held: [part],
      costs: [GRAPH, GRAPH],
    },
    'a call for a hundred groups, beside that of the things': {
      targets: [part, ...many(100, (nth) => `${SUBSCRIPTION}/resourceGroups/rg-${nth}`)],
      costs: [GRAPH, GRAPH],
    },
    "one of ARM's for subscriptions": { targets: many(5, () => SUBSCRIPTION), costs: ['arm'] },
    'nothing for secrets': { targets: [SECRET], costs: [] },
  };
  for (const [what, row] of Object.entries(rows)) {
    it(what, async () => {
      assert.deepEqual(await costOf(row, ROBOT, 'related { totalCount edges { node { id } } }'), row.costs);
    });
  }

  it('no more where it is asked for by several names', async () => {
    const twice = 'a: related { edges { node { id } } } b: related(types: ["Contoso.Toys/parts"]) { totalCount }';
    assert.deepEqual(await costOf({ targets: many(100, (nth) => idOf(PART, nth)), costs: [] }, ROBOT, twice), [GRAPH]);
  });
});

describe('what leads to parts costs', () => {
  const ofPart = { held: [part] };
  const rows: Record<string, Cost> = {
    'a search for a hundred parts': {
      ...{ targets: many(100, (nth) => idOf(PART, nth)), held: many(100, (nth) => idOf(PART, nth)) },
      costs: [GRAPH],
    },
    'another one for one more': {
      ...{ targets: many(101, (nth) => idOf(PART, nth)), held: many(101, (nth) => idOf(PART, nth)) },
      costs: [GRAPH, GRAPH],
    },
    'another call for the next thousand, where it finds more than one': {
      ...{ ...ofPart, targets: many(1001, () => part) },
      costs: [GRAPH, GRAPH],
    },
    'a call for a hundred things within one, which could be what is meant': {
      ...{ ...ofPart, targets: many(100, (nth) => `${part}/bolts/${nth}`) },
      costs: [GRAPH, GRAPH],
    },
  };
  for (const [what, row] of Object.entries(rows)) {
    it(what, async () => {
      const related = `related(direction: IN, types: ["${ROBOT}"]) { totalCount edges { node { id } } }`;
      assert.deepEqual(await costOf(row, PART, related), row.costs);
    });
  }

  // Three hundred parts, and robots that name some of them, or what is within those.
  const below: Record<string, { partOf: (nth: number) => string; asked: string; costs: number }> = {
    'what robots lead to is one call below the searches for parts': {
      partOf: () => '',
      asked: `related(types: ["${GEAR}"]) { edges { node { id } } }`,
      costs: 3 + 1,
    },
    'what is within parts is looked up by one call': { partOf: () => '/bolts/1', asked: 'id', costs: 3 + 1 },
    'what leads to robots is one search, whether or not something was looked up for them': {
      partOf: (nth) => (nth % 2 ? '/bolts/1' : ''),
      asked: `related(direction: IN, types: ["${GEAR}"]) { totalCount }`,
      costs: 3 + 1 + 1,
    },
  };
  for (const [what, { partOf, asked, costs }] of Object.entries(below)) {
    it(`no more at different times: ${what}`, async () => {
      const parts = many(300, (nth) => idOf(PART, nth));
      const gears = many(30, (nth) => idOf(GEAR, nth));
      const gateway = await unevenly();
      for (const id of [...parts, ...gears]) put(gateway.azure, id);
      for (const [nth, gear] of gears.entries())
        put(gateway.azure, idOf(ROBOT, nth), { gear, part: `${parts[nth * 10]}${partOf(nth)}` });
      const related = `related(direction: IN, types: ["${ROBOT}"]) { edges { node { ... on Resource { ${asked} } } } }`;
      assert.equal(await gateway.callsBelow(PART, related), costs);
    });
  }

  it('a search that makes the text of a resource once, for however many ids', async () => {
    const { ask, azure } = await gatewayOver();
    const queries = queriesTo(azure);
    for (const nth of many(50, (nth) => nth)) put(azure, idOf(PART, nth));
    await ask(
      `{ resources(where: { types: ["${PART}"] }, first: 50) { nodes { related(direction: IN) { totalCount } } } }`,
    );
    const [, search = ''] = queries;
    assert.deepEqual([search.split(' strcat(').length - 1, search.split(' contains ').length - 1], [1, 50]);
  });

  it('a search for each list of types', async () => {
    const each = ['robots', 'engines'].map(
      (type) => `${type}: related(direction: IN, types: ["Contoso.Toys/${type}"])`,
    );
    const both = each.map((field) => `${field} { totalCount }`).join(' ');
    assert.deepEqual(await costOf({ ...ofPart, targets: [part], costs: [] }, PART, both), [GRAPH, GRAPH]);
  });
});

/** What is asked of Azure for the relations of all things of a type, beyond their own page. */
async function costOf({ targets, held = [] }: Cost, type: string, related: string): Promise<readonly string[]> {
  const { ask, azure, upstream } = await gatewayOver({ resourceGraphQuota: 1000 });
  for (const id of held) put(azure, id);
  for (const [nth, target] of targets.entries()) put(azure, idOf(ROBOT, nth), { target });
  const { data, errors } = await ask(
    `{ resources(where: { types: ["${type}"] }, first: 1000) { nodes { ${related} } } }`,
  );
  assert.equal(errors, undefined);
  assert.ok(data.resources.nodes.length > 0);
  const [identity, page, ...costs] = upstream();
  assert.deepEqual([identity, page], ['imds', GRAPH]);
  return costs;
}

/** A gateway whose Resource Graph takes as much longer for a query as it has been asked before. */
async function unevenly() {
  const gateway = await faultyGateway({ resourceGraphQuota: 1000 });
  const { azure } = gateway;
  for (const nth of many(100, (each) => each))
    azure.addFault({ service: 'resource-graph', delayInMs: 10 * nth, times: 1 });
  return {
    azure,
    /** What is asked of it for the relations of all things of a type, beyond their own page. */
    async callsBelow(type: string, related: string): Promise<number> {
      const query = `{ resources(where: { types: ["${type}"] }, first: 1000) { nodes { ${related} } } }`;
      const { data, errors } = (await gateway.timed(gateway.ask(query))).result;
      assert.equal(errors, undefined);
      assert.equal(data.resources.nodes.length, 300);
      return azure.calls.filter(({ service }) => service === GRAPH).length - 1;
    },
  };
}

const put = (azure: Azure, id: string, properties: Bag = {}) =>
  azure.putResource({ id, location: 'eastus', properties });
