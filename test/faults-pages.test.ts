import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Fault } from '../emulator/azure.ts';
import { contoso } from '../emulator/contoso.ts';
import { type Faulty, faultyGateway } from './support/fault.ts';
import { type Answer, codes, NOTHING_KEPT, names } from './support/gateway.ts';

const GROUPS = '{ resourceGroups { name } }';
const SECRETS = '{ secrets { name } }';
const JSON_TYPE = { 'content-type': 'application/json' };

describe('Azure: an answer of another content type', () => {
  const answers: Readonly<Record<string, Omit<Fault, 'service'>>> = {
    "a proxy's page": { body: '<h1>canary</h1>', headers: { 'content-type': 'text/html' } },
    nothing: { status: 200 },
    'JSON that is no object': { body: '["canary"]', headers: JSON_TYPE },
    'an object of somebody else': { body: { canary: 1 } },
    'a list of nothing': { body: { value: [{}] } },
  };
  for (const [what, fault] of Object.entries(answers)) {
    it(`is no record, no empty list and no sign that a thing does not exist: ${what}`, async () => {
      const gateway = await faultyGateway({ env: NOTHING_KEPT });
      await gateway.ask('{ resourceGroups { name } secrets { name } }');
      for (const service of ['arm', 'key-vault', 'resource-graph'] as const)
        gateway.azure.addFault({ service, ...fault });
      for (const query of readsOf(gateway)) {
        const { result } = await gateway.timed(gateway.ask(query));
        assert.deepEqual([query, codes(result)], [query, ['UPSTREAM_UNAVAILABLE']]);
      }
      await gateway.assertNothingLeft();
    });
  }
});

/** Each kind of read. */
function readsOf({ azure }: Faulty): string[] {
  const { id } = azure.world.resources[0] ?? {};
  return [
    ...['resourceGroups { name }', 'resourceGroup(name: "rg-aks-prod") { name }', 'subscriptions { id }'],
    ...['secrets { name }', 'secret(name: "SampleSecret") { value }', 'secret(name: "SampleSecret") { name }'],
    ...['resources { totalCount }', `resource(id: "${id}") { name }`, `nodes(ids: ["${id}"]) { id }`],
    ...[
      `resource(id: "${id}", maxAgeSeconds: 0) { name }`,
      'secretsExpiring(before: "2099-01-01T00:00:00Z") { totalCount }',
    ],
  ].map((field) => `{ ${field} }`);
}

describe('Azure: a page that fails after two good ones', () => {
  const pages: Readonly<Record<string, { service: Fault['service']; query: string; path: string }>> = {
    arm: { service: 'arm', query: GROUPS, path: '?skiptoken' },
    'key-vault': { service: 'key-vault', query: SECRETS, path: '?skiptoken' },
  };
  for (const [name, { service, query, path }] of Object.entries(pages)) {
    for (const fault of [{ status: 500 }, { status: 429, headers: { 'retry-after': '30' } }, { reset: true }]) {
      it(`is never a short list, and is read whole a second after: ${name}, ${JSON.stringify(fault)}`, async () => {
        const gateway = await faultyGateway({ world: contoso({ secrets: 60 }), pageSize: 2, env: NOTHING_KEPT });
        const whole = await gateway.ask(query);
        failThirdPage(gateway, { service, path, ...fault });
        const { result } = await gateway.timed(gateway.ask(query));
        const field = query.split(' ')[1] ?? '';
        assert.deepEqual([result.data, codes(result)], [{ [field]: null }, [codeOf(fault)]]);
        gateway.azure.clearFaults();
        await gateway.pass('headers' in fault ? 30_000 : 1000);
        assert.deepEqual((await gateway.timed(gateway.ask(query))).result, whole);
        await gateway.assertNothingLeft(result);
      });
    }
  }
});

const codeOf = (fault: { status?: number }): string => (fault.status === 429 ? 'THROTTLED' : 'UPSTREAM_UNAVAILABLE');

function failThirdPage({ azure }: Faulty, fault: Fault): void {
  const { fetch } = azure;
  let pages = 0;
  azure.fetch = (request) => {
    const isOne = request.url.includes('skiptoken');
    pages += isOne ? 1 : 0;
    if (isOne && pages === 2) azure.addFault(fault);
    return fetch(request);
  };
}

