import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, it, type TestContext } from 'node:test';
import { createManualClock } from '../emulator/clock.ts';
import { accessPolicy } from '../emulator/contoso/access-policy.ts';
import { contoso } from '../emulator/contoso.ts';
import { textFile } from './support/file.ts';
import { codes, type GatewayOptions, gatewayOver } from './support/gateway.ts';

const SECOND = 1000;
const VALUE = '{ secret(name: "SampleSecret") { value } }';
const FRESH = '{ secret(name: "SampleSecret", maxAgeSeconds: 0) { value } }';
const CLUSTER = 'Microsoft.ContainerService/managedClusters/aks-prod';

describe('the readings that a caller forces by maxAgeSeconds', () => {
  it('are counted of each secret, however many one field asks for', async () => {
    const { ask, clock, forcedCalls } = await forcing();
    const ids = Array.from({ length: 20 }, (_, nth) => `https://contoso-vault.vault.azure.net/secrets/secret-${nth}`);
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids, maxAgeSeconds: 0) { ... on Secret { enabled } } }';
    const refused = [];
    for (let nth = 0; nth < 3; nth++) refused.push(codes(await ask(query, { ids })));
    assert.deepEqual(
      refused.map((each) => [each.length, ...new Set(each)]),
      [[0], [10, 'THROTTLED'], [20, 'THROTTLED']],
    );
    assert.equal(forcedCalls('key-vault'), 30);
    clock.advance(2 * SECOND);
    assert.equal(codes(await ask(query, { ids })).length, 19);
  });

  it('are ten as one of the places that a list is made of: forty subscriptions are one wish', async () => {
    const { ask, forcedCalls } = await forcing(38);
    const query = '{ resourceGroups(maxAgeSeconds: 0) { name } }';
    const refused = [];
    for (let nth = 0; nth < 7; nth++) refused.push(...codes(await ask(query)));
    assert.deepEqual(refused, ['THROTTLED']);
    assert.equal(forcedCalls('arm'), 6 * (1 + 40));
  });

  it('are forgotten by no other field of the same query', async () => {
    const { ask, forcedCalls } = await forcing();
    const fields = Array.from(
      { length: 40 },
      (_, nth) => `s${nth}: secret(name: "s${nth}", maxAgeSeconds: 0) { name }`,
    );
    assert.equal(codes(await ask(`{ ${fields.join(' ')} }`)).length, 10);
    assert.equal(forcedCalls('key-vault'), 30);
  });
});

/** A gateway that has its tokens; `fleet`: over so many more subscriptions. */
async function forcing(fleet = 0) {
  const clock = createManualClock();
  const world = contoso({ subscriptions: fleet, groupsPerSubscription: 1 });
  const gateway = await gatewayOver({ clock, world, env: fleet > 0 ? { AZURE_SUBSCRIPTION_ID: '' } : {} });
  await gateway.ask('{ resourceGroups { name } secret(name: "SampleSecret") { name } }');
  const before = gateway.upstream().length;
  const forcedCalls = (service: string) =>
    gateway
      .upstream()
      .slice(before)
      .filter((each) => each === service).length;
  return { ...gateway, clock, forcedCalls };
}

