import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { type GraphQLObjectType, getNullableType, isObjectType } from 'graphql';
import type { Fault } from '../emulator/azure.ts';
import { contoso } from '../emulator/contoso.ts';
import { RESOURCE_TYPES } from '../src/graphql/resource-types.ts';
import { createSchema } from '../src/graphql/schema.ts';
import { arrival, codes, gatewayOver, NOTHING_KEPT, TESTER } from './support/gateway.ts';

const DEVELOPMENT = contoso().subscriptions[1]?.subscriptionId;
const GROUP = 'resourceGroup(name: "rg-aks-prod") { name }';
const SECRET = 'secret(name: "SampleSecret") { name }';
// Not implemented: a failure that is not worth a retry.
const arm = (path?: string): Fault => ({ service: 'arm', status: 501, ...(path && { path }) });
const vault = (path?: string): Fault => ({ service: 'key-vault', status: 501, ...(path && { path }) });

const GROUPS = `/subscriptions/${contoso().subscriptions[0]?.subscriptionId}/resourceGroups`;
const CLUSTER = `${GROUPS}/rg-aks-prod/providers/Microsoft.ContainerService/managedClusters/aks-prod`;
const VAULT = `${GROUPS}/rg-shared-prod/providers/Microsoft.KeyVault/vaults/contoso-vault`;
const graph: Fault = { service: 'resource-graph', status: 501 };

const group = { resourceGroup: { name: 'rg-aks-prod' } };
const secret = { secret: { name: 'SampleSecret' } };

/** Every field that can fail on its own: a query in which it alone fails, and what is answered beside it. */
const FAILURES: Record<string, { query: string; fault: Fault; data: object | null }> = {
  'Query.resources': { query: '{ resources { totalCount } }', fault: graph, data: null },
  'Query.resource': {
    query: `{ resource(id: "${CLUSTER}") { name } ${SECRET} }`,
    fault: graph,
    data: { resource: null, ...secret },
  },
  'Query.node': {
    query: `{ node(id: "${CLUSTER}") { id } ${SECRET} }`,
    fault: graph,
    data: { node: null, ...secret },
  },
  'Query.nodes': {
    query: `{ nodes(ids: ["${CLUSTER}", "/subscriptions/${DEVELOPMENT}"]) { __typename } }`,
    fault: graph,
    data: { nodes: [null, { __typename: 'AzureSubscription' }] },
  },
  'AzureSubscription.resources': {
    query: `{ subscriptions { resources { totalCount } } ${SECRET} }`,
    fault: graph,
    data: { subscriptions: null, ...secret },
  },
  'ResourceGroup.resources': {
    query: `{ resourceGroup(name: "rg-aks-prod") { resources { totalCount } } ${SECRET} }`,
    fault: graph,
    data: { resourceGroup: null, ...secret },
  },
  'Resource.subscription': {
    query: `{ resource(id: "${CLUSTER}") { name subscription { id } } }`,
    fault: arm(),
    data: { resource: { name: 'aks-prod', subscription: null } },
  },
  'KeyVault.secrets': {
    query: `{ resource(id: "${VAULT}") { name ... on KeyVault { secrets { name } } } }`,
    fault: vault(),
    data: { resource: { name: 'contoso-vault', secrets: null } },
  },
  'Query.subscriptions': {
    query: `{ subscriptions { id } ${SECRET} }`,
    fault: arm('/subscriptions'),
    data: { subscriptions: null, ...secret },
  },
  'Query.resourceGroups': {
    query: `{ resourceGroups { id } ${SECRET} }`,
    fault: arm(),
    data: { resourceGroups: null, ...secret },
  },
  'Query.resourceGroup': {
    query: `{ ${GROUP} ${SECRET} }`,
    fault: arm(),
    data: { resourceGroup: null, ...secret },
  },
  'Query.secret': {
    query: `{ ${SECRET} ${GROUP} }`,
    fault: vault(),
    data: { secret: null, ...group },
  },
  'Query.secrets': {
    query: `{ secrets { id } ${GROUP} }`,
    fault: vault(),
    data: { secrets: null, ...group },
  },
  'Query.secretsExpiring': {
    query: `{ secretsExpiring(before: "2030-01-01T00:00:00Z") { totalCount } ${SECRET} }`,
    fault: arm('/subscriptions'),
    data: { secretsExpiring: null, ...secret },
  },
  'AzureSubscription.resourceGroups': {
    query: '{ subscriptions { displayName resourceGroups(where: { namePrefix: "rg-aks" }) { name } } }',
    fault: arm(`/subscriptions/${DEVELOPMENT}/resourcegroups`),
    data: {
      subscriptions: [
        { displayName: 'Contoso Development', resourceGroups: null },
        { displayName: 'Contoso Production', resourceGroups: [{ name: 'rg-aks-prod' }] },
      ],
    },
  },
  'ResourceGroup.subscription': {
    query: '{ resourceGroup(name: "rg-aks-prod") { name subscription { id } } }',
    fault: arm('/subscriptions?api-version=2022-12-01'),
    data: { resourceGroup: { name: 'rg-aks-prod', subscription: null } },
  },
  'Secret.value': {
    query: '{ secret(name: "SampleSecret") { name value } }',
    fault: {
      service: 'key-vault',
      path: '/secrets/SampleSecret/?api-version',
      status: 403,
      times: 1,
      body: { error: { code: 'Forbidden', message: 'no', innererror: { code: 'SecretDisabled' } } },
    },
    data: { secret: { name: 'SampleSecret', value: null } },
  },
  'Secret.versions': {
    query: '{ secret(name: "SampleSecret") { name value versions { id } } }',
    fault: vault('/secrets/SampleSecret/versions'),
    data: { secret: { name: 'SampleSecret', value: 'MSI Secret!', versions: null } },
  },
};

