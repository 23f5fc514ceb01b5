import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock } from '../emulator/clock.ts';
import { contoso } from '../emulator/contoso.ts';
import { type Answer, codes, gatewayOver } from './support/gateway.ts';

const THREE = { MAX_UPSTREAM_CALLS: '3' };
const many = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');
const url = (index: number) => `"https://contoso-vault.vault.azure.net/secrets/secret-${index}"`;
const cluster = (index: number) =>
  `"/subscriptions/${contoso().subscriptions[0]?.subscriptionId}/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks-${index}"`;
const vaults = (count: number) => `[${many(count, (index) => `"vault-${index}"`)}]`;

const WORDS = [
  '{ types: ["Microsoft.Compute/disks", "a.b/c"] }',
  '{ types: ["a.b/c", "microsoft.compute/DISKS"] }',
  '{ types: ["a.b/c", "A.b/c", "microsoft.compute/disks"], locations: null }',
  '{ name: null, types: ["A.B/C", "microsoft.compute/disks"] }',
];
const OF_TWO_TYPES = `{ ${[cluster(0), cluster(0).replace('ContainerService/managedClusters', 'KeyVault/vaults')]
  .map((id, nth) => `r${nth}: resource(id: ${id}, maxAgeSeconds: 0) { id }`)
  .join(' ')} }`;

