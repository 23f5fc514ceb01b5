import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Azure } from '../emulator/azure.ts';
import { contoso } from '../emulator/contoso.ts';
import type { Bag } from '../emulator/world.ts';
import { type Answer, codes, type Gateway, gatewayOver } from './support/gateway.ts';

const [{ subscriptionId: PRODUCTION = '' } = {}] = contoso().subscriptions;
const GROUP = `/subscriptions/${PRODUCTION}/resourceGroups/rg-shared-prod`;
const ROBOT = 'Contoso.Toys/robots';
const PART = 'Contoso.Toys/parts';
const GRAPH = 'resource-graph';
const FLEET = contoso({ subscriptions: 1 }).subscriptions.at(-1)?.subscriptionId ?? '';
const COMPLETENESS = 'completeness { complete missing { scope code message } }';
const EDGES = 'totalCount edges { node { id } }';

const idOf = (type: string, name: string | number) => `${GROUP}/providers/${type}/${String(name).padStart(4, '0')}`;
const many = <Each>(count: number, of: (nth: number) => Each): Each[] => Array.from({ length: count }, (_, n) => of(n));
const put = ({ putResource }: Azure, id: string, properties: Bag = {}) =>
  putResource({ id, location: 'westeurope', properties });

const sum = (numbers: readonly number[]): number => numbers.reduce((one, other) => one + other, 0);
const ids = ({ edges }: Related): string[] => edges.map(({ node }) => node.id);
const SIX_FACETS = many(6, (nth) => `t${nth}: facets(by: TAG, tag: "t${nth}") { value count }`).join(' ');
const robots = (fields: string) => `{ resources(where: { types: ["${ROBOT}"] }, first: 1000) { nodes { ${fields} } } }`;
const back = (args: string, fields: string) =>
  `{ resources(where: { types: ["${PART}"] }, first: 1000) { nodes { related(direction: IN, types: ["${ROBOT}"], ${args}) { ${fields} } } } }`;

