import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Azure } from '../emulator/azure.ts';
import { codes, gatewayOver } from './support/gateway.ts';

// Four of these fit into the 16 MiB that Resource Graph sends, five do not.
const LARGE_IN_BYTES = 4_000_000;
const LARGE = '{ name: { startsWith: "large-" } }';
const GRAPH = 'resource-graph';
const TOO_LARGE = {
  error: { code: 'BadRequest', message: '', details: [{ code: 'ResponsePayloadTooLarge', message: '' }] },
};
const headers = { 'x-ms-request-id': 'request-4711' };

describe('resources that are more than Resource Graph sends at once', () => {
  it('come on smaller pages, each once', async () => {
    const { ask, azure, upstream } = await gatewayOver();
    const large = putLarge(azure, 5);
    const page = async (after: string | null) => {
      const { data } = await ask(
        `query ($after: String) { resources(where: ${LARGE}, first: 8, after: $after) { nodes { id properties } pageInfo { hasNextPage endCursor } } }`,
        { after },
      );
      return data.resources;
    };
    const first = await page(null);
    const second = await page(first.pageInfo.endCursor);
    assert.deepEqual([first.nodes, second.nodes].flat().map(idOf), large);
    assert.deepEqual([first.pageInfo.hasNextPage, second.pageInfo.hasNextPage], [true, false]);
    // Eight were too many, two were not, and the last three fit again.
    assert.deepEqual(upstream(), ['imds', GRAPH, GRAPH, GRAPH]);
  });

  it('are answered whole to several groups', async () => {
    const { ask, azure, upstream } = await gatewayOver();
    const large = putLarge(azure, 9);
    const { data, errors } = await ask(
      `{ resourceGroups { resources(where: ${LARGE}, first: 1000) { nodes { id properties } } } }`,
    );
    assert.equal(errors, undefined);
    const answered = data.resourceGroups.flatMap((group: { resources: { nodes: object[] } }) => group.resources.nodes);
    assert.deepEqual(answered.map(idOf).toSorted(), large);
    // 1000, 250, 63 and 16 were too many. Four were not, and the rest comes in two parts.
    assert.deepEqual(upstream(), ['imds', 'arm', ...Array.from({ length: 4 + 1 + 2 }, () => GRAPH)]);
  });

  it('are answered whole where more of them share a part than fit on its page', async () => {
    const { ask, azure, upstream } = await gatewayOver();
    const [group] = azure.world.resourceGroups;
    const ids = Array.from({ length: 11 }, (_, nth) => `${group?.id}/providers/Microsoft.Logic/workflows/large-${nth}`);
    for (const id of ids) azure.putResource({ id, location: 'eastus' });
    azure.addFault({ service: GRAPH, status: 400, body: TOO_LARGE, headers, times: 4 });
    const { data } = await ask(`{ resourceGroups { resources(where: ${LARGE}, first: 1000) { nodes { id } } } }`);
    const answered = data.resourceGroups.flatMap((each: { resources: { nodes: object[] } }) => each.resources.nodes);
    assert.deepEqual(answered.map(idOf).toSorted(), ids.toSorted());
    // Four are on the first page that is sent. Of the seven others one part has more than four.
    assert.deepEqual(upstream(), ['imds', 'arm', ...Array.from({ length: 4 + 1 + 2 + 1 }, () => GRAPH)]);
  });

  it('are each found by their ids', async () => {
    const { ask, azure, upstream } = await gatewayOver();
    const ids = putLarge(azure, 5);
    const { data } = await ask(
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on GenericResource { properties } } }',
      { ids },
    );
    assert.deepEqual(data.nodes.map(idOf), ids);
    assert.deepEqual(upstream(), ['imds', GRAPH, GRAPH, GRAPH]);
  });

  it('are refused with what to ask instead where a single one is too much', async () => {
    const { ask, azure } = await gatewayOver();
    const [id = ''] = putLarge(azure, 1, 17_000_000);
    const answer = await ask(`{ resource(id: "${id}") { properties } }`);
    assert.deepEqual([codes(answer), answer.data], [['LIMIT_EXCEEDED'], { resource: null }]);
    assert.match(answer.errors?.[0]?.message ?? '', /Select fewer fields of it, or its `properties` by a path\.$/);
    assert.deepEqual((await ask(`{ resource(id: "${id}") { properties(path: "nth") } }`)).data, {
      resource: { properties: 0 },
    });
  });
});

describe('a query that Resource Graph refuses', () => {
  const details = [
    { code: 'InvalidQuery', message: 'Query is invalid near canary.' },
    { code: 'ParserFailure', message: 'ParserFailure', line: 1, characterPositionInLine: 3, token: 'canary' },
  ];
  const body = { error: { code: 'BadRequest', message: 'Please provide below info. canary', details } };

  it('is a fault of ours, and in the log by the codes of it alone', async () => {
    const { ask, azure, log, upstream } = await gatewayOver();
    azure.addFault({ service: GRAPH, status: 400, body, headers });
    const answer = await ask('{ resources(where: { name: { equals: "canary" } }) { totalCount } }');
    assert.deepEqual([codes(answer), upstream()], [['INTERNAL'], ['imds', GRAPH]]);
    const [line] = log.filter(({ event }) => event === 'internal-error');
    assert.match(JSON.stringify(line), /request-4711.*BadRequest InvalidQuery ParserFailure/);
    assert.doesNotMatch(JSON.stringify([answer, log]), /canary/);
  });

  it("is none of ours where it is a proxy's 400", async () => {
    const { ask, azure } = await gatewayOver();
    azure.addFault({ service: GRAPH, status: 400, body: { error: { code: 'BadRequest', details } } });
    assert.deepEqual(codes(await ask('{ resources { totalCount } }')), ['UPSTREAM_UNAVAILABLE']);
  });
});

const idOf = ({ id }: { id?: string }): string | undefined => id;

/** Puts resources whose properties are so large into two groups; their ids in order. */
function putLarge(azure: Azure, count: number, bytes = LARGE_IN_BYTES): string[] {
  const groups = azure.world.resourceGroups.slice(0, 2).map(({ id }) => id);
  const filler = 'x'.repeat(bytes);
  return Array.from({ length: count }, (_, nth) => {
    const id = `${groups[nth % 2]}/providers/Microsoft.Logic/workflows/large-${nth}`;
    return azure.putResource({ id, location: 'eastus', properties: { nth, definition: filler } }).id;
  }).toSorted();
}