describe('a field that fails alone', () => {
  for (const [field, { query, fault, data }] of Object.entries(FAILURES)) {
    it(`leaves its siblings answered: ${field}`, async () => {
      const { ask, azure } = await gatewayOver({ env: NOTHING_KEPT });
      const { errors } = await ask(query);
      assert.equal(errors, undefined, 'without the fault nothing fails');
      azure.addFault(fault);
      const answer = await ask(query);
      assert.deepEqual(answer.data, data);
      assert.deepEqual(codes(answer), [field === 'Secret.value' ? 'SECRET_DISABLED' : 'UPSTREAM_UNAVAILABLE']);
    });
  }

  it('is each field that reads Azure by a resolver of its own', () => {
    const types = Object.values(createSchema().getTypeMap()).filter((type) => isObjectType(type));
    const fields = types
      .filter(({ name }) => !name.startsWith('__') && name !== 'Viewer')
      .flatMap((type) =>
        Object.values(type.getFields())
          .filter(({ name, resolve }) => resolve && !readsNothing(type.name, name))
          .map(({ name, type: of }) => ({ field: ownerOf(type, name), isNullable: getNullableType(of) === of })),
      );
    const all = [...Object.keys(FAILURES), ...LIKE_THEIR_RESOURCE, ...TELLING_IT_THEMSELVES];
    assert.deepEqual([...new Set(fields.map(({ field }) => field))].sort(), all.sort());
    // A connection is never null by the contract: where it fails, what holds it is.
    const never = fields.filter(({ isNullable }) => !isNullable).map(({ field }) => field);
    assert.deepEqual([...new Set(never)].sort(), [
      ...[
        'AzureSubscription.resources',
        'Query.nodes',
        'Query.resources',
        'Resource.related',
        'ResourceConnection.completeness',
        'ResourceGroup.resources',
      ],
    ]);
  });
});

// They ask what their resource was asked of, so that no fault befalls them alone.
const LIKE_THEIR_RESOURCE = ['Resource.related', 'Resource.resourceGroup'];
// What they cannot read is in their answer: test/resource.test.ts.
const TELLING_IT_THEMSELVES = ['ResourceConnection.completeness'];

