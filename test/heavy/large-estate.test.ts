import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contoso } from '../../emulator/contoso.ts';
import { arrival, gatewayOver, names, TESTER } from '../support/gateway.ts';

const EVERY_SUBSCRIPTION = {
  env: { AZURE_SUBSCRIPTION_ID: '', REQUEST_TIMEOUT_SECONDS: '120', MAX_UPSTREAM_CALLS: '1000' },
};

describe('40 subscriptions of 980 groups', () => {
  it('are listed whole and sorted, one ARM call a page', async () => {
    const world = contoso({ subscriptions: 40, groupsPerSubscription: 980 });
    const { ask, upstream } = await gatewayOver({ world, ...EVERY_SUBSCRIPTION });
    const { data, errors } = await ask('{ resourceGroups { name subscription { displayName } } }');
    assert.equal(errors, undefined);
    assert.equal(data.resourceGroups.length, 40 * 980 + 9 + 4);
    const sorted = names(data.resourceGroups).toSorted((a, b) => compare(a.toLowerCase(), b.toLowerCase()));
    assert.deepEqual(names(data.resourceGroups), sorted);
    // One token, one page of subscriptions, 10 pages of 100 for each large one and 1 for each of contoso's two.
    assert.deepEqual(upstream(), ['imds', ...Array.from({ length: 1 + 40 * 10 + 2 }, () => 'arm')]);
  });

  it('stop costing anything when the caller is gone', async () => {
    const world = contoso({ subscriptions: 40, groupsPerSubscription: 980 });
    const { app, azure, upstream, authorizationOf } = await gatewayOver({ world, ...EVERY_SUBSCRIPTION });
    const caller = new AbortController();
    const arrived = arrival(azure, (url) => url.includes('skiptoken'));
    const body = JSON.stringify({ query: '{ resourceGroups { name } }' });
    const headers = { 'content-type': 'application/json', authorization: await authorizationOf(TESTER) };
    const answer = app(
      new Request('https://gateway.test/graphql', { method: 'POST', headers, body, signal: caller.signal }),
    );
    await arrived;
    caller.abort();
    await answer.catch(() => undefined);
    for (let turn = 0; turn < 1000; turn++) await new Promise(setImmediate);
    // The token, the subscriptions, and two pages of each of the eight that are read at a time, at the most.
    assert.ok(upstream().length <= 2 + 2 * 8, `${upstream().length} calls of 403`);
  });
});

describe('a vault of 2,000 secrets', () => {
  it('is listed whole, one call a page of 25', async () => {
    const { ask, azure } = await gatewayOver({ world: contoso({ secrets: 2000 }) });
    const { data } = await ask('{ secrets { name } }');
    const kept = azure.world.vaults[0]?.secrets.filter(({ deletedAt }) => !deletedAt).length ?? 0;
    assert.equal(new Set(names(data.secrets)).size, kept);
    const pages = azure.calls.filter(({ service, status }) => service === 'key-vault' && status === 200);
    assert.equal(pages.length, Math.ceil(kept / 25));
  });
});

describe('1,000 requests at once', () => {
  it('each get their own answer, and the process is challenged once', async () => {
    const env = { MAX_IN_FLIGHT: '1200', RATE_LIMIT_PER_MINUTE: '1000' };
    const { ask, azure } = await gatewayOver({ world: contoso({ secrets: 1000 }), env });
    const secrets = azure.world.vaults[0]?.secrets.slice(-1000) ?? [];
    const answers = await Promise.all(secrets.map(({ name }) => ask(`{ secret(name: "${name}") { name value } }`)));
    const expected = secrets.map(({ name, versions }) => ({ secret: { name, value: versions.at(-1)?.value } }));
    assert.deepEqual(
      answers.map(({ data }) => data),
      expected,
    );
    assert.equal(azure.calls.filter(({ status }) => status === 401).length, 1);
    assert.equal(azure.calls.filter(({ service }) => service === 'imds').length, 1);
  });
});

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
