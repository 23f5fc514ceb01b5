import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GatewayError } from '../src/errors.ts';
import { createProbes, type Probes } from '../src/probes.ts';
import { gatewayOver } from './support/gateway.ts';

const policy = { state: () => 'ok' as const };

describe('/live', () => {
  it('says that the process lives, whatever is away', async () => {
    const probes = createProbes({ identity: () => Promise.reject(away()), policy });
    assert.deepEqual(await told(probes, '/live'), [200, { status: 'live' }]);
  });

  it('is for reading alone', async () => {
    const probes = createProbes({ identity: async () => {}, policy });
    const statuses = await Promise.all(
      ['HEAD', 'POST', 'DELETE'].map(async (method) => {
        const answer = await probes.answer(new Request('http://gateway.test/live', { method }));
        return answer?.status;
      }),
    );
    assert.deepEqual(statuses, [200, 405, 405]);
  });
});

describe('/ready', () => {
  it('says so once the identity has a token and the policy is read', async () => {
    const { app } = await gatewayOver();
    const response = await app(new Request('http://gateway.test/ready'));
    const ready = { status: 'ready', parts: { process: 'ok', identity: 'ok', policy: 'ok' } };
    assert.deepEqual([response.status, await response.json()], [200, ready]);
  });

  it('names the identity, and nothing of why, while it has no token', async () => {
    const probes = createProbes({ identity: () => Promise.reject(away()), policy });
    const parts = { process: 'ok', identity: 'UPSTREAM_UNAVAILABLE', policy: 'ok' };
    assert.deepEqual(await told(probes, '/ready'), [503, { status: 'not ready', parts }]);
  });

  it('asks an identity that fails once a second, and hears when it is back', async () => {
    let [now, calls, isAway] = [0, 0, true];
    const identity = async () => {
      calls += 1;
      if (isAway) throw away();
    };
    const probes = createProbes({ identity, policy }, () => now);
    for (let probe = 0; probe < 10; probe++) await told(probes, '/ready');
    assert.equal(calls, 1);
    [now, isAway] = [1000, false];
    assert.equal((await told(probes, '/ready'))[0], 200);
  });

  it('does not wait for an identity that does not answer', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const probes = createProbes({ identity: () => new Promise(() => {}), policy });
    const answer = told(probes, '/ready');
    t.mock.timers.tick(2000);
    const parts = { process: 'ok', identity: 'waiting', policy: 'ok' };
    assert.deepEqual(await answer, [503, { status: 'not ready', parts }]);
  });

  it('stays through the outage of a vault and of ARM', async () => {
    const { app, ask, azure } = await gatewayOver();
    azure.addFault({ service: 'key-vault', status: 403, times: 9 });
    azure.addFault({ service: 'arm', status: 403, times: 9 });
    await ask('{ secret(name: "SampleSecret") { name } resourceGroups { name } }');
    assert.equal((await app(new Request('http://gateway.test/ready'))).status, 200);
  });

  it('stays through a change of the policy that was refused, and says so', async () => {
    const probes = createProbes({ identity: async () => {}, policy: { state: () => 'reload-refused' } });
    const parts = { process: 'ok', identity: 'ok', policy: 'reload-refused' };
    assert.deepEqual(await told(probes, '/ready'), [200, { status: 'ready', parts }]);
  });

  it('says no from the moment that the gateway stops', async () => {
    const probes = createProbes({ identity: async () => {}, policy });
    probes.stop();
    const parts = { process: 'stopping', identity: 'ok', policy: 'ok' };
    assert.deepEqual(await told(probes, '/ready'), [503, { status: 'not ready', parts }]);
  });
});

const away = () => new GatewayError('UPSTREAM_UNAVAILABLE', 'The identity endpoint does not answer.');

async function told(probes: Probes, path: string): Promise<[status: number | undefined, body: unknown]> {
  const answer = await probes.answer(new Request(`http://gateway.test${path}`));
  return [answer?.status, await answer?.json()];
}