describe('Azure: one of several subscriptions fails', () => {
  const [, { subscriptionId = '' } = {}] = contoso().subscriptions;
  const GROUP_IDS = '{ resourceGroups { id } }';
  const EXPIRING =
    '{ secretsExpiring(before: "2099-01-01T00:00:00Z") { totalCount completeness { missing { scope code } } } }';
  const failing = async (fault: Omit<Fault, 'service' | 'path'>) => {
    const gateway = await faultyGateway({ env: { ...NOTHING_KEPT, AZURE_SUBSCRIPTION_ID: '' } });
    const whole = await gateway.ask(GROUP_IDS);
    gateway.azure.addFault({ service: 'arm', path: `/subscriptions/${subscriptionId}`, ...fault });
    return { ...gateway, whole };
  };

  const throttled = { status: 429, headers: { 'retry-after': '30' } };
  for (const fault of [{ status: 500 }, { reset: true }, { body: '<h1>canary</h1>' }, throttled]) {
    it(`is named, and the others are answered: ${JSON.stringify(fault)}`, async () => {
      const gateway = await failing(fault);
      const { result } = await gateway.timed(gateway.ask(GROUP_IDS));
      const others = gateway.whole.data.resourceGroups.filter(({ id }: { id: string }) => !id.includes(subscriptionId));
      assert.ok(others.length > 0);
      assert.deepEqual([result.data.resourceGroups, codes(result)], [others, [codeOf(fault)]]);
      assert.match(result.errors?.[0]?.message ?? '', new RegExp(`^The groups of subscription ${subscriptionId} are`));
      const { result: expiring } = await gateway.timed(gateway.ask(EXPIRING));
      const missing = { scope: `/subscriptions/${subscriptionId}`, code: codeOf(fault) };
      assert.ok(expiring.data.secretsExpiring.totalCount > 0);
      assert.deepEqual(
        expiring.data.secretsExpiring.completeness.missing.filter(({ scope }: { scope: string }) =>
          scope.startsWith('/'),
        ),
        [missing],
      );
      gateway.azure.clearFaults();
      await gateway.pass(fault === throttled ? 30_000 : 1000);
      assert.deepEqual((await gateway.timed(gateway.ask(GROUP_IDS))).result, gateway.whole);
      await gateway.assertNothingLeft(result, expiring);
    });
  }

  it('is as long as Azure said left alone by the next who ask, and missing as before', async () => {
    const gateway = await failing(throttled);
    const { result } = await gateway.timed(gateway.ask(GROUP_IDS));
    await gateway.pass(4000);
    const asked = () => gateway.requested.filter(({ pathname }) => pathname.includes(subscriptionId)).length;
    const before = asked();
    const { result: again } = await gateway.timed(gateway.ask(GROUP_IDS));
    assert.deepEqual([again.data, asked()], [result.data, before]);
    const told = { code: 'THROTTLED', retryAfterSeconds: 26 };
    assert.deepEqual(
      again.errors?.map(({ extensions }) => extensions),
      [told],
    );
    await gateway.assertNothingLeft(again);
  });
});

describe('Azure: one of several subscriptions never answers', () => {
  const [PRODUCTION, { subscriptionId = '' } = {}] = contoso().subscriptions;
  const REQUEST_MS = 25_000;
  const GROUPS_AND_RESOURCES = 'resourceGroups { id resources(first: 1) { totalCount } }';
  const silent = async (...subscriptions: readonly string[]) => {
    const gateway = await faultyGateway({ env: { ...NOTHING_KEPT, AZURE_SUBSCRIPTION_ID: '' } });
    await gateway.ask(GROUPS);
    for (const each of subscriptions)
      gateway.azure.addFault({ service: 'arm', path: `/subscriptions/${each}`, hang: true });
    return gateway;
  };

  it('is named when half of the time is over; the other half is for what is below the others', async () => {
    const gateway = await silent(subscriptionId);
    const { result, tookMs } = await gateway.timed(gateway.ask(`{ ${GROUPS_AND_RESOURCES} }`));
    const groups: readonly { id: string; resources: { totalCount: number } }[] = result.data.resourceGroups;
    assert.ok(groups.some(({ resources }) => resources.totalCount > 0));
    assert.ok(groups.every(({ id }) => id.startsWith(`/subscriptions/${PRODUCTION?.subscriptionId}/`)));
    assert.deepEqual([codes(result), tookMs], [['UPSTREAM_TIMEOUT'], REQUEST_MS / 2]);
    assert.match(result.errors?.[0]?.message ?? '', new RegExp(`^The groups of subscription ${subscriptionId} are`));
    await gateway.assertNothingLeft(result);
  });

  it('is named in completeness then, and the vaults of the others are read', async () => {
    const gateway = await silent(subscriptionId);
    const completeness = 'completeness { missing { scope code } }';
    const query = `{ secretsExpiring(before: "2099-01-01T00:00:00Z") { totalCount ${completeness} } }`;
    const { result, tookMs } = await gateway.timed(gateway.ask(query));
    const missing = [{ scope: `/subscriptions/${subscriptionId}`, code: 'UPSTREAM_TIMEOUT' }];
    const { totalCount, completeness: told } = result.data.secretsExpiring;
    assert.deepEqual([totalCount > 0, told, tookMs], [true, { missing }, REQUEST_MS / 2]);
    await gateway.assertNothingLeft(result);
  });

  it('is waited for to the end where nobody else has answered, or nobody else was asked', async () => {
    const gateway = await silent(subscriptionId, PRODUCTION?.subscriptionId ?? '');
    for (const scope of ['', `(subscriptionId: "${subscriptionId}")`]) {
      const { result, tookMs } = await gateway.timed(gateway.ask(`{ resourceGroups${scope} { id } }`));
      assert.deepEqual([result.data, codes(result)], [{ resourceGroups: null }, ['UPSTREAM_TIMEOUT']]);
      assert.equal(tookMs, REQUEST_MS);
    }
    await gateway.assertNothingLeft();
  });
});