describe('a query that needs more calls than MAX_UPSTREAM_CALLS', () => {
  const least: Record<string, [query: string, calls: number]> = {
    secrets: [`{ ${many(5, (index) => `s${index}: secret(name: "s${index}") { name }`)} }`, 5],
    'secrets of other vaults': [
      `{ ${many(4, (index) => `s${index}: secret(name: "s", vault: "vault-${index}") { name }`)} }`,
      4,
    ],
    'what fields of many kinds need': [
      '{ subscriptions { id } resourceGroups { id } secrets { id } resources { totalCount } secret(name: "a") { id } }',
      5,
    ],
    'vaults whose secrets expire': [
      `{ secretsExpiring(before: "2030-01-01T00:00:00Z", vaults: ${vaults(9)}) { totalCount } }`,
      9,
    ],
    'secrets by their URLs': [`{ nodes(ids: [${many(4, url)}]) { ... on Secret { enabled } } }`, 4],
    'secrets by their URLs, with a comma before': [
      `{ nodes,(ids: [${many(4, url)}]) { ... on Secret { enabled } } }`,
      4,
    ],
    'secrets by their URLs, with a comment before': [
      `{ nodes #\n (ids: [${many(4, url)}]) { ... on Secret { enabled } } }`,
      4,
    ],
    'secrets in an inline fragment': [
      `{ ... { ${many(5, (index) => `s${index}: secret(name: "s${index}") { name }`)} } }`,
      5,
    ],
    'secrets in an inline fragment of one of a fragment': [
      `{ ...f } fragment f on Query { ... on Query { ... @include(if: true) { ${many(5, (index) => `s${index}: secret(name: "s${index}") { name }`)} } } }`,
      5,
    ],
    'secrets in two fragments': [
      `{ ...f ...g ...f } fragment f on Query { ${many(2, (index) => `s${index}: secret(name: "s${index}") { name }`)} } fragment g on Query { ... { ${many(2, (index) => `t${index}: secret(name: "t${index}") { name }`)} } }`,
      4,
    ],
    'secrets by their URLs, in a fragment': [
      `{ ... { ...f } } fragment f on Query { ... { nodes(ids: [${many(4, url)}]) { ... on Secret { enabled } } } }`,
      4,
    ],
    'resources by their ids': [`{ nodes(ids: [${many(301, cluster)}]) { id } }`, 4],
    'resources by their ids, in two lists': [
      `{ a: nodes(ids: [${many(200, cluster)}]) { id } b: nodes(ids: [${many(200, (index) => cluster(200 + index))}]) { id } }`,
      4,
    ],
    'resources that must be new': [
      `{ ${many(4, (index) => `r${index}: resource(id: ${cluster(index)}, maxAgeSeconds: 0) { id }`)} }`,
      5,
    ],
    'nodes that must be new': [
      `{ ${many(4, (index) => `n${index}: node(id: ${cluster(index)}, maxAgeSeconds: 0) { id }`)} }`,
      5,
    ],
    'resources of two types that must be new': [OF_TWO_TYPES, 4],
  };
  for (const [what, [query, calls]] of Object.entries(least)) {
    it(`is refused before the first where that is plain: ${what}`, async () => {
      const { ask, upstream } = await gatewayOver({ env: THREE });
      const { errors, data } = await ask(query);
      assert.equal(data, undefined);
      assert.deepEqual(errors?.[0]?.extensions, { code: 'LIMIT_EXCEEDED' });
      assert.match(errors?.[0]?.message ?? '', new RegExp(`at least ${calls} calls to Azure, and 3 are allowed`));
      assert.deepEqual(upstream(), []);
    });
  }

  it('is refused before the first by the default, too', async () => {
    const { ask, upstream } = await gatewayOver();
    const secrets = many(99, (index) => `s${index}: secret(name: "s${index}") { name }`);
    const { errors } = await ask(`{ ... { subscriptions { id } secrets { id } ${secrets} } }`);
    assert.match(errors?.[0]?.message ?? '', /at least 101 calls to Azure, and 100 are allowed/);
    assert.deepEqual(upstream(), []);
  });

  const fewEnough: Record<string, string> = {
    'repeats of one secret': `{ ${many(9, (index) => `s${index}: secret(name: "${index % 2 ? 's' : 'S'}") { name }`)} }`,
    'what a URL tells by itself': `{ nodes(ids: [${many(9, url)}]) { id } }`,
    'resources that one call reads': `{ nodes(ids: [${many(100, cluster)}]) { id } }`,
    'the same in fragments again and again': `{ ${many(9, () => '...f ... { ...f }')} } fragment f on Query { s: secret(name: "s") { name } }`,
    'one list in other words': `{ ${WORDS.map((where, nth) => `r${nth}: resources(where: ${where}) { nodes { id } }`).join(' ')} }`,
    'one list, however old': `{ ${many(9, (index) => `r${index}: resources(maxAgeSeconds: ${index}) { totalCount }`)} }`,
    'one list of groups, cut in several ways': `{ ${many(9, (index) => `r${index}: resourceGroups(where: { namePrefix: "a${index}" }) { id }`)} }`,
    'versions of one secret': `{ s: secret(name: "SampleSecret") { name } ${many(4, (index) => `s${index}: secret(name: "SampleSecret", version: "${String(index).repeat(32)}") { name }`)} }`,
    'new resources of a type that there is not': `{ ${many(9, (index) => `r${index}: resource(id: ${cluster(index).replace('managedClusters', 'nonesuch')}, maxAgeSeconds: 0) { id }`)} }`,
    'what cannot be asked': `{ ${many(9, (index) => `r${index}: resources(where: { types: [] }, first: ${index + 1}) { totalCount }`)} }`,
    'what is not asked for': `{ ${many(9, (index) => `s${index}: secret(name: "s${index}") @skip(if: true) { name }`)} __typename }`,
  };
  for (const [what, query] of Object.entries(fewEnough)) {
    it(`is not one that asks for ${what}`, async () => {
      const { ask } = await gatewayOver({ env: THREE });
      const found = codes(await ask(query)).filter((code) => code !== 'BAD_USER_INPUT');
      assert.deepEqual(found, []);
    });
  }

  it('is none where it needs just as many', async () => {
    const { ask, upstream } = await gatewayOver({ env: { MAX_UPSTREAM_CALLS: '4' } });
    assert.deepEqual(await ask(OF_TWO_TYPES), { data: { r0: null, r1: null } });
    assert.deepEqual(upstream(), ['imds', 'arm', 'arm', 'arm', 'arm']);
  });

  it('counts by the values of variables', async () => {
    const { ask } = await gatewayOver({ env: THREE });
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Secret { enabled } } }';
    assert.deepEqual(codes(await ask(query, { ids: JSON.parse(`[${[0, 1, 2, 3].map(url)}]`) })), ['LIMIT_EXCEEDED']);
  });

  it('stops there where that turns out later: a list is an error, never short', async () => {
    const { ask, azure, upstream } = await gatewayOver({ env: THREE, pageSize: 2 });
    const answer = await ask('{ resourceGroups { name } }');
    assert.deepEqual(answer, { data: { resourceGroups: null }, errors: answer.errors });
    assert.deepEqual(answer.errors?.[0]?.extensions, { code: 'THROTTLED' });
    assert.match(answer.errors?.[0]?.message ?? '', /more than 3 calls to Azure \(MAX_UPSTREAM_CALLS\)/);
    assert.deepEqual(upstream(), ['imds', 'arm', 'arm', 'arm']);
    assert.equal(azure.calls.length, 4);
  });

  it('names in completeness what it had no calls for', async () => {
    const { ask, azure } = await gatewayOver({ env: { MAX_UPSTREAM_CALLS: '4' } });
    const { data } = await ask(
      '{ secretsExpiring(before: "2030-01-01T00:00:00Z") { completeness { complete missing { code } } } }',
    );
    const { complete, missing } = data.secretsExpiring.completeness;
    assert.equal(complete, false);
    assert.ok(missing.length > 0 && missing.every(({ code }: { code: string }) => code === 'THROTTLED'));
    assert.equal(azure.calls.filter(({ service, status }) => service !== 'imds' && status !== 401).length, 4);
  });

  it('is none for the challenges of vaults that are new to the process, of whose number nobody can know', async () => {
    const query = (name: string) =>
      `{ ${many(2, (nth) => `s${nth}: secret(name: "${name}-${nth}") { value }`)} p: secret(name: "${name}", vault: "contoso-payments") { value } }`;
    const { ask, upstream } = await gatewayOver({ env: THREE });
    const toVaults = () => upstream().filter((service) => service === 'key-vault').length;
    assert.deepEqual([codes(await ask(query('new'))), toVaults()], [[], 3 + 2]);
    assert.deepEqual([codes(await ask(query('other'))), toVaults()], [[], 3 + 2 + 3]);
  });

  it('is none for what failed and was sent again: an outage is told as one', async () => {
    const { ask, azure } = await gatewayOver({ env: THREE });
    azure.addFault({ service: 'key-vault', status: 503 });
    const query = `{ ${many(3, (nth) => `s${nth}: secret(name: "s${nth}") { value }`)} }`;
    assert.deepEqual(codes(await ask(query)), Array(3).fill('UPSTREAM_UNAVAILABLE'));
  });

  it('is none for what is read again beside it, which has calls of its own', async () => {
    const clock = createManualClock();
    const { ask, upstream } = await gatewayOver({ clock, env: THREE, pageSize: 4 });
    const list = '{ resourceGroups { name } }';
    await ask(list);
    clock.advance(31_000);
    const { errors } = await ask('{ resourceGroups { subscription { id } resources(first: 1) { totalCount } } }');
    assert.equal(errors, undefined);
    for (let turn = 0; turn < 100 && upstream().length < 9; turn += 1) await new Promise(setImmediate);
    assert.deepEqual(Object.keys(await ask(list)), ['data']);
    assert.deepEqual(upstream().toSorted(), [
      'arm',
      'arm',
      'arm',
      'arm',
      'arm',
      'arm',
      'arm',
      'imds',
      'resource-graph',
    ]);
  });

  it('is none for its retries', async () => {
    const { ask, azure, upstream } = await gatewayOver({ env: { MAX_UPSTREAM_CALLS: '1' }, pageSize: 1000 });
    azure.addFault({ service: 'arm', status: 503, times: 2 });
    const answer: Answer = await ask('{ resourceGroups { name } }');
    assert.deepEqual(codes(answer), []);
    assert.deepEqual(upstream(), ['imds', 'arm', 'arm', 'arm']);
  });
});
