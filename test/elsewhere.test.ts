import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SubscriptionClient } from '@azure/arm-resources-subscriptions';
import type { PipelinePolicy } from '@azure/core-rest-pipeline';
import { clientOptions } from '../src/azure/pipeline.ts';
import { systemClock } from '../src/clock.ts';
import { codes, gatewayOver } from './support/gateway.ts';
import { transportTo } from './support/transport.ts';

describe('a redirect that the SDK would follow', () => {
  for (const location of ['https://evil.test/subscriptions', 'https://management.azure.com:444/subscriptions']) {
    it(`leads to no other origin, nor does the token: ${location}`, async () => {
      const asked: string[] = [];
      const transport = transportTo(async ({ url }) => {
        asked.push(new URL(url).origin);
        return new Response(null, { status: 307, headers: { location } });
      });
      const governed: PipelinePolicy = { name: 'none', sendRequest: (request, next) => next(request) };
      const options = clientOptions(transport, governed, systemClock, 'https://management.azure.com');
      const credential = { getToken: async () => ({ token: 'a token', expiresOnTimestamp: Date.now() + 3_600_000 }) };
      const client = new SubscriptionClient(credential, {
        ...options,
        redirectOptions: { allowCrossOriginRedirects: true },
      });
      await assert.rejects(Array.fromAsync(client.subscriptions.list()), { code: 'UPSTREAM_UNAVAILABLE' });
      assert.deepEqual(asked, ['https://management.azure.com']);
    });
  }
});

describe('a vault that points to another host for the rest of its list', () => {
  it('is not followed there, and its list is not cut short', async () => {
    const { ask, azure } = await gatewayOver();
    const hosts: string[] = [];
    const { fetch } = azure;
    azure.fetch = (request) => {
      hosts.push(new URL(request.url).host);
      return fetch(request);
    };
    const body = {
      value: [],
      nextLink: 'https://contoso-payments.vault.azure.net/secrets?api-version=7.6&$skiptoken=x',
    };
    await ask('{ secret(name: "SampleSecret") { name } }');
    azure.addFault({
      service: 'key-vault',
      host: 'contoso-vault.vault.azure.net',
      path: '/secrets',
      status: 200,
      body,
    });
    const answer = await ask('{ secrets { name } }');
    assert.deepEqual([answer.data.secrets, codes(answer)], [null, ['UPSTREAM_UNAVAILABLE']]);
    assert.ok(!hosts.includes('contoso-payments.vault.azure.net'));
  });
});