describe('a secret that several callers may read', () => {
  it('is got once, and each of them is on record', async () => {
    const { askAs, upstream, audit } = await contosoGateway();
    for (const caller of ['Billing Service', 'Billing Service', 'Billing Service']) {
      assert.equal((await askAs(caller, VALUE)).data.secret.value, 'MSI Secret!');
    }
    assert.deepEqual(upstream(), ['key-vault', 'imds', 'key-vault']);
    assert.deepEqual(outcomes(audit), ['READ', 'READ', 'READ']);
  });

  it('is refused to whoever may not, at no cost, whether it is held or not', async () => {
    const { askAs, upstream, audit } = await contosoGateway();
    for (const held of ['not held', 'held']) {
      const before = upstream().length;
      const answer = await askAs('Ada', VALUE);
      assert.deepEqual([answer.data.secret, codes(answer)], [null, ['FORBIDDEN']]);
      assert.equal(upstream().length, before, held);
      await askAs('Billing Service', VALUE);
    }
    assert.deepEqual(outcomes(audit), ['DENIED', 'READ', 'DENIED', 'READ']);
  });

  it('is given without its value to whoever may see that it exists', async () => {
    const { askAs } = await contosoGateway();
    await askAs('Billing Service', VALUE);
    const answer = await askAs('Auditor', '{ secret(name: "SampleSecret") { name value } }');
    assert.deepEqual([answer.data.secret, codes(answer)], [{ name: 'SampleSecret', value: null }, ['FORBIDDEN']]);
  });

  it('is refused at the next request once the grant is withdrawn', async (t) => {
    const { askAs, upstream, withdraw } = await contosoGateway(t);
    await askAs('Billing Service', VALUE);
    const before = upstream().length;
    withdraw('billing-reads-its-secrets');
    const answer = await askAs('Billing Service', VALUE);
    assert.deepEqual([answer.data.secret, codes(answer)], [null, ['FORBIDDEN']]);
    assert.equal(upstream().length, before);
  });

  it('is seen rotated a minute later, and at once by whoever bounds the age', async () => {
    const { ask, azure, clock, upstream } = await contosoGateway();
    await ask(VALUE);
    rotate(azure.world, 'rotated');
    assert.equal((await ask(VALUE)).data.secret.value, 'MSI Secret!');
    assert.equal((await ask(FRESH)).data.secret.value, 'rotated');
    assert.equal((await ask(VALUE)).data.secret.value, 'rotated');
    rotate(azure.world, 'again');
    clock.advance(60 * SECOND);
    assert.equal((await ask(VALUE)).data.secret.value, 'again');
    assert.equal(upstream().filter((service) => service === 'key-vault').length, 4);
  });

  it('is not given once it is seen to be disabled, though others do not ask for it anew', async () => {
    const { ask, azure } = await contosoGateway();
    await ask(VALUE);
    for (const version of sample(azure.world).versions) version.enabled = false;
    assert.deepEqual(codes(await ask(FRESH)), ['SECRET_DISABLED']);
    assert.deepEqual(codes(await ask(VALUE)), ['SECRET_DISABLED']);
  });
});

describe('lists of the estate', () => {
  it('are shared by callers of equal rights, and cut for each of the others', async () => {
    const { askAs, ask, upstream } = await contosoGateway();
    const list = '{ resources(first: 5) { totalCount nodes { name } } }';
    const [ada, again, tester] = [await askAs('Ada', list), await askAs('Ada', list), await ask(list)];
    assert.deepEqual(ada, again);
    assert.deepEqual(ada.data, tester.data);
    assert.deepEqual(upstream(), ['imds', 'resource-graph']);
    assert.deepEqual(codes(await askAs('Billing Service', list)), ['FORBIDDEN']);
    assert.deepEqual(upstream(), ['imds', 'resource-graph']);
  });

  it('are not shared by callers of other rights, though these differ where nobody asks', async () => {
    const subscription = contoso().subscriptions[0]?.subscriptionId;
    const more = `@id("all") permit (principal, action == Action::"readEstate", resource in Subscription::"${subscription}");`;
    const { askAs, upstream } = await contosoGateway(undefined, { more });
    const list = `{ resources(where: { subscriptionIds: ["${subscription}"] }) { totalCount } }`;
    const answers = [];
    for (const caller of ['Ada', 'Billing Service', 'Ada', 'Auditor']) answers.push(await askAs(caller, list));
    assert.deepEqual(answers, Array(4).fill(answers[0]));
    assert.deepEqual(upstream(), ['imds', 'resource-graph', 'resource-graph']);
  });

  it('say when and where each record was read', async () => {
    const { ask, clock } = await contosoGateway();
    const query = '{ resourceGroups { observedAt source } resources(first: 1) { nodes { observedAt source } } }';
    const first = await ask(query);
    clock.advance(20 * SECOND);
    assert.deepEqual(await ask(query), first);
    const observedAt = new Date(clock.now() - 20 * SECOND).toISOString();
    assert.deepEqual(first.data.resourceGroups[0], { observedAt, source: 'ARM' });
    assert.deepEqual(first.data.resources.nodes, [{ observedAt, source: 'RESOURCE_GRAPH' }]);
  });

  it('are given while Azure is down, with their age', async () => {
    const { ask, azure, clock } = await contosoGateway();
    const { data } = await ask('{ all: resourceGroups { name } }');
    clock.advance(100 * SECOND);
    azure.addFault({ service: 'arm', status: 501 });
    const answer = await ask('{ all: resourceGroups { name } secret(name: "SampleSecret") { name } }');
    assert.deepEqual(answer.data.all, data.all);
    assert.deepEqual(answer.extensions, { stale: [{ path: ['all'], ageSeconds: 100 }] });
    const bounded = await ask('{ all: resourceGroups(maxAgeSeconds: 10) { name } }');
    assert.deepEqual([bounded.data.all, codes(bounded)], [null, ['UPSTREAM_UNAVAILABLE']]);
  });

  it('hold what is below them to their age', async () => {
    const { ask, upstream } = await contosoGateway();
    const query = (bound: string) =>
      `{ resourceGroups${bound} { subscription { id } resources(first: 1) { totalCount } } }`;
    await ask(query(''));
    const before = upstream().length;
    await ask(query(''));
    assert.equal(upstream().length, before);
    await ask(query('(maxAgeSeconds: 0)'));
    assert.deepEqual(upstream().slice(before).sort(), ['arm', 'arm', 'resource-graph']);
  });
});

