import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gatewayOver, TESTER } from './support/gateway.ts';

const QUERY = JSON.stringify({ query: '{ resourceGroups { name } }' });

describe('a request with a bad token', () => {
  const bend: Record<string, (token: string) => string> = {
    'of no signature': (token) => token.slice(0, token.lastIndexOf('.') + 1),
    'cut off': (token) => token.slice(0, -10),
    'of another payload': (token) =>
      token.replace(/\.[^.]{20}/, (part) => `.${[...part.slice(1)].toReversed().join('')}`),
    'without an algorithm': (token) => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${token.split('.')[1]}.`,
    'of no form': () => 'x',
    'of two parts': (token) => `${token} ${token}`,
  };
  for (const [what, bent] of Object.entries(bend)) {
    it(`is 401 and costs nothing upstream: ${what}`, async () => {
      const { app, authorizationOf, upstream } = await gatewayOver();
      const authorization = `Bearer ${bent((await authorizationOf(TESTER)).slice(7))}`;
      const response = await app(post({ authorization }));
      assert.equal(response.status, 401);
      assert.equal(response.headers.get('www-authenticate'), 'Bearer error="invalid_token"');
      assert.deepEqual((await response.json()).errors[0].extensions, { code: 'UNAUTHENTICATED' });
      assert.deepEqual(upstream(), []);
    });
  }

  it('is 401 where the token is meant for Azure itself', async () => {
    const { app, azure, upstream } = await gatewayOver();
    const [client] = azure.world.applications.filter(({ displayName }) => displayName === 'Ada');
    const body = new URLSearchParams({
      ...{ grant_type: 'client_credentials', client_id: client?.appId ?? '' },
      ...{ client_secret: client?.secrets[0]?.value ?? '', scope: 'https://management.azure.com/.default' },
    });
    const url = `https://login.microsoftonline.com/${azure.world.tenant.id}/oauth2/v2.0/token`;
    const { access_token } = (await (await azure.fetch(new Request(url, { method: 'POST', body }))).json()) as {
      access_token: string;
    };
    const response = await app(post({ authorization: `Bearer ${access_token}` }));
    assert.equal(response.status, 401);
    assert.deepEqual(upstream(), []);
  });
});

describe('a request with a good token', () => {
  it('is answered whatever the letter case of the scheme', async () => {
    const { app, authorizationOf } = await gatewayOver();
    const authorization = (await authorizationOf(TESTER)).replace('Bearer', 'bEARER');
    assert.equal((await app(post({ authorization }))).status, 200);
  });
});

function post(headers: Record<string, string>): Request {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: QUERY };
  return new Request('https://gateway.test/graphql', init);
}
