import assert from 'node:assert/strict';
import { Agent } from 'node:http';
import { describe, it } from 'node:test';
import { createHttpHeaders, createPipelineRequest } from '@azure/core-rest-pipeline';
import { createTransport } from '../src/azure/pipeline.ts';
import { keepingTokens } from '../src/azure/token.ts';
import { CLOUDS } from '../src/config/cloud.ts';
import { codes, gatewayOver } from './support/gateway.ts';
import { silent, telemetryWith } from './support/telemetry.ts';

const SCOPE = 'https://management.azure.com/.default';
const HOUR_IN_MS = 3_600_000;

describe("the gateway's tokens", () => {
  it('are asked for once, however many wait', async () => {
    const { credential, asked } = identityGiving(HOUR_IN_MS);
    const tokens = await Promise.all([1, 2, 3].map(() => credential.getToken(SCOPE)));
    assert.deepEqual(
      tokens.map((token) => token?.token),
      ['token 1', 'token 1', 'token 1'],
    );
    assert.equal(asked(), 1);
  });

  it('are one for each audience, whether it is named alone or in a list', async () => {
    const { credential, asked } = identityGiving(HOUR_IN_MS);
    for (const scopes of [SCOPE, [SCOPE]]) await credential.getToken(scopes);
    assert.equal(asked(), 1);
    await credential.getToken('https://vault.azure.net/.default');
    assert.equal(asked(), 2);
  });

  it('are served to their last minute, and refreshed in the background before it', async () => {
    const { credential, asked } = identityGiving(60_000);
    const first = await credential.getToken(SCOPE);
    assert.equal(asked(), 1);
    const second = await credential.getToken(SCOPE);
    assert.deepEqual([first?.token, second?.token], ['token 1', 'token 1']);
  });

  it('are not served once they have expired', async (t) => {
    t.mock.timers.enable({ apis: ['Date'] });
    const { credential } = identityGiving(HOUR_IN_MS);
    const first = await credential.getToken(SCOPE);
    t.mock.timers.tick(HOUR_IN_MS + 1000);
    const second = await credential.getToken(SCOPE);
    assert.deepEqual([first?.token, second?.token], ['token 1', 'token 2']);
  });

  it('are refreshed by one call in the background when their time has come', async (t) => {
    t.mock.timers.enable({ apis: ['Date'] });
    const { credential, asked } = identityGiving(HOUR_IN_MS);
    await credential.getToken(SCOPE);
    t.mock.timers.tick(HOUR_IN_MS - 120_000);
    const served = await Promise.all([credential.getToken(SCOPE), credential.getToken(SCOPE)]);
    assert.deepEqual(
      served.map((token) => token?.token),
      ['token 1', 'token 1'],
    );
    await new Promise(setImmediate);
    assert.equal((await credential.getToken(SCOPE))?.token, 'token 2');
    assert.equal(asked(), 2);
  });

  it('outlive a refresh that fails', async (t) => {
    t.mock.timers.enable({ apis: ['Date'] });
    const { credential, fail } = identityGiving(HOUR_IN_MS);
    await credential.getToken(SCOPE);
    t.mock.timers.tick(HOUR_IN_MS - 60_000);
    fail(true);
    for (let turn = 0; turn < 3; turn++) assert.equal((await credential.getToken(SCOPE))?.token, 'token 1');
  });

  it('are asked for again at once after a failure: none is kept', async () => {
    const { credential, fail } = identityGiving(HOUR_IN_MS);
    fail(true);
    await assert.rejects(async () => credential.getToken(SCOPE), { code: 'IDENTITY_UNAVAILABLE' });
    fail(false);
    assert.equal((await credential.getToken(SCOPE))?.token, 'token 2');
  });

  it('are not waited for by one signal: the SDK asks once for all its callers, with that of the first', async () => {
    const { credential, asked } = identityGiving(HOUR_IN_MS);
    const gone = new AbortController();
    const given = [credential.getToken(SCOPE, { abortSignal: gone.signal }), credential.getToken(SCOPE)];
    gone.abort();
    const tokens = await Promise.all(given);
    assert.deepEqual(
      tokens.map((token) => token?.token),
      ['token 1', 'token 1'],
    );
    assert.equal(asked(), 1);
  });

  it('are renewed when Azure demands claims', async () => {
    const { credential } = identityGiving(HOUR_IN_MS);
    await credential.getToken(SCOPE);
    assert.equal((await credential.getToken(SCOPE, { claims: '{}' }))?.token, 'token 2');
    assert.equal((await credential.getToken(SCOPE))?.token, 'token 2');
  });
});

describe('an identity endpoint', () => {
  it('is never asked through a proxy, and Azure is where one is set', async () => {
    const agents: unknown[] = [];
    const transport = createTransport(CLOUDS.public, telemetryWith(), {
      sendRequest: async (request) => {
        agents.push(request.agent);
        return { request, status: 200, headers: createHttpHeaders() };
      },
    });
    // What the SDK's proxy policy puts on every request.
    const agent = new Agent();
    for (const url of ['http://169.254.169.254/metadata/identity/oauth2/token', 'https://management.azure.com/']) {
      await transport.sendRequest(Object.assign(createPipelineRequest({ url }), { agent }));
    }
    assert.deepEqual(agents, [undefined, agent]);
    agent.destroy();
  });

  for (const fault of [
    { status: 404 },
    { status: 500 },
    { status: 429 },
    { reset: true },
    { status: 200, body: 'nonsense' },
  ]) {
    it(`that answers ${JSON.stringify(fault)} is IDENTITY_UNAVAILABLE, and the next request after it works`, async () => {
      const { ask, azure } = await gatewayOver();
      azure.addFault({ service: 'imds', ...fault });
      assert.deepEqual(codes(await ask('{ resourceGroups { name } secrets { name } }')), [
        'IDENTITY_UNAVAILABLE',
        'IDENTITY_UNAVAILABLE',
      ]);
      azure.clearFaults();
      assert.equal((await ask('{ resourceGroups { name } secrets { name } }')).errors, undefined);
    });
  }
});

describe('another cloud', () => {
  const clouds = {
    usgov: ['management.usgovcloudapi.net', 'contoso-vault.vault.usgovcloudapi.net'],
    china: ['management.chinacloudapi.cn', 'contoso-vault.vault.azure.cn'],
  };
  for (const [cloud, hosts] of Object.entries(clouds)) {
    it(`is asked at its own names with tokens for its own audience: ${cloud}`, async () => {
      const { ask, azure } = await gatewayOver({ env: { AZURE_CLOUD: cloud } });
      const { data } = await ask('{ resourceGroups { name } secret(name: "SampleSecret") { value } }');
      assert.equal(data.resourceGroups.length, 9);
      assert.equal(data.secret.value, 'MSI Secret!');
      const asked = new Set(azure.calls.filter(({ service }) => service !== 'imds').map(({ host }) => host));
      assert.deepEqual([...asked].sort(), hosts.toSorted());
    });
  }
});

/** A credential over an identity that gives numbered tokens of this lifetime. */
function identityGiving(lifetimeInMs: number) {
  let asked = 0;
  let isFailing = false;
  const credential = keepingTokens(
    {
      getToken: async () => {
        asked += 1;
        const token = `token ${asked}`;
        await Promise.resolve();
        if (isFailing) throw new Error('no identity');
        return { token, expiresOnTimestamp: Date.now() + lifetimeInMs };
      },
    },
    silent,
  );
  return {
    credential,
    asked: () => asked,
    fail: (is: boolean) => {
      isFailing = is;
    },
  };
}