describe('one resource, read now', () => {
  it('comes from ARM, which knows of a change before Resource Graph does', async () => {
    const { ask, azure } = await contosoGateway(undefined, { resourceGraphLagInMs: 30 * SECOND });
    const id = azure.world.resources.find((resource) => resource.id.endsWith(CLUSTER))?.id ?? '';
    const fields = '{ name type location tags { key value } source ... on ManagedCluster { kubernetesVersion } }';
    const before = (await ask(`{ resource(id: "${id}") ${fields} }`)).data.resource;
    changeTags(azure, id);
    const lagging = (await ask(`{ nodes(ids: ["${id}"], maxAgeSeconds: 1) { id } }`)).data.nodes;
    const { data } = await ask(
      `{ resource(id: "${id}", maxAgeSeconds: 0) ${fields} node(id: "${id}", maxAgeSeconds: 0) { ... on ManagedCluster ${fields} } }`,
    );
    assert.equal(lagging.length, 1);
    assert.deepEqual(data.resource, { ...before, source: 'ARM', tags: [{ key: 'changed', value: 'now' }] });
    assert.deepEqual(data.node, data.resource);
  });

  it('is null where there is none: of a name, of a type, of a namespace', async () => {
    const { ask, azure } = await contosoGateway();
    const group = azure.world.resourceGroups[0]?.id;
    for (const end of [CLUSTER.replace('aks-prod', 'none'), 'Microsoft.Compute/nonesuch/x', 'Contoso.Nothing/x/y']) {
      const answer = await ask(`{ resource(id: "${group}/providers/${end}", maxAgeSeconds: 0) { id } }`);
      assert.deepEqual(answer, { data: { resource: null } });
    }
  });

  it('is refused before it is read to whoever may not', async () => {
    const { askAs, azure, upstream } = await contosoGateway();
    const id = azure.world.resources[0]?.id;
    const answer = await askAs('Billing Service', `{ resource(id: "${id}", maxAgeSeconds: 0) { id } }`);
    assert.deepEqual([codes(answer), upstream()], [['FORBIDDEN'], []]);
  });
});

