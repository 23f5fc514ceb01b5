import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { buildSchema, getIntrospectionQuery, parse } from 'graphql';
import { measure } from '../src/graphql/measure.ts';
import type { HttpResponse } from '../src/http.ts';
import { createRate } from '../src/rate.ts';
import { arrival, codes, type Gateway, gatewayOver, TESTER } from './support/gateway.ts';

const many = (count: number, part: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => part(index)).join(' ');
const nested = (levels: number) => `${'{ resourceGroups { subscription '.repeat(levels)}{ id }${' } }'.repeat(levels)}`;
const internalErrors = (log: Gateway['log']) => log.filter(({ event }) => event === 'internal-error');
const secretValue = (index: number) => `s${index}: secret(name: "secret-${index}") { value }`;

describe('a harvest or an abuse', () => {
  const abuses: Record<string, [query: string, code: string]> = {
    aliases: [`{ ${many(101, (index) => `a${index}: __typename`)} }`, 'LIMIT_EXCEEDED'],
    values: [`{ ${many(51, secretValue)} }`, 'LIMIT_EXCEEDED'],
    'values in one secret': [`{ secret(name: "a") { ${many(51, (index) => `v${index}: value`)} } }`, 'LIMIT_EXCEEDED'],
    'values by a fragment that is spread again and again': [
      `{ ${many(51, (index) => `s${index}: secret(name: "secret-${index}") { ...f }`)} } fragment f on Secret { value }`,
      'LIMIT_EXCEEDED',
    ],
    'values by fragments of fragments': [
      `{ secret(name: "a") { ...f0 } } ${many(10, (index) => `fragment f${index} on Secret { ...f${index + 1} ...f${index + 1} }`)} fragment f10 on Secret { value }`,
      'LIMIT_EXCEEDED',
    ],
    'a fragment bomb': [
      `{ subscriptions { ...f0 } } ${many(25, (index) => `fragment f${index} on AzureSubscription { a: resourceGroups { subscription { ...f${index + 1} } } b: resourceGroups { subscription { ...f${index + 1} } } }`)} fragment f25 on AzureSubscription { id }`,
      'LIMIT_EXCEEDED',
    ],
    depth: [`query ${nested(7).replace('{ resourceGroups', '{ subscriptions { resourceGroups')} }`, 'LIMIT_EXCEEDED'],
    tokens: [`{ ${many(2001, () => '__typename')} }`, 'LIMIT_EXCEEDED'],
    directives: [`{ __typename ${many(51, () => '@skip(if: false)')} }`, 'LIMIT_EXCEEDED'],
    'directives on a fragment and on variables': [
      `query ($a: Int @x) { ...f } fragment f on Query ${many(50, () => '@x')} { __typename }`,
      'LIMIT_EXCEEDED',
    ],
    'fields side by side': [`{ subscriptions { ${many(201, () => 'id')} } }`, 'LIMIT_EXCEEDED'],
    'fields side by side where nobody spreads them': [
      `{ __typename } fragment f on AzureSubscription { ${many(201, () => 'id')} }`,
      'LIMIT_EXCEEDED',
    ],
    'a fragment that spreads itself': [
      '{ secret(name: "a") { ...f } } fragment f on Secret { ...f }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    'fragments that spread each other': [
      '{ secret(name: "a") { ...f } } fragment f on Secret { ...g } fragment g on Secret { ...f }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
  };
  for (const [what, [query, code]] of Object.entries(abuses)) {
    it(`is refused as ${code}, and costs nothing: ${what}`, async () => {
      const { ask, upstream } = await gatewayOver();
      const answer = await ask(query);
      assert.deepEqual([...new Set(codes(answer))], [code]);
      assert.equal(answer.data, undefined);
      assert.deepEqual(upstream(), []);
    });
  }

  it('is refused where it is too deep to be read, though its tokens are few enough', async () => {
    const { ask } = await gatewayOver({ env: { MAX_TOKENS: '100000' } });
    const answer = await ask(`${many(20_000, () => '{a')}${'}'.repeat(20_000)}`);
    assert.deepEqual(codes(answer), ['LIMIT_EXCEEDED']);
  });

  // As deep as JSON.stringify goes.
  const DEEP = 2000;
  const deep: Record<string, [query: string, part: string, end: string]> = {
    'a list': ['query ($x: [ID!]!) { nodes(ids: $x) { id } }', '[', ']'],
    'an id': ['query ($x: ID!) { resource(id: $x) { id } }', '{"id":', '}'],
    'where.not': ['query ($x: ResourceFilter) { resources(where: $x) { totalCount } }', '{"not":', '}'],
    'where.and': ['query ($x: ResourceFilter) { resources(where: $x) { totalCount } }', '{"and":[', ']}'],
    'where.or below the root': [
      'query ($x: ResourceFilter) { resourceGroups { resources(where: $x) { totalCount } } }',
      '{"or":[',
      ']}',
    ],
    'one of several conditions': [
      'query ($x: [ResourceFilter!]) { resources(where: { and: $x }) { totalCount } }',
      '[{"not":{"types":["a/b"]}},{"and":',
      '}]',
    ],
    'a filter by tag': ['query ($x: TagFilter) { resourceGroups(where: { tag: $x }) { id } }', '{"key":', '}'],
    'a place in a filter': [
      'query ($x: String!) { resources(where: { name: { equals: $x } }) { totalCount } }',
      '[',
      ']',
    ],
  };
  for (const [what, [query, part, end]] of Object.entries(deep)) {
    for (const caller of [TESTER, null]) {
      it(`is LIMIT_EXCEEDED where a variable is nested ${DEEP} levels deep: ${what}, ${caller ?? 'anonymous'}`, async () => {
        const { askAs, log, upstream } = await gatewayOver();
        const answer = await askAs(caller, query, { x: JSON.parse(`${part.repeat(DEEP)}null${end.repeat(DEEP)}`) });
        assert.deepEqual([codes(answer), upstream()], [['LIMIT_EXCEEDED'], []]);
        assert.deepEqual(internalErrors(log), []);
      });
    }

    it(`is never INTERNAL, at any depth: ${what}`, async () => {
      const { ask, log, upstream } = await gatewayOver();
      for (const levels of [11, 30, 31, 32, 33, 62, 63, 64, 65]) {
        const answer = await ask(query, { x: JSON.parse(`${part.repeat(levels)}null${end.repeat(levels)}`) });
        assert.match(codes(answer).join(), /^(BAD_USER_INPUT,?)+$|^LIMIT_EXCEEDED$/);
      }
      assert.deepEqual([internalErrors(log), upstream()], [[], []]);
    });
  }

  it('is answered as without them where variables are deep that it does not declare', async () => {
    const { app, authorizationOf, log } = await gatewayOver();
    const list = '['.repeat(100_000) + ']'.repeat(100_000);
    const body = `{ "query": "{ resourceGroups { name } }", "variables": { "x": ${list} } }`;
    const headers = { 'content-type': 'application/json', authorization: await authorizationOf(TESTER) };
    const request = () => new Request('https://gateway.test/graphql', { method: 'POST', headers, body });
    const answers = [await app(request()), await app(request())];
    assert.deepEqual([answers.map(({ status }) => status), internalErrors(log)], [[200, 200], []]);
  });

  it('is told which limit, how much and by which setting', async () => {
    const { ask } = await gatewayOver();
    const { errors } = await ask(`{ ${many(51, secretValue)} }`);
    assert.equal(
      errors?.[0]?.message,
      'The operation asks for 51 secret values, and 50 are allowed (MAX_SECRETS). Ask for less at a time.',
    );
  });

  it('is counted without expanding it', () => {
    const schema = buildSchema('type Query { q: Query x: Int }');
    const bomb = `{ ...f0 } ${many(60, (index) => `fragment f${index} on Query { ...f${index + 1} ...f${index + 1} }`)} fragment f60 on Query { a: x }`;
    assert.equal(measure(schema, parse(bomb)).aliases, 2 ** 60);
  });
});

describe('what stays within the limits', () => {
  it('is answered: 50 values', async () => {
    const { ask } = await gatewayOver();
    const { data, errors } = await ask(`{ ${many(50, secretValue)} }`);
    assert.equal(errors, undefined);
    assert.equal(Object.keys(data).length, 50);
  });

  it('does not count the value of a tag for a secret one', async () => {
    const { ask } = await gatewayOver({ env: { MAX_SECRETS: '0' } });
    assert.equal((await ask('{ resourceGroups { tags { value } } }')).errors, undefined);
  });

  it('is introspection, as deep as GraphiQL goes', async () => {
    const { ask } = await gatewayOver();
    const { data, errors } = await ask(getIntrospectionQuery());
    assert.equal(errors, undefined);
    assert.ok(data.__schema.types.length > 20);
  });
});

describe('the schema', () => {
  const looks = {
    directly: '{ __schema { types { name } } }',
    'by name': '{ __type(name: "Secret") { name } }',
    'through a fragment': '{ ...f } fragment f on Query { x: __schema { types { name } } }',
    'through an inline fragment': '{ ... on Query { ... { __type(name: "Secret") { name } } } }',
  };
  for (const [how, query] of Object.entries(looks)) {
    it(`is not shown to anonymous where EXPLORER is off: ${how}`, async () => {
      const { askAs } = await gatewayOver({ env: { EXPLORER: 'off' } });
      assert.deepEqual(codes(await askAs(null, query)), ['UNAUTHENTICATED']);
      assert.equal((await askAs(TESTER, query)).errors, undefined);
    });
  }

  it('is shown to anonymous where EXPLORER is on', async () => {
    const { askAs } = await gatewayOver({ env: { EXPLORER: 'on' } });
    assert.equal((await askAs(null, looks.directly)).errors, undefined);
  });

  it('is not guessed at in errors', async () => {
    const { ask } = await gatewayOver();
    for (const query of [
      '{ resourceGroup { nam } }',
      '{ secret(nam: "x") { valu } }',
      '{ viewer { can(action: readEstat, resource: "x") { allowed } } }',
    ]) {
      assert.doesNotMatch(JSON.stringify(await ask(query)), /did you mean/i);
    }
  });

  it('has errors that quote no literal', async () => {
    const { ask } = await gatewayOver();
    const queries = [
      '{ secret(name: 4711) { value } }',
      '{ secret(name: ["canary"]) { value } }',
      '{ viewer { can(action: "canary", resource: "x") { allowed } } }',
      '{ resourceGroups(where: "canary") { name } }',
      '{ secret(name: "x") "canary" }',
      '{ secret(name: "x") { value @include(if: "canary") } }',
    ];
    for (const query of queries) assert.doesNotMatch(JSON.stringify((await ask(query)).errors), /canary|4711/, query);
  });
});

describe('a secret value', () => {
  for (const query of [
    '{ secret(name: "SampleSecret") { value } }',
    '{ secret(name: "SampleSecret") { ...f } } fragment f on Secret { x: value }',
    'query ($no: Boolean = false) { secret(name: "SampleSecret") { name value @include(if: $no) } }',
  ]) {
    it(`is not answered to GET: ${query}`, async () => {
      const { app, authorizationOf, upstream } = await gatewayOver();
      const url = `https://gateway.test/graphql?query=${encodeURIComponent(query)}`;
      const response = await app(new Request(url, { headers: { authorization: await authorizationOf(TESTER) } }));
      assert.deepEqual([response.status, response.headers.get('allow')], [405, 'POST']);
      assert.deepEqual(upstream(), []);
    });
  }
});

describe('a caller', () => {
  it('is RATE_LIMITED beyond its requests a minute, and others are not', async () => {
    const { app, askAs, authorizationOf } = await gatewayOver({ env: { RATE_LIMIT_PER_MINUTE: '3' } });
    const authorization = await authorizationOf('Ada');
    const ask = () => app(post('{ viewer { id } }', { authorization }));
    const statuses = [];
    for (let turn = 0; turn < 4; turn++) statuses.push((await ask()).status);
    const refused = await ask();
    assert.deepEqual(statuses, [200, 200, 200, 429]);
    assert.equal(refused.headers.get('retry-after'), '20');
    assert.deepEqual((await refused.json()).errors[0].extensions, { code: 'RATE_LIMITED', retryAfterSeconds: 20 });
    assert.equal((await askAs('Auditor', '{ viewer { id } }')).errors, undefined);
  });

  it('has its requests back as the minute passes', () => {
    let now = 0;
    const rate = createRate(60, () => now);
    for (let request = 0; request < 60; request++) assert.deepEqual(rate.take('a'), {});
    assert.deepEqual(rate.take('a'), { retryAfterSeconds: 1 });
    now += 2000;
    assert.deepEqual([rate.take('a'), rate.take('a'), rate.take('a')], [{}, {}, { retryAfterSeconds: 1 }]);
  });
});

describe('the rate of a caller', () => {
  it('does not mind a clock that is set back', ({ mock }) => {
    mock.timers.enable({ apis: ['Date'], now: 3_600_000 });
    const rate = createRate(60);
    rate.take('a');
    mock.timers.setTime(0);
    assert.deepEqual(rate.take('a'), {});
  });
});

describe('the gateway with MAX_IN_FLIGHT under way', () => {
  it('is OVERLOADED, says when to come back, and is not when they are done', async () => {
    const { app, azure, authorizationOf } = await gatewayOver({ env: { MAX_IN_FLIGHT: '1' } });
    const headers = { authorization: await authorizationOf(TESTER) };
    const held = heldAtArm(azure);
    const first = app(post('{ resourceGroups { name } }', headers));
    await held.arrived;
    const second = await app(post('{ viewer { id } }', headers));
    held.release();
    assert.deepEqual([second.status, second.headers.get('retry-after')], [503, '1']);
    assert.deepEqual((await second.json()).errors[0].extensions, { code: 'OVERLOADED', retryAfterSeconds: 1 });
    assert.equal((await first).status, 200);
    assert.equal((await app(post('{ viewer { id } }', headers))).status, 200);
  });
});

describe('one caller', () => {
  const stalled = (headers: Readonly<Record<string, string>>) => ({
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: new ReadableStream(),
    duplex: 'half',
  });
  const send = ({ app }: Gateway, init: object) =>
    app(new Request('https://gateway.test/graphql', init as RequestInit));

  for (const [caller, places] of [
    [null, 10],
    ['Ada', 18],
  ] as const) {
    it(`holds ${places} of 20 places at the most, by bodies that never end: ${caller ?? 'anonymous'}`, async () => {
      const gateway = await gatewayOver({ env: { MAX_IN_FLIGHT: '20' } });
      const headers = caller === null ? {} : { authorization: await gateway.authorizationOf(caller) };
      void Promise.all(Array.from({ length: places - 1 }, () => send(gateway, stalled(headers))));
      await new Promise(setImmediate);
      assert.equal((await gateway.app(post('{ viewer { id } }', headers))).status, 200);
      void send(gateway, stalled(headers));
      await new Promise(setImmediate);
      assert.equal((await gateway.app(post('{ viewer { id } }', headers))).status, 503);
      assert.equal((await gateway.askAs(TESTER, '{ viewer { id } }')).errors, undefined);
    });
  }

  it('sends no more bodies at a time than there is memory for', async () => {
    const gateway = await gatewayOver({ env: { MAX_BODY_BYTES: '8000000' } });
    const length = { 'content-length': '8000000' };
    void Promise.all([send(gateway, stalled(length)), send(gateway, stalled(length))]);
    await new Promise(setImmediate);
    const { errors } = await gateway.askAs(TESTER, '{ viewer { id } }');
    assert.deepEqual(errors?.[0]?.extensions, { code: 'OVERLOADED', retryAfterSeconds: 1 });
  });
});

describe('another origin', () => {
  const preflight = (origin: string) =>
    new Request('https://gateway.test/graphql', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
  const allowed = ({ headers }: HttpResponse) => headers.get('access-control-allow-origin');

  it('is not let in unless it is listed', async () => {
    const { app } = await gatewayOver();
    const response = await app(preflight('https://portal.example'));
    assert.deepEqual([response.status, allowed(response)], [405, null]);
  });

  it('is let in exactly as it is listed, and told apart by caches', async () => {
    const { app } = await gatewayOver({ env: { CORS_ORIGINS: 'https://portal.example' } });
    const [listed, other] = [
      await app(preflight('https://portal.example')),
      await app(preflight('https://portal.example.evil')),
    ];
    assert.deepEqual([listed.status, allowed(listed)], [204, 'https://portal.example']);
    assert.equal(
      listed.headers.get('access-control-allow-headers'),
      'authorization, content-type, x-explain, x-request-id',
    );
    assert.equal(listed.headers.get('vary'), 'Origin');
    assert.equal(allowed(other), null);
    const answer = await app(post('{ viewer { id } }', { origin: 'https://portal.example' }));
    assert.deepEqual([answer.status, allowed(answer)], [200, 'https://portal.example']);
  });
});

function post(query: string, headers: Record<string, string>): Request {
  const body = JSON.stringify({ query });
  return new Request('https://gateway.test/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

function heldAtArm(azure: Gateway['azure']) {
  const arrived = arrival(azure, (url) => url.includes('management.azure.com'));
  const { promise, resolve: release } = Promise.withResolvers<void>();
  const { fetch } = azure;
  azure.fetch = async (request) => {
    const answer = fetch(request);
    if (request.url.includes('management.azure.com')) await promise;
    return answer;
  };
  return { arrived, release };
}