describe('Azure: a nextLink to a foreign host', () => {
  for (const [service, query] of [
    ['arm', GROUPS],
    ['key-vault', SECRETS],
  ] as const) {
    for (const nextLink of [
      'https://contoso-payments.vault.azure.net/secrets?api-version=7.4',
      'https://management.azure.com.evil.test/secrets?api-version=7.4',
      'https://management.azure.com:444/secrets?api-version=7.4',
      'http://management.azure.com/subscriptions?api-version=2022-12-01',
      'http://contoso-vault.vault.azure.net/secrets?api-version=7.4',
      'ftp://management.azure.com/subscriptions',
      '//evil.test/secrets',
      'secrets?api-version=7.4',
      'canary',
      42,
    ])
      it(`is not followed, and nothing is sent there: ${service} to ${nextLink}`, async () => {
        const gateway = await faultyGateway({ env: NOTHING_KEPT });
        await gateway.ask(query);
        const hosts = hostsAskedBy(gateway);
        const before = gateway.requested.length;
        gateway.azure.addFault({ service, body: { value: [], nextLink }, headers: JSON_TYPE, times: 1 });
        const { result, tookMs } = await gateway.timed(gateway.ask(query));
        assert.deepEqual([codes(result), tookMs], [['UPSTREAM_UNAVAILABLE'], 0]);
        assert.deepEqual([hosts.size, gateway.requested.length - before], [1, 1]);
        assert.equal((await gateway.timed(gateway.ask(query))).result.errors, undefined);
        await gateway.assertNothingLeft(result);
      });
  }
});

describe('Azure: a redirect to a foreign host', () => {
  for (const [service, query] of [
    ['arm', GROUPS],
    ['resource-graph', '{ resources(first: 1) { nodes { name } } }'],
    ['key-vault', SECRETS],
  ] as const) {
    for (const location of [
      'https://contoso-payments.vault.azure.net/secrets?api-version=7.4',
      'https://management.azure.com.evil.test/subscriptions?api-version=2022-12-01',
    ])
      for (const status of [302, 307])
        it(`is not followed, and nothing is sent there: ${service}, ${status} to ${location}`, async () => {
          const gateway = await faultyGateway({ env: NOTHING_KEPT });
          await gateway.ask(query);
          const before = gateway.requested.length;
          gateway.azure.addFault({ service, status, headers: { location }, times: 1 });
          const { result } = await gateway.timed(gateway.ask(query));
          assert.deepEqual(codes(result), ['UPSTREAM_UNAVAILABLE']);
          assert.equal(gateway.requested.length - before, 1);
          assert.equal((await gateway.timed(gateway.ask(query))).result.errors, undefined);
          await gateway.assertNothingLeft(result);
        });
  }
});

function hostsAskedBy({ azure }: Faulty): ReadonlySet<string> {
  const hosts = new Set<string>();
  const { fetch } = azure;
  azure.fetch = (request) => {
    hosts.add(new URL(request.url).host);
    return fetch(request);
  };
  return hosts;
}

