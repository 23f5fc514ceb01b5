import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { codes, gatewayOver } from './support/gateway.ts';

describe('a request that is over', () => {
  it('waits no longer for what else it has asked of Azure, and ends it', async () => {
    const { ask, azure } = await gatewayOver();
    const { fetch } = azure;
    const left = Promise.withResolvers<AbortSignal>();
    azure.fetch = async (request) => {
      if (!request.url.includes('Microsoft.ResourceGraph')) return fetch(request);
      const isFirst = (await request.clone().text()).includes('nobody');
      if (isFirst) {
        await left.promise;
        return new Response('{}', { status: 400 });
      }
      left.resolve(request.signal);
      return new Promise((_resolve, reject) =>
        request.signal.addEventListener('abort', () => reject(request.signal.reason)),
      );
    };
    const answer = await ask(`{
      none: resources(where: { name: { contains: "nobody" } }) { totalCount }
      all: resources { totalCount }
    }`);
    assert.deepEqual([answer.data, codes(answer)], [null, ['UPSTREAM_UNAVAILABLE']]);
    assert.equal((await left.promise).aborted, true);
  });
});
