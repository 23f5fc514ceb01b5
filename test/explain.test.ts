import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { textFile } from './support/file.ts';
import { codes, type Gateway, gatewayOver, TESTER } from './support/gateway.ts';

const SECRET = '{ secret(name: "SampleSecret") { name value } }';

interface Told {
  readonly service: string;
  readonly operation: string;
  readonly cached: boolean;
}

async function explained(
  { app, authorizationOf }: Gateway,
  query: string,
  caller: string | null = TESTER,
  header = '1',
) {
  const authorization = caller === null ? {} : { authorization: await authorizationOf(caller) };
  const headers = { 'content-type': 'application/json', 'x-explain': header, ...authorization };
  const body = JSON.stringify({ query });
  const response = await app(new Request('https://gateway.test/graphql', { method: 'POST', headers, body }));
  return { status: response.status, ...(await response.json()) };
}

describe('x-explain: 1', () => {
  it('tells of each call that the answer cost', async () => {
    const gateway = await gatewayOver();
    const { data, extensions } = await explained(gateway, SECRET);
    const { calls, ...upstream } = extensions.upstream;
    assert.deepEqual(data, { secret: { name: 'SampleSecret', value: 'MSI Secret!' } });
    assert.deepEqual(upstream, { callsMade: gateway.azure.calls.length, callsSaved: 0 });
    assert.deepEqual(
      calls.map(({ service, cached }: { service: string; cached: boolean }) => [service, cached]),
      gateway.azure.calls.map(({ service }) => [service === 'imds' ? 'identity' : service, false]),
    );
    assert.ok(
      calls.every(
        ({ ms, operation }: { ms: unknown; operation: unknown }) => Number.isInteger(ms) && operation !== undefined,
      ),
    );
  });

  it('calls a challenge by its name: the secret was read once', async () => {
    const gateway = await gatewayOver();
    const { extensions } = await explained(gateway, SECRET);
    const told = extensions.upstream.calls.map(({ service, operation }: Told) => [service, operation]);
    assert.deepEqual(
      told.filter(([service]: [string]) => service === 'key-vault'),
      [
        ['key-vault', 'challenge'],
        ['key-vault', 'secrets.get'],
      ],
    );
  });

  it('tells of calls that were not made, since what they would tell was known', async () => {
    const gateway = await gatewayOver();
    await gateway.ask(SECRET);
    const { extensions } = await explained(gateway, `{ resourceGroups { name } ${SECRET.slice(1)}`);
    const { callsMade, callsSaved, calls } = extensions.upstream;
    assert.deepEqual([callsMade, callsSaved], [2, 1]);
    assert.deepEqual(
      calls.map(({ service, operation, cached }: Told) => [service, operation, cached]),
      [
        ['identity', 'resourceGroups.list', false],
        ['arm', 'resourceGroups.list', false],
        ['key-vault', 'secrets.get', true],
      ],
    );
  });

  it('tells of it beside errors as well', async () => {
    const gateway = await gatewayOver();
    gateway.azure.addFault({ service: 'arm', status: 501 });
    const answer = await explained(gateway, '{ resourceGroups { name } }');
    assert.deepEqual(codes(answer), ['UPSTREAM_UNAVAILABLE']);
    assert.equal(answer.extensions.upstream.callsMade, 2);
  });

  it('is FORBIDDEN without the action explain, before anything is spent', async () => {
    const policy = textFile(
      '@id("reads") permit (principal in Role::"Tester", action == Action::"readSecretValue", resource);',
    );
    const gateway = await gatewayOver({ env: { ACCESS_POLICY: policy } });
    const answer = await explained(gateway, '{ secret(name: "SampleSecret") { name } }');
    assert.deepEqual([codes(answer), answer.data, answer.extensions], [['FORBIDDEN'], undefined, undefined]);
    assert.equal(answer.status, 200);
    assert.match(answer.errors[0].message, /may not explain/);
    assert.deepEqual(gateway.upstream(), []);
  });

  it('is UNAUTHENTICATED to anonymous', async () => {
    const gateway = await gatewayOver();
    const answer = await explained(gateway, '{ __typename }', null);
    assert.deepEqual([codes(answer), answer.data], [['UNAUTHENTICATED'], undefined]);
  });

  it('is the only value that asks for it', async () => {
    const gateway = await gatewayOver();
    for (const header of ['0', 'true', '']) {
      const { extensions } = await explained(gateway, '{ __typename }', TESTER, header);
      assert.equal(extensions, undefined);
    }
  });
});