describe('Azure: Resource Graph cuts its answer off', () => {
  const connection = (fields = '') => `{ resources(first: 50) { nodes { name } ${fields} } }`;
  const LACK = connection('completeness { complete missing { scope code } }');
  const missing = [{ scope: '/', code: 'LIMIT_EXCEEDED' }];

  it('is told where it happens, to all who wait, and is whole again with the next read', async () => {
    const gateway = await faultyGateway();
    gateway.azure.addFault({ service: 'resource-graph', truncateTo: 2, times: 1 });
    const { result: cut } = await gateway.timed(Promise.all([LACK, LACK].map((query) => gateway.ask(query))));
    for (const { data, errors } of cut) {
      assert.equal(errors, undefined);
      assert.deepEqual([data.resources.nodes.length, data.resources.completeness], [2, { complete: false, missing }]);
    }
    const { result: whole } = await gateway.timed(gateway.ask(LACK));
    assert.ok(whole.data.resources.nodes.length > 2);
    assert.equal(whole.data.resources.completeness.complete, true);
    assert.deepEqual(
      [await gateway.ask(LACK), gateway.upstream()],
      [whole, ['imds', 'resource-graph', 'resource-graph']],
    );
    await gateway.assertNothingLeft(whole);
  });

  it('is told beside the answer to who does not ask for completeness, of one level and of each parent', async () => {
    const gateway = await faultyGateway();
    gateway.azure.addFault({ service: 'resource-graph', truncateTo: 2 });
    const parents = '{ subscriptions { resources(first: 1) { nodes { name } } } }';
    const [{ result: one }, { result: many }] = [
      await gateway.timed(gateway.ask(connection())),
      await gateway.timed(gateway.ask(parents)),
    ];
    assert.deepEqual([one.data.resources.nodes.length, lacking(one)], [2, ['LIMIT_EXCEEDED resources']]);
    const paths = many.data.subscriptions.map(
      (_: unknown, nth: number) => `LIMIT_EXCEEDED subscriptions.${nth}.resources`,
    );
    assert.deepEqual(lacking(many), paths);
    assert.match(one.errors?.[0]?.message ?? '', /left rows out \(resultTruncated\)\. They are on the next page/);
    gateway.azure.clearFaults();
    for (const query of [connection(), parents]) {
      assert.deepEqual(lacking((await gateway.timed(gateway.ask(query))).result), []);
    }
  });

  it('leads on where there is a cursor, and nowhere where no row has come', async () => {
    const gateway = await faultyGateway();
    const query =
      'query ($after: String) { resources(first: 50, after: $after) { nodes { name } totalCount pageInfo { hasNextPage endCursor } completeness { missing { message } } } }';
    gateway.azure.addFault({ service: 'resource-graph', truncateTo: 2, times: 1 });
    const { resources: cut } = (await gateway.timed(gateway.ask(query))).result.data;
    assert.equal(cut.pageInfo.hasNextPage, true);
    const next = (await gateway.timed(gateway.ask(query, { after: cut.pageInfo.endCursor }))).result.data.resources;
    assert.equal(next.nodes.length, Math.min(50, cut.totalCount - 2));
    gateway.azure.addFault({ service: 'resource-graph', truncateTo: 0 });
    const fresh = query.replace('first: 50', 'first: 49');
    const { resources: none } = (await gateway.timed(gateway.ask(fresh))).result.data;
    assert.deepEqual([none.nodes, none.pageInfo], [[], { hasNextPage: false, endCursor: null }]);
    assert.match(none.completeness.missing[0].message, /left rows out \(resultTruncated\)\. Try again/);
  });

  it('takes nothing of what is kept from the others', async () => {
    const gateway = await faultyGateway();
    const whole = await gateway.ask(LACK);
    await gateway.pass(1000);
    gateway.azure.addFault({ service: 'resource-graph', truncateTo: 2, times: 1 });
    const fresh = LACK.replace('first: 50', 'first: 50, maxAgeSeconds: 0');
    const { result } = await gateway.timed(gateway.ask(fresh));
    assert.equal(result.data.resources.completeness.complete, false);
    // In other words, so that it is not the kept bytes that answer.
    const other = await gateway.ask(LACK.replace('name', 'name __typename'));
    assert.deepEqual(names(other.data.resources.nodes), names(whole.data.resources.nodes));
    assert.equal(gateway.upstream().filter((each) => each === 'resource-graph').length, 2);
  });
});

describe('Azure: Resource Graph finds its answer too large', () => {
  const body = { error: { code: 'BadRequest', details: [{ code: 'ResponsePayloadTooLarge', message: 'canary' }] } };
  const tooLarge = { status: 400, headers: { 'x-ms-request-id': 'r' }, body };
  const query = '{ resources(first: 8) { nodes { name } } }';

  it('is asked for less at a time, until it fits', async () => {
    const gateway = await faultyGateway({ env: NOTHING_KEPT });
    gateway.azure.addFault({ service: 'resource-graph', ...tooLarge, times: 1 });
    const { result } = await gateway.timed(gateway.ask(query));
    assert.deepEqual([codes(result), result.data.resources.nodes.length], [[], 2]);
    await gateway.assertNothingLeft(result);
  });

  it('is told with what to ask instead where one row is too much, and is well after', async () => {
    const gateway = await faultyGateway({ env: NOTHING_KEPT });
    gateway.azure.addFault({ service: 'resource-graph', ...tooLarge });
    const { result, tookMs } = await gateway.timed(gateway.ask(query));
    assert.deepEqual([codes(result), tookMs], [['LIMIT_EXCEEDED'], 0]);
    gateway.azure.clearFaults();
    assert.equal((await gateway.timed(gateway.ask(query))).result.errors, undefined);
    await gateway.assertNothingLeft(result);
  });
});

const lacking = ({ errors = [] }: Answer): string[] =>
  errors.map(({ path, extensions }) => `${extensions.code} ${path?.join('.')}`);
