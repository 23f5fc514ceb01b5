import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Fault } from '../emulator/azure.ts';
import { contoso } from '../emulator/contoso.ts';
import { type Faulty, faultyGateway } from './support/fault.ts';
import { codes, NOTHING_KEPT } from './support/gateway.ts';

const GROUPS = '{ resourceGroups { name } }';
const VALUE = '{ secret(name: "SampleSecret") { value } }';
const RESOURCES = '{ resources { totalCount nodes { name } } }';

const QUERIES = { arm: GROUPS, 'key-vault': VALUE, 'resource-graph': RESOURCES } as const;
type Upstream = keyof typeof QUERIES;
const UPSTREAMS = Object.keys(QUERIES) as Upstream[];

interface Row {
  readonly fault: Omit<Fault, 'service'>;
  readonly code: string;
  readonly message: RegExp;
  readonly withinMs: number;
  readonly calls: number;
  /** Whether it is left alone after a few calls, but for one that tries. */
  readonly opensCircuit?: boolean;
}

interface Formed {
  readonly query: string;
  readonly fault: Fault;
}

const circuitsIn = ({ log }: Faulty) => log.flatMap(({ event, circuit }) => (event === 'circuit' ? circuit : []));

/** What befalls each of Azure's services alike. */
const ROWS: Readonly<Record<string, Row>> = {
  'Azure: 500': {
    fault: { status: 500, body: { error: { code: 'InternalServerError', message: 'canary' } } },
    ...{
      code: 'UPSTREAM_UNAVAILABLE',
      message: /answered 500\. Try again in a moment/,
      withinMs: 600,
      calls: 3,
      opensCircuit: true,
    },
  },
  'Azure: 503 with Retry-After 3600': {
    fault: { status: 503, headers: { 'retry-after': '3600' }, body: { error: { code: 'Busy', message: 'canary' } } },
    ...{
      code: 'UPSTREAM_UNAVAILABLE',
      message: /answered 503\. Try again in a moment/,
      withinMs: 0,
      calls: 1,
      opensCircuit: true,
    },
  },
  'Azure: an answer of another content type': {
    fault: { status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>canary</h1>' },
    ...{ code: 'UPSTREAM_UNAVAILABLE', message: /sent an answer that cannot be understood/, withinMs: 0, calls: 1 },
  },
  'network: reset': {
    fault: { reset: true },
    ...{
      code: 'UPSTREAM_UNAVAILABLE',
      message: /cannot be reached\. Try again in a moment/,
      withinMs: 600,
      calls: 3,
      opensCircuit: true,
    },
  },
  'network: accepts and never answers': {
    fault: { hang: true },
    ...{ code: 'UPSTREAM_TIMEOUT', message: /did not answer/, withinMs: 25_000, calls: 1 },
  },
  'network: a body that stalls': {
    fault: { breaksOff: 'hang' },
    ...{ code: 'UPSTREAM_TIMEOUT', message: /did not answer/, withinMs: 25_000, calls: 1 },
  },
  'network: a body that breaks off': {
    fault: { breaksOff: 'reset' },
    ...{ code: 'UPSTREAM_UNAVAILABLE', message: /cannot be reached/, withinMs: 600, calls: 3, opensCircuit: true },
  },
};

for (const [row, { fault, code, message, withinMs, calls, opensCircuit }] of Object.entries(ROWS)) {
  describe(row, () => {
    for (const service of UPSTREAMS) {
      it(`is told as ${code}, ends by itself and leaves the others alone: ${service}`, async () => {
        const gateway = await faultyGateway({ env: NOTHING_KEPT });
        await gateway.ask(QUERIES[service]);
        const others = UPSTREAMS.filter((each) => each !== service);
        gateway.azure.clearCalls();
        gateway.azure.addFault({ service, ...fault });
        const failing = gateway.ask(QUERIES[service]);
        const well = await gateway.timed(Promise.all(others.map((each) => gateway.ask(QUERIES[each]))));
        const { result, tookMs } = await gateway.timed(failing);
        assert.deepEqual([codes(result), well.result.flatMap(codes)], [[code], []]);
        assert.match(result.errors?.[0]?.message ?? '', message);
        assert.ok(tookMs <= withinMs, `${tookMs} ms`);
        assert.equal(gateway.upstream().filter((each) => each === service).length, calls);
        await gateway.assertNothingLeft(result);
      });

      it(`is bridged from memory, secrets excepted: ${service}`, async () => {
        const gateway = await faultyGateway();
        const { data } = await gateway.ask(QUERIES[service]);
        await gateway.pass(100_000);
        gateway.azure.addFault({ service, ...fault });
        const { result, tookMs } = await gateway.timed(gateway.ask(QUERIES[service]));
        const ofSecret = { data: { secret: null }, codes: [code], stale: false };
        const ofEstate = { data, codes: [], stale: true };
        assert.deepEqual(
          { data: result.data, codes: codes(result), stale: 'stale' in (result.extensions ?? {}) },
          service === 'key-vault' ? ofSecret : ofEstate,
        );
        assert.ok(service === 'key-vault' || tookMs <= Math.min(withinMs, 5000), `${tookMs} ms`);
        await gateway.pass(25_000);
        await gateway.assertNothingLeft(result);
      });

      it(`is over a second after its end, however many have waited: ${service}`, async () => {
        const gateway = await faultyGateway();
        gateway.azure.addFault({ service, ...fault });
        const waiting = [];
        for (let nth = 0; nth < 8; nth += 1) {
          waiting.push(gateway.ask(QUERIES[service]));
          await gateway.pass(1500);
        }
        gateway.azure.clearFaults();
        await gateway.pass(1000);
        const { result, tookMs } = await gateway.timed(gateway.ask(QUERIES[service]));
        assert.deepEqual([codes(result), tookMs], [[], 0]);
        const answers = await Promise.all(waiting);
        assert.deepEqual(circuitsIn(gateway), opensCircuit ? ['open', 'closed'] : []);
        await gateway.assertNothingLeft(...answers);
      });
    }
  });
}

describe('Azure: 401 or 403, be it its own or that of something before it', () => {
  const refusals: Readonly<Record<string, Omit<Fault, 'service'>>> = {
    'a 401': { status: 401, body: 'no' },
    'a 403 with a request id': { status: 403, headers: { 'x-ms-request-id': 'r' }, body: { error: { code: 'No' } } },
    'a 403 without one': { status: 403, body: { error: { code: 'No' } } },
    "a proxy's page": { status: 403, headers: { 'content-type': 'text/html' }, body: '<h1>no</h1>' },
  };
  for (const [refusal, fault] of Object.entries(refusals)) {
    for (const service of UPSTREAMS) {
      it(`drops what is kept, and bridges nothing after: ${refusal}, ${service}`, async () => {
        const gateway = await faultyGateway();
        const { data } = await gateway.ask(QUERIES[service]);
        await gateway.pass(50_000);
        gateway.azure.addFault({ service, ...fault });
        assert.deepEqual((await gateway.ask(QUERIES[service])).data, data);
        await gateway.pass(1000);
        gateway.azure.clearFaults();
        gateway.azure.addFault({ service, status: 501 });
        assert.deepEqual(codes(await gateway.ask(QUERIES[service])), ['UPSTREAM_UNAVAILABLE']);
      });
    }
  }
});

describe('Azure: an answer of another form', () => {
  const SECRET = 'https://contoso-vault.vault.azure.net/secrets';
  const NAMES = '{ secret(name: "SampleSecret") { name version } }';
  const version = '0123456789abcdef0123456789abcdef';
  const [{ id: held = '' } = {}] = contoso().resources;
  const row = { id: '/subscriptions/canary', name: 'canary', type: 'canary', subscriptionId: 'canary' };
  const of = (service: Upstream, query: string, bodies: readonly unknown[]) =>
    bodies.map((body): Formed => ({ query, fault: { service, body } }));
  const rows: readonly Formed[] = [
    ...of('key-vault', VALUE, [
      {},
      { value: 'canary' },
      { id: `${SECRET}/SampleSecret/${version}` },
      { id: `${SECRET}/SampleSecret/${version}`, value: 5 },
      { id: `${SECRET}/SampleSecret`, value: 'canary' },
      { id: 'canary', value: 'canary' },
      // Of another secret, of another vault, of a key.
      { id: `${SECRET}/Root-Key/${version}`, value: 'canary' },
      { id: `${SECRET}/SampleSecret2/${version}`, value: 'canary' },
      { id: `https://canary.vault.azure.net/secrets/SampleSecret/${version}`, value: 'canary' },
      { id: `https://contoso-vault.vault.azure.net/keys/SampleSecret/${version}`, value: 'canary' },
    ]),
    ...of('key-vault', `{ secret(name: "SampleSecret", version: "${version}") { value } }`, [
      { id: `${SECRET}/SampleSecret/fedcba9876543210fedcba9876543210`, value: 'canary' },
    ]),
    ...of('key-vault', NAMES, [
      { value: [{ id: 'canary' }] },
      { value: [{ id: `${SECRET}/SampleSecret/` }] },
      { value: [{ id: `${SECRET}/Root-Key/${version}` }] },
    ]),
    ...of('key-vault', '{ secrets { name } }', [
      { value: [{}] },
      { value: [{ id: 'https://canary.vault.azure.net/secrets/SampleSecret' }] },
    ]),
    ...of('resource-graph', RESOURCES, [
      {},
      { data: {} },
      { data: [] },
      { data: [null], totalRecords: 1 },
      { data: [{}], totalRecords: 1 },
      { data: [{ ...row, name: 5 }], totalRecords: 1 },
      { data: [], totalRecords: 0, facets: {} },
    ]),
    ...of('resource-graph', `{ resource(id: "${held}") { name } }`, [{ data: [row] }]),
    {
      query: `{ resource(id: "${held}", maxAgeSeconds: 0) { name } }`,
      fault: { service: 'arm', path: held, body: { id: held } },
    },
  ];
  for (const { query, fault } of rows) {
    it(`is no record, and is not kept: ${query} ${JSON.stringify(fault.body)}`, async () => {
      const gateway = await faultyGateway();
      await gateway.ask('{ secret(name: "Root-Key") { value } }');
      gateway.azure.addFault({ ...fault, times: 1 });
      const { result } = await gateway.timed(gateway.ask(query));
      assert.deepEqual(codes(result), ['UPSTREAM_UNAVAILABLE']);
      assert.match(result.errors?.[0]?.message ?? '', /sent an answer that cannot be understood/);
      await gateway.assertNothingLeft(result);
      assert.deepEqual(codes(await gateway.ask(query)), []);
    });
  }

  it('is not asked for for ever where it is of other ids', async () => {
    const { ask, azure, upstream } = await faultyGateway();
    azure.addFault({ service: 'resource-graph', body: { data: [row], totalRecords: 2 } });
    assert.deepEqual(codes(await ask(`{ resource(id: "${held}") { name } }`)), ['LIMIT_EXCEEDED']);
    assert.deepEqual(upstream(), ['imds', 'resource-graph']);
  });
});

describe('network: accepts and never answers', () => {
  const other = '{ secret(name: "billing-api-key") { name value } }';

  it('keeps the places of a vault from nobody for more than two seconds', async () => {
    const gateway = await faultyGateway({ world: contoso({ secrets: 20 }) });
    await gateway.ask(VALUE);
    gateway.azure.addFault({ service: 'key-vault', path: 'fleet-secret', hang: true });
    const hanging = Array.from({ length: 20 }, (_, nth) =>
      gateway.ask(`{ secret(name: "fleet-secret-${String(nth + 1).padStart(4, '0')}") { value } }`),
    );
    await gateway.pass(0);
    const { result, tookMs } = await gateway.timed(gateway.ask(other));
    assert.deepEqual([codes(result), tookMs <= 2000], [[], true]);
    await gateway.timed(Promise.all(hanging));
    await gateway.assertNothingLeft(result);
  });

  it('keeps nobody from a vault that is asked for the first time for more than two seconds', async () => {
    const gateway = await faultyGateway();
    gateway.azure.addFault({ service: 'key-vault', hang: true, times: 1 });
    const hanging = gateway.ask(VALUE);
    await gateway.pass(0);
    const { result, tookMs } = await gateway.timed(gateway.ask(other));
    assert.deepEqual([codes(result), tookMs], [[], 2000]);
    assert.deepEqual(codes((await gateway.timed(hanging)).result), ['UPSTREAM_TIMEOUT']);
    await gateway.assertNothingLeft(result);
  });

  it('keeps nobody waiting for what is in memory of the estate once it is silent, and is asked again behind', async () => {
    const gateway = await faultyGateway();
    const { data } = await gateway.ask(GROUPS);
    await gateway.pass(100_000);
    gateway.azure.addFault({ service: 'arm', hang: true });
    const before = gateway.requested.length;
    const first = gateway.ask(GROUPS);
    await gateway.pass(2000);
    for (let nth = 0; nth < 3; nth += 1) {
      const { result, tookMs } = await gateway.timed(gateway.ask(GROUPS));
      assert.deepEqual([result.data, tookMs], [data, 0]);
    }
    assert.equal(gateway.requested.length - before, 2);
    gateway.azure.clearFaults();
    await gateway.pass(1000);
    await gateway.ask(GROUPS);
    await gateway.pass(0);
    assert.deepEqual(await gateway.ask(GROUPS), { data });
    assert.equal(gateway.requested.length - before, 3);
    assert.deepEqual((await gateway.timed(first)).result.data, data);
    await gateway.pass(25_000);
    await gateway.assertNothingLeft();
  });

  it('keeps nobody from another vault at all', async () => {
    const gateway = await faultyGateway();
    gateway.azure.addFault({ service: 'key-vault', host: 'contoso-vault.vault.azure.net', hang: true });
    const hanging = Array.from({ length: 20 }, () => gateway.ask(VALUE));
    await gateway.pass(0);
    const payments = '{ secret(vault: "contoso-payments", name: "payments-gateway-token") { value } }';
    const { result, tookMs } = await gateway.timed(gateway.ask(payments));
    assert.deepEqual([codes(result), tookMs], [[], 0]);
    await gateway.timed(Promise.all(hanging));
    await gateway.assertNothingLeft(result);
  });
});