describe('what a request has no calls left for is named in', () => {
  it('related, by what leads to it', async () => {
    const gateway = await withRobots(250, 2);
    const { data, errors } = await gateway.ask(robots(`related { ${EDGES} ${COMPLETENESS} }`));
    assert.equal(errors, undefined);
    const each: Related[] = data.resources.nodes.map(({ related }: { related: Related }) => related);
    assert.deepEqual(
      each.map(({ totalCount, edges }) => [totalCount, edges.map(({ node }) => node.id)]),
      many(250, (nth) => (nth < 100 ? [1, [idOf(PART, nth)]] : [0, []])),
    );
    assert.deepEqual(
      each.map(({ completeness }) => whatIsMissing(completeness, 2)),
      many(250, (nth) => (nth < 100 ? [] : [idOf(PART, nth)])),
    );
    assert.deepEqual(gateway.upstream(), ['imds', GRAPH, GRAPH]);
  });

  it('related that is a secret, by its vault', async () => {
    const { ask, azure, upstream } = await gatewayOver({ env: { MAX_UPSTREAM_CALLS: '2' } });
    const vault = 'https://contoso-vault.vault.azure.net';
    put(azure, idOf(ROBOT, 1), { one: `${vault}/secrets/Root-Key`, other: `${vault}/secrets/SampleSecret` });
    const { data, errors } = await ask(
      robots(`related { totalCount edges { node { ... on Secret { name enabled } } } ${COMPLETENESS} }`),
    );
    const [{ related }] = data.resources.nodes;
    assert.deepEqual([errors, related.totalCount, related.edges.length], [undefined, 2, 1]);
    assert.deepEqual(whatIsMissing(related.completeness, 2), [vault]);
    assert.deepEqual(upstream(), ['imds', GRAPH, 'key-vault', 'imds', 'key-vault']);
  });

  it('what leads back, which is searched for by the hundred', async () => {
    const gateway = await withRobots(250, 3);
    const { data, errors } = await gateway.ask(
      `{ resources(where: { types: ["${PART}"] }, first: 1000) { nodes { related(direction: IN) { ${EDGES} ${COMPLETENESS} } } } }`,
    );
    assert.equal(errors, undefined);
    const each: Related[] = data.resources.nodes.map(({ related }: { related: Related }) => related);
    assert.deepEqual(
      each.map(({ totalCount, completeness }) => [totalCount, whatIsMissing(completeness, 3)]),
      many(250, (nth) => (nth < 200 ? [1, []] : [0, ['/']])),
    );
    assert.deepEqual(gateway.upstream(), ['imds', GRAPH, GRAPH, GRAPH]);
  });

  it('what leads back, of which there is more than a page', async () => {
    const gateway = await withRobots(2500, 3, () => idOf(PART, 1));
    const { data, errors } = await gateway.ask(back('first: 1000', `${EDGES} ${COMPLETENESS}`));
    assert.equal(errors, undefined);
    const [{ related }] = data.resources.nodes;
    assert.ok(related.totalCount > 1500 && related.totalCount < 2500);
    assert.deepEqual(whatIsMissing(related.completeness, 3), ['/']);
    assert.deepEqual(gateway.upstream(), ['imds', GRAPH, GRAPH, GRAPH]);
  });

  it('what leads back to a part, as far as that is not looked up', async () => {
    const bolt = `${idOf(PART, 1)}/bolts/1`;
    const gateway = await withRobots(1, 2, () => idOf(PART, 1));
    put(gateway.azure, idOf(ROBOT, 1), { target: bolt });
    const { data, errors } = await gateway.ask(back('', `${EDGES} ${COMPLETENESS}`));
    const [{ related }] = data.resources.nodes;
    assert.deepEqual([errors, ids(related)], [undefined, [idOf(ROBOT, 0)]]);
    assert.deepEqual(whatIsMissing(related.completeness, 2), [bolt]);
    assert.deepEqual(gateway.upstream(), ['imds', GRAPH, GRAPH]);
  });

  it('resources below groups, by each group', async () => {
    const { ask, upstream } = await withFleet(2);
    const { data, errors } = await ask(
      `{ resourceGroups(subscriptionId: "${FLEET}") { id resources(first: 1000) { totalCount nodes { id } types: facets(by: TYPE) { count } ${COMPLETENESS} } } }`,
    );
    assert.equal(errors, undefined);
    const each: Listed[] = data.resourceGroups;
    const read = sum(each.map(({ resources: { nodes } }) => nodes.length));
    assert.equal(read, 1000);
    assert.equal(sum(each.map(({ resources: { totalCount } }) => totalCount)), read);
    assert.equal(sum(each.flatMap(({ resources: { types } }) => types.map(({ count }) => count))), read);
    for (const { id, resources } of each) assert.deepEqual(whatIsMissing(resources.completeness, 2), ['/', id]);
    assert.deepEqual(upstream(), ['imds', 'arm', GRAPH]);
  });

  it('a page of resources, and counts of what was read', async () => {
    const { ask, upstream } = await gatewayOver({ env: { MAX_UPSTREAM_CALLS: '1' }, resourceGraphQuota: 1000 });
    const { data, errors } = await ask(
      `{ resources(first: 2) { totalCount nodes { id } ${SIX_FACETS} ${COMPLETENESS} } }`,
    );
    const { totalCount, nodes, t0, t5, completeness } = data.resources;
    assert.deepEqual([errors, nodes.length, t0.length, t5], [undefined, 2, 1, []]);
    assert.ok(totalCount > 2);
    assert.deepEqual(whatIsMissing(completeness, 1), ['/']);
    assert.deepEqual(upstream(), ['imds', GRAPH]);
  });

  it('a later page of resources whose count is missing, which is no less than what is read', async () => {
    const { ask, azure, upstream } = await gatewayOver({ env: { MAX_UPSTREAM_CALLS: '1' }, resourceGraphQuota: 1000 });
    const { endCursor } = (await ask('{ resources(first: 2) { pageInfo { endCursor } } }')).data.resources.pageInfo;
    azure.clearCalls();
    const { data, errors } = await ask(
      `{ resources(first: 2, after: "${endCursor}") { totalCount nodes { id } ${COMPLETENESS} } }`,
    );
    const { totalCount, nodes, completeness } = data.resources;
    assert.deepEqual([errors, nodes.length, whatIsMissing(completeness, 1)], [undefined, 2, ['/']]);
    assert.ok(totalCount >= 2);
    assert.deepEqual(upstream(), [GRAPH]);
  });

  it('secrets that expire, where not even the subscriptions are told', async () => {
    const { ask, upstream } = await gatewayOver({ env: { MAX_UPSTREAM_CALLS: '1' }, pageSize: 1 });
    const { data, errors } = await ask(
      `{ secretsExpiring(before: "2030-01-01T00:00:00Z") { totalCount ${COMPLETENESS} } }`,
    );
    const { totalCount, completeness } = data.secretsExpiring;
    assert.deepEqual([errors, totalCount], [undefined, 0]);
    assert.deepEqual(whatIsMissing(completeness, 1), ['/', 'https://contoso-vault.vault.azure.net']);
    assert.deepEqual(upstream(), ['imds', 'arm']);
  });

  it('resources of which nothing is read', async () => {
    const { ask, upstream } = await gatewayOver({ env: { MAX_UPSTREAM_CALLS: '1' } });
    const { data, errors } = await ask(
      `{ subscriptions { id resources { totalCount nodes { id } types: facets(by: TYPE) { count } ${COMPLETENESS} } } }`,
    );
    assert.equal(errors, undefined);
    for (const { id, resources } of data.subscriptions) {
      const { completeness, ...read } = resources;
      assert.deepEqual(read, { totalCount: 0, nodes: [], types: [] });
      assert.deepEqual(whatIsMissing(completeness, 1), [id]);
    }
    assert.deepEqual(upstream(), ['imds', 'arm']);
  });
});

