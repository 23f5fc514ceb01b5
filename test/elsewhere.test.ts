import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { codes, gatewayOver } from './support/gateway.ts';

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