const readsNothing = (type: string, field: string): boolean =>
  ['budget', 'viewer', 'properties'].includes(field) ||
  type === 'Sku' ||
  Object.hasOwn(RESOURCE_TYPES[type]?.fields ?? {}, field);

const ownerOf = (type: GraphQLObjectType, field: string): string =>
  type.getInterfaces().some((each) => each.name === 'Resource' && each.getFields()[field])
    ? `Resource.${field}`
    : `${type.name}.${field}`;

describe('what Azure answers', () => {
  const retryAfter = { 'retry-after': '3600', 'x-ms-request-id': 'r' };
  const answers: Record<string, { fault: Omit<Fault, 'service'>; code: string; calls: number }> = {
    '429 with a long Retry-After': { fault: { status: 429, headers: retryAfter }, code: 'THROTTLED', calls: 1 },
    '429 without Retry-After': { fault: { status: 429 }, code: 'THROTTLED', calls: 1 },
    '429 with no wait': { fault: { status: 429, headers: { 'retry-after': '0' } }, code: 'THROTTLED', calls: 3 },
    '503 with a long Retry-After': {
      fault: { status: 503, headers: retryAfter },
      code: 'UPSTREAM_UNAVAILABLE',
      calls: 1,
    },
    '500': { fault: { status: 500 }, code: 'UPSTREAM_UNAVAILABLE', calls: 3 },
    'a reset': { fault: { reset: true }, code: 'UPSTREAM_UNAVAILABLE', calls: 3 },
    '401': { fault: { status: 401 }, code: 'IDENTITY_UNAVAILABLE', calls: 1 },
    "403 that is not Azure's": {
      fault: { status: 403, body: '<h1>proxy</h1>' },
      code: 'UPSTREAM_UNAVAILABLE',
      calls: 1,
    },
    "404 that is not Azure's": {
      fault: { status: 404, body: '<h1>proxy</h1>' },
      code: 'UPSTREAM_UNAVAILABLE',
      calls: 1,
    },
    'a body that is cut off': {
      fault: { status: 200, body: '{"value":[{"na', headers: { 'content-type': 'application/json' } },
      code: 'UPSTREAM_UNAVAILABLE',
      calls: 1,
    },
    'a page without rows': { fault: { status: 200, body: { value: 'none' } }, code: 'UPSTREAM_UNAVAILABLE', calls: 1 },
    'a nextLink to another host': {
      fault: { status: 200, body: { value: [], nextLink: 'https://contoso-vault.vault.azure.net/secrets' } },
      code: 'UPSTREAM_UNAVAILABLE',
      calls: 1,
    },
    'a redirect to another host': {
      fault: { status: 307, headers: { location: 'https://contoso-vault.vault.azure.net/secrets' } },
      code: 'UPSTREAM_UNAVAILABLE',
      calls: 1,
    },
  };
  for (const [what, { fault, code, calls }] of Object.entries(answers)) {
    it(`is told as ${code} when it is ${what}, after ${calls} calls`, async () => {
      const { ask, azure, upstream } = await gatewayOver();
      azure.addFault({ service: 'arm', ...fault });
      const answer = await ask('{ resourceGroups { name } }');
      assert.deepEqual(answer.data, { resourceGroups: null });
      assert.deepEqual(codes(answer), [code]);
      assert.deepEqual(upstream(), ['imds', ...Array.from({ length: calls }, () => 'arm')]);
    });
  }

  it('says when to come back', async () => {
    const { ask, azure } = await gatewayOver();
    azure.addFault({ service: 'key-vault', status: 429, headers: { 'retry-after': '17' } });
    const { errors } = await ask('{ secrets { name } }');
    assert.deepEqual(errors?.[0]?.extensions, { code: 'THROTTLED', retryAfterSeconds: 17 });
  });

  it('is asked for again after a failure that passes', async () => {
    const { ask, azure, upstream } = await gatewayOver();
    azure.addFault({ service: 'arm', status: 503, times: 2 });
    const { data } = await ask('{ resourceGroups { name } }');
    assert.equal(data.resourceGroups.length, 9);
    assert.deepEqual(upstream(), ['imds', 'arm', 'arm', 'arm']);
  });

  it('fails the list when its last page fails: it is never silently short', async () => {
    const { ask, azure } = await gatewayOver({ pageSize: 4 });
    azure.addFault({ service: 'arm', path: '/subscriptions?skiptoken', status: 501 });
    const answer = await ask('{ resourceGroups { name } }');
    assert.deepEqual(answer.data, { resourceGroups: null });
  });

  it('is THROTTLED, never a short list, when a later page is', async () => {
    const { ask, azure } = await gatewayOver({ pageSize: 4 });
    azure.addFault({ service: 'arm', path: '/subscriptions?skiptoken', status: 429, headers: { 'retry-after': '30' } });
    const answer = await ask('{ resourceGroups { name } }');
    assert.deepEqual(answer.data, { resourceGroups: null });
    assert.deepEqual(answer.errors?.[0]?.extensions, { code: 'THROTTLED', retryAfterSeconds: 30 });
  });

  it('is in no log where it may hold a value', async () => {
    const { ask, azure, log } = await gatewayOver();
    const body = '{"value":"canary-4711","id":';
    azure.addFault({ service: 'key-vault', status: 200, body, headers: { 'content-type': 'application/json' } });
    const answer = await ask('{ secret(name: "SampleSecret") { value } }');
    assert.deepEqual(codes(answer), ['UPSTREAM_UNAVAILABLE']);
    assert.doesNotMatch(JSON.stringify([answer, log]), /canary/);
  });
});