describe('things looked up by their ids, of which some do not exist', () => {
  const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }';
  const REFUSED = {
    status: 403,
    headers: { 'x-ms-request-id': 'r' },
    body: { error: { code: 'AuthorizationFailed' } },
  };
  const graph = (upstream: readonly string[]) => upstream.filter((service) => service === 'resource-graph').length;

  it('are looked up again after ABSENCE_TTL_SECONDS, as that which has been made meanwhile is to be seen', async () => {
    const { ask, azure, clock, upstream } = await contosoGateway();
    const there = azure.world.resources[0];
    assert.ok(there);
    const id = there.id.replace(/[^/]+$/, 'made-meanwhile');
    const ids = [there.id, id];
    const before = [{ id: there.id }, null];
    assert.deepEqual((await ask(query, { ids })).data.nodes, before);
    azure.putResource({ ...there, id });
    clock.advance(4 * SECOND);
    assert.deepEqual([(await ask(query, { ids })).data.nodes, graph(upstream())], [before, 1]);
    clock.advance(1 * SECOND);
    const both = ids.map((each) => ({ id: each }));
    assert.deepEqual([(await ask(query, { ids })).data.nodes, graph(upstream())], [both, 2]);
    clock.advance(20 * SECOND);
    assert.deepEqual([(await ask(query, { ids })).data.nodes, graph(upstream())], [both, 2]);
  });

  const inFinance: Record<string, (subscription: string) => string> = {
    'one of them': (id) =>
      `{ node(id: "/subscriptions/${id}/resourceGroups/rg-finance/providers/Microsoft.Compute/disks/d") { id } }`,
    'a list of them': (id) =>
      `{ resources(where: { subscriptionIds: ["${id}"] }) { nodes { id } completeness { complete } } }`,
  };
  for (const [what, asked] of Object.entries(inFinance)) {
    it(`are looked up again then, and not before, where the identity may read nothing of their subscription: ${what}`, async () => {
      const { ask, azure, clock, upstream } = await contosoGateway();
      const finance = asked(azure.world.subscriptions[2]?.subscriptionId ?? '');
      const costs = [];
      for (const seconds of [0, 4, 1]) {
        clock.advance(seconds * SECOND);
        assert.equal((await ask(finance)).errors, undefined);
        costs.push(graph(upstream()));
      }
      assert.deepEqual(costs, [1, 1, 2]);
    });
  }

  it('are gone once the identity may read them no more, and are not bridged after', async () => {
    const { ask, azure, clock } = await contosoGateway();
    const ids = [azure.world.resources[0]?.id];
    assert.ok((await ask(query, { ids })).data.nodes[0]);
    clock.advance(100 * SECOND);
    for (const fault of [REFUSED, { status: 501 }]) {
      azure.clearFaults();
      azure.addFault({ service: 'resource-graph', ...fault });
      assert.equal((await ask(query, { ids })).data.nodes[0], null);
      clock.advance(6 * SECOND);
    }
  });

  it('are kept no longer for that than what is there, and not at all where that is not', async () => {
    for (const [ttl, cost] of [
      ['2', 2],
      ['0', 3],
    ] as const) {
      const { ask, azure, clock, upstream } = await contosoGateway(undefined, { env: { INVENTORY_TTL_SECONDS: ttl } });
      const id = azure.world.resources[0]?.id ?? '';
      const ids = [id, id.replace(/[^/]+$/, 'invented')];
      for (const seconds of [0, 1, 2]) {
        clock.advance(seconds * SECOND);
        await ask(query, { ids });
      }
      assert.equal(graph(upstream()), cost);
    }
  });

  it('drive out nothing that is kept, however many names are invented', async () => {
    const { ask, azure, clock, upstream } = await contosoGateway(undefined, {
      env: { CACHE_MEGABYTES: '1', INVENTORY_TTL_SECONDS: '600' },
    });
    const id = azure.world.resources[0]?.id ?? '';
    await ask('{ resourceGroups { name } }');
    for (let nth = 0; nth < 60; nth++) {
      const invented = Array.from({ length: 99 }, (_, name) => id.replace(/[^/]+$/, `invented-${nth}-${name}`));
      assert.equal((await ask(query, { ids: [id, ...invented] })).errors, undefined);
      clock.advance(SECOND / 2);
    }
    const before = upstream().length;
    await ask('{ resourceGroups { id } }');
    assert.deepEqual([graph(upstream()), upstream().length - before], [60, 0]);
  });

  it('are given while Azure is down', async () => {
    const { ask, azure, clock } = await contosoGateway();
    const id = azure.world.resources[0]?.id ?? '';
    const ids = [id, id.replace(/[^/]+$/, 'invented')];
    const { data } = await ask(query, { ids });
    clock.advance(100 * SECOND);
    azure.addFault({ service: 'resource-graph', status: 501 });
    const stale = [{ path: ['nodes'], ageSeconds: 100 }];
    assert.deepEqual(await ask(query, { ids }), { data, extensions: { stale } });
  });
});

/** A gateway on a clock of its own, with contoso's policy; with `t` its file is looked at when the test says so. */
async function contosoGateway(t?: TestContext, asked: Asked = {}) {
  const { more = '', env = {}, ...options } = asked;
  const world = contoso();
  const [clock, policy] = [createManualClock(), [accessPolicy(world), TESTERS, more].join('\n')];
  const file = textFile(policy);
  t?.mock.timers.enable({ apis: ['setInterval'] });
  const gateway = await gatewayOver({ world, clock, env: { ACCESS_POLICY: file, ...env }, ...options });
  return {
    ...gateway,
    clock,
    withdraw(id: string) {
      writeFileSync(file, policy.replace(new RegExp(`@id\\("${id}"\\)[^;]*;`), ''));
      for (let nth = 0; nth < 3; nth++) t?.mock.timers.tick(SECOND);
    },
  };
}

interface Asked extends Pick<GatewayOptions, 'resourceGraphLagInMs' | 'env'> {
  readonly more?: string;
}

const TESTERS = '@id("testers") permit (principal in Role::"Tester", action, resource);';

type World = ReturnType<typeof contoso>;

function sample(world: World) {
  const secret = world.vaults[0]?.secrets.find(({ name }) => name === 'SampleSecret');
  assert.ok(secret);
  return secret;
}

function rotate(world: World, value: string): void {
  const { versions } = sample(world);
  const newest = versions.at(-1);
  assert.ok(newest);
  versions.push({ ...newest, version: value.padEnd(32, '0').replaceAll(/[^0-9a-f]/g, 'a'), value });
}

function changeTags(azure: Awaited<ReturnType<typeof gatewayOver>>['azure'], id: string): void {
  const resource = azure.world.resources.find((each) => each.id === id);
  assert.ok(resource);
  azure.putResource({ ...resource, tags: { changed: 'now' } });
}

const outcomes = (audit: readonly Readonly<Record<string, unknown>>[]) =>
  audit.flatMap(({ outcome }) => (outcome === undefined ? [] : outcome));
