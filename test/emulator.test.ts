import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createAzure } from '../emulator/azure.ts';
import { createManualClock } from '../emulator/clock.ts';
import { contoso } from '../emulator/contoso.ts';
import { ask, callsOf, codeOf } from './support/emulator.ts';

const SUBSCRIPTIONS = 'https://management.azure.com/subscriptions?api-version=2022-12-01';
const SECRETS = 'https://contoso-vault.vault.azure.net/secrets';

describe('the local Azure', () => {
  it('does not resolve hosts that do not exist', async () => {
    const azure = createAzure();
    const hosts = ['https://example.com/', 'https://no-such-vault.vault.azure.net/secrets', 'http://example.com/'];
    for (const host of hosts) {
      const hostname = new URL(host).hostname;
      await assert.rejects(azure.fetch(new Request(host)), { code: 'ENOTFOUND', hostname });
    }
    assert.deepEqual(azure.calls, []);
  });

  it('serves the hosts of all three clouds, each with its own audience', async () => {
    const azure = createAzure();
    const hosts = [
      'https://management.azure.com/subscriptions?api-version=2022-12-01',
      'https://management.usgovcloudapi.net/subscriptions?api-version=2022-12-01',
      'https://management.chinacloudapi.cn/subscriptions?api-version=2022-12-01',
    ];
    const statuses = await Promise.all(hosts.map(async (host) => (await ask(azure, host)).status));
    assert.deepEqual(statuses, [200, 401, 401]);
  });

  it('keeps a ledger in order of arrival', async () => {
    const clock = createManualClock(Date.UTC(2026, 10, 22));
    const azure = createAzure({ clock });
    azure.addFault({ service: 'arm', delayInMs: 1000 });
    const slow = azure.fetch(new Request(SUBSCRIPTIONS));
    await azure.fetch(new Request(SECRETS));
    clock.advance(1000);
    await slow;
    const entry = { method: 'GET', status: 401, at: '2026-11-22T00:00:00.000Z' };
    assert.deepEqual(azure.calls, [
      { ...entry, service: 'arm', host: 'management.azure.com', path: '/subscriptions' },
      { ...entry, service: 'key-vault', host: 'contoso-vault.vault.azure.net', path: '/secrets' },
    ]);
  });

  it('makes the same tenant every time, but for the client secrets', () => {
    const withoutSecrets = (world = contoso()) => ({
      ...world,
      applications: world.applications.map(({ secrets, ...application }) => ({ ...application, held: secrets.length })),
    });
    assert.deepEqual(withoutSecrets(), withoutSecrets());
    assert.notDeepEqual(contoso(), contoso());
  });

  it('makes a tenant as large as asked', () => {
    const small = contoso();
    const large = contoso({ subscriptions: 3, groupsPerSubscription: 980, secrets: 100 });
    const sizes = [large.subscriptions, large.resourceGroups, large.vaults[0]?.secrets ?? []].map(
      (list) => list.length,
    );
    const before = [small.subscriptions, small.resourceGroups, small.vaults[0]?.secrets ?? []].map(
      (list) => list.length,
    );
    assert.deepEqual(
      sizes.map((size, index) => size - (before[index] ?? 0)),
      [3, 2940, 100],
    );
  });

  it('refuses a role that Azure does not have, and lists those it knows', () => {
    const azure = createAzure();
    assert.throws(() => azure.assignRole({ principalId: 'p', role: 'Emperor', scope: '/' }), {
      name: 'RangeError',
      message: /Emperor.*Owner, Contributor, Reader, Key Vault Administrator/,
    });
  });
});

describe('faults', () => {
  it('answer instead of the service, as often as told', async () => {
    const azure = createAzure();
    azure.addFault({ service: 'arm', status: 503, body: { error: { code: 'ServerBusy' } }, times: 2 });
    const codes = [await ask(azure, SUBSCRIPTIONS), await ask(azure, SUBSCRIPTIONS)].map(codeOf);
    assert.deepEqual(codes, ['503 ServerBusy', '503 ServerBusy']);
    assert.equal((await ask(azure, SUBSCRIPTIONS)).status, 200);
  });

  it('match a path at its segments, and a query anywhere', async () => {
    const azure = createAzure();
    azure.setSecret({ vault: 'contoso-vault', name: 'SampleSecret2', value: 'contoso demo value' });
    azure.addFault({ service: 'key-vault', path: '/secrets/samplesecret', status: 500, body: 'one secret' });
    azure.addFault({ service: 'key-vault', path: '/secrets?$skiptoken', status: 502, body: 'later pages' });
    const urls = ['/SampleSecret/?', '/SampleSecret2/?', '/SampleSecret/versions?', '?', '?%24skiptoken=x&'];
    const calls = urls.map(async (url) => {
      const response = await azure.fetch(new Request(`${SECRETS}${url}api-version=7.4`));
      return response.status;
    });
    assert.deepEqual(await Promise.all(calls), [500, 401, 500, 401, 502]);
  });

  it('reset the connection', async () => {
    const azure = createAzure();
    azure.addFault({ service: 'key-vault', reset: true, times: 1 });
    await assert.rejects(azure.fetch(new Request(SECRETS)), { code: 'ECONNRESET' });
    assert.deepEqual(callsOf(azure), ['key-vault /secrets 0']);
  });

  it('delay the real answer on the clock', async () => {
    const clock = createManualClock();
    const azure = createAzure({ clock });
    azure.addFault({ service: 'key-vault', delayInMs: 5000 });
    const answer = azure.fetch(new Request(SECRETS));
    clock.advance(4999);
    assert.deepEqual(callsOf(azure), []);
    clock.advance(1);
    assert.equal((await answer).status, 401);
  });

  it('stop delaying for a client that has gone', async () => {
    const azure = createAzure({ clock: createManualClock() });
    const client = new AbortController();
    azure.addFault({ service: 'key-vault', delayInMs: 5000 });
    const answer = azure.fetch(new Request(SECRETS, { signal: client.signal }));
    client.abort(new Error('gone'));
    await assert.rejects(answer, { message: 'gone' });
    assert.deepEqual(callsOf(azure), ['key-vault /secrets 0']);
  });

  it('add headers to the real answer', async () => {
    const azure = createAzure();
    azure.addFault({ service: 'key-vault', headers: { 'retry-after': '7' } });
    const response = await azure.fetch(new Request(SECRETS));
    assert.deepEqual([response.status, response.headers.get('retry-after')], [401, '7']);
  });
});