describe('a fault of our own', () => {
  it('is masked, and logged under the request id', async () => {
    const { ask, clients, log } = await gatewayOver();
    clients.resources = () => Promise.reject(new Error('canary-4711'));
    const { errors } = await ask('{ resourceGroups { name } }');
    const [line] = log.filter(({ event }) => event === 'internal-error');
    assert.equal(errors?.[0]?.extensions.code, 'INTERNAL');
    assert.match(errors?.[0]?.message ?? '', new RegExp(`request id ${line?.requestId}`));
    assert.doesNotMatch(JSON.stringify(errors), /canary|\.ts/);
    assert.match(JSON.stringify(line), /canary-4711/);
  });
});

describe('a request that ends', () => {
  it('ends its work upstream, a later page included', async () => {
    const { app, azure, authorizationOf } = await gatewayOver({ pageSize: 4 });
    azure.addFault({ service: 'arm', path: '/subscriptions?skiptoken', delayInMs: 60_000 });
    const caller = new AbortController();
    const arrived = arrival(azure, (url) => url.includes('skiptoken'));
    const answered = app(query('{ resourceGroups { name } }', await authorizationOf(TESTER), caller.signal));
    await arrived;
    caller.abort();
    await answered.catch(() => undefined);
    await setImmediate();
    assert.deepEqual(
      azure.calls.map(({ service, status }) => [service, status]),
      [
        ['imds', 200],
        ['arm', 200],
        ['arm', 0],
      ],
    );
  });

  it('answers UPSTREAM_TIMEOUT when its time is over, and what was read by then', async () => {
    const { ask, azure } = await gatewayOver({ env: { REQUEST_TIMEOUT_SECONDS: '1' } });
    azure.addFault({ service: 'arm', delayInMs: 60_000 });
    const answer = await ask(`{ resourceGroups { name } ${SECRET} }`);
    assert.deepEqual(answer.data, { resourceGroups: null, ...secret });
    assert.deepEqual(codes(answer), ['UPSTREAM_TIMEOUT']);
  });
});

function query(text: string, authorization: string, signal: AbortSignal): Request {
  const headers = { 'content-type': 'application/json', authorization };
  return new Request('https://gateway.test/graphql', {
    method: 'POST',
    headers,
    body: JSON.stringify({ query: text }),
    signal,
  });
}