describe('what a request has no calls left for fails', () => {
  const fields: Record<string, readonly [open: () => Promise<Gateway>, query: string]> = {
    related: [() => withRobots(250, 2), robots(`related { ${EDGES} }`)],
    'related whose completeness is skipped': [
      () => withRobots(250, 2),
      robots(`related { ${EDGES} ${COMPLETENESS.replace('{', '@skip(if: true) {')} }`),
    ],
    'what leads back': [() => withRobots(2500, 3, () => idOf(PART, 1)), back('first: 1000', EDGES)],
    'what leads back to a part': [
      async () => {
        const gateway = await withRobots(1, 2, () => idOf(PART, 1));
        put(gateway.azure, idOf(ROBOT, 1), { target: `${idOf(PART, 1)}/bolts/1` });
        return gateway;
      },
      back('', EDGES),
    ],
    'resources below groups': [
      () => withFleet(2),
      `{ resourceGroups(subscriptionId: "${FLEET}") { resources { totalCount } } }`,
    ],
    'a page of resources': [
      () => gatewayOver({ env: { MAX_UPSTREAM_CALLS: '1' } }),
      `{ resources { totalCount nodes { id } ${SIX_FACETS} } }`,
    ],
    'secrets that expire': [
      () => gatewayOver({ env: { MAX_UPSTREAM_CALLS: '4' } }),
      '{ secretsExpiring(before: "2030-01-01T00:00:00Z") { totalCount nodes { name } } }',
    ],
  };
  for (const [what, [open, query]] of Object.entries(fields)) {
    it(`where nobody asks what is missing: ${what}`, async () => {
      const { ask } = await open();
      assertThrottled(await ask(query));
    });
  }
});

interface Related {
  readonly totalCount: number;
  readonly edges: readonly { readonly node: { readonly id: string } }[];
  readonly completeness: Completeness;
}

interface Listed {
  readonly id: string;
  readonly resources: {
    readonly totalCount: number;
    readonly nodes: readonly object[];
    readonly types: readonly { readonly count: number }[];
    readonly completeness: Completeness;
  };
}

interface Completeness {
  readonly complete: boolean;
  readonly missing: readonly { readonly scope: string; readonly code: string; readonly message: string }[];
}

/** The scopes, all of them THROTTLED by so many calls. */
function whatIsMissing({ complete, missing }: Completeness, calls: number): string[] {
  assert.equal(complete, missing.length === 0);
  for (const { code, message } of missing) {
    assert.equal(code, 'THROTTLED');
    assert.match(message, new RegExp(`more than ${calls} calls to Azure \\(MAX_UPSTREAM_CALLS\\)`));
  }
  return missing.map(({ scope }) => scope);
}

function assertThrottled(answer: Answer): void {
  assert.deepEqual([...new Set(codes(answer))], ['THROTTLED']);
  assert.equal(JSON.stringify(answer.data ?? null).includes('totalCount'), false);
}

/** So many robots, of which each refers to a part of its own, or to this target. */
async function withRobots(count: number, calls: number, target = (nth: number) => idOf(PART, nth)): Promise<Gateway> {
  const gateway = await gatewayOver({ env: { MAX_UPSTREAM_CALLS: String(calls) }, resourceGraphQuota: 1000 });
  const targets = many(count, target);
  for (const id of new Set(targets)) put(gateway.azure, id);
  for (const [nth, id] of targets.entries()) put(gateway.azure, idOf(ROBOT, nth), { target: id });
  return gateway;
}

/** With a subscription that has more resources than fit on two pages. */
function withFleet(calls: number): Promise<Gateway> {
  const world = contoso({ subscriptions: 1, groupsPerSubscription: 20, resources: 2500 });
  return gatewayOver({ world, env: { MAX_UPSTREAM_CALLS: String(calls) }, resourceGraphQuota: 1000 });
}
