import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ClientAssertionCredential, ClientSecretCredential } from '@azure/identity';
import { createRemoteJWKSet, customFetch, decodeJwt, jwtVerify } from 'jose';
import { type Azure, createAzure } from '../emulator/azure.ts';
import { tokenFor } from './support/emulator.ts';
import { transportTo } from './support/transport.ts';

const ARM = 'https://management.azure.com';
const API = 'api://azure-graphql-gateway/.default';

describe('Entra', () => {
  it('takes the token of the service account for one of the workload identity', async () => {
    const azure = createAzure();
    const { token } = await workloadIdentity(azure).getToken(`${ARM}/.default`);
    const { appid, aud, iss, tid } = decodeJwt(token);
    const tenant = azure.world.tenant.id;
    assert.deepEqual(
      { appid, aud, iss, tid },
      {
        appid: azure.world.identities[2]?.clientId,
        aud: ARM,
        iss: `https://sts.windows.net/${tenant}/`,
        tid: tenant,
      },
    );
  });

  for (const [number, what, claims] of [
    [700024, 'that has expired', { exp: 1000 }],
    [700213, 'of another service account', { sub: 'system:serviceaccount:default:default' }],
    [700211, 'of another cluster', { iss: 'https://example.com/' }],
    [700212, 'for another audience', { aud: 'api://example' }],
  ] as const) {
    it(`refuses a token ${what} with AADSTS${number}`, async () => {
      const azure = createAzure();
      const refused = workloadIdentity(azure, () => azure.federatedToken(claims)).getToken(`${ARM}/.default`);
      await assert.rejects(refused, { name: 'AuthenticationRequiredError', message: new RegExp(`AADSTS${number}: `) });
    });
  }

  it('refuses a service account token that somebody else has signed', async () => {
    const azure = createAzure();
    const forged = async () => {
      const [header, payload] = (await azure.federatedToken()).split('.');
      const [, , signature] = (await azure.federatedToken({ jti: 'another' })).split('.');
      return [header, payload, signature].join('.');
    };
    const refused = workloadIdentity(azure, forged).getToken(`${ARM}/.default`);
    await assert.rejects(refused, { message: /AADSTS700027: / });
  });

  it('gives a client with a secret a token of the gateway, with its app roles', async () => {
    const azure = createAzure();
    const [, ada] = azure.world.applications;
    const { token } = await clientSecret(azure, ada?.secrets[0]?.value ?? '').getToken(API);
    const { aud, appid, roles } = decodeJwt(token);
    assert.deepEqual(
      { aud, appid, roles },
      { aud: 'api://azure-graphql-gateway', appid: ada?.appId, roles: ['Estate.Reader'] },
    );
  });

  it('refuses a wrong secret', async () => {
    const azure = createAzure();
    await assert.rejects(clientSecret(azure, 'wrong').getToken(API), { message: /AADSTS7000215: / });
  });

  it('refuses what it does not know: tenant, client, resource', async () => {
    const azure = createAzure();
    const [, ada] = azure.world.applications;
    const { domain } = azure.world.tenant;
    const known = { client_id: ada?.appId ?? '', client_secret: ada?.secrets[0]?.value ?? '', scope: API };
    const answers = [
      await post(azure, 'example.com', known),
      await post(azure, domain, { ...known, client_id: 'nobody' }),
      await post(azure, domain, { ...known, scope: 'https://example.com/.default' }),
      await post(azure, domain, known),
    ];
    assert.deepEqual(
      answers.map(({ status, error, error_codes }) => ({ status, error, number: error_codes?.[0] })),
      [
        { status: 400, error: 'invalid_request', number: 90002 },
        { status: 400, error: 'unauthorized_client', number: 700016 },
        { status: 400, error: 'invalid_resource', number: 500011 },
        { status: 200, error: undefined, number: undefined },
      ],
    );
  });

  it('finds the resource among the scopes of a client that asks for more, as Go’s does', async () => {
    const azure = createAzure();
    const [, ada] = azure.world.applications;
    const { access_token } = await post(azure, azure.world.tenant.id, {
      client_id: ada?.appId ?? '',
      client_secret: ada?.secrets[0]?.value ?? '',
      scope: 'https://management.core.windows.net//.default openid offline_access profile',
    });
    assert.equal(decodeJwt(access_token).aud, 'https://management.core.windows.net/');
  });

  it('publishes the keys its tokens are checked with', async () => {
    const azure = createAzure();
    const { tenant } = azure.world;
    const document = await azure.fetch(
      new Request(`https://sts.windows.net/${tenant.id}/.well-known/openid-configuration`),
    );
    const { issuer, jwks_uri } = JSON.parse(await document.text());
    const fetch = (url: string) => azure.fetch(new Request(url));
    const keys = createRemoteJWKSet(new URL(jwks_uri), { [customFetch]: fetch });
    const { payload } = await jwtVerify(await tokenFor(azure, ARM), keys, { issuer, audience: ARM });
    assert.equal(payload.tid, tenant.id);
  });

  it('publishes the issuer of the cluster, where it says it is', async () => {
    const azure = createAzure();
    const { iss = '' } = decodeJwt(await azure.federatedToken());
    const document = await azure.fetch(new Request(`${iss}.well-known/openid-configuration`));
    const { issuer, jwks_uri } = JSON.parse(await document.text());
    const fetch = (url: string) => azure.fetch(new Request(url));
    const keys = createRemoteJWKSet(new URL(jwks_uri), { [customFetch]: fetch });
    const { payload } = await jwtVerify(await azure.federatedToken(), keys, { issuer });
    assert.equal(payload.sub, 'system:serviceaccount:gateway:azure-graphql-gateway');
  });
});

function workloadIdentity(azure: Azure, assertion = () => azure.federatedToken()) {
  const clientId = azure.world.identities[2]?.clientId ?? '';
  const httpClient = transportTo(azure.fetch);
  return new ClientAssertionCredential(azure.world.tenant.id, clientId, assertion, { httpClient });
}

function clientSecret(azure: Azure, secret: string) {
  const [, ada] = azure.world.applications;
  const httpClient = transportTo(azure.fetch);
  return new ClientSecretCredential(azure.world.tenant.id, ada?.appId ?? '', secret, { httpClient });
}

async function post(azure: Azure, tenant: string, form: Record<string, string>) {
  const body = new URLSearchParams({ grant_type: 'client_credentials', ...form });
  const url = `https://login.microsoftonline.com/${tenant}/oauth2/v2.0/token`;
  const response = await azure.fetch(new Request(url, { method: 'POST', body }));
  return { status: response.status, ...JSON.parse(await response.text()) };
}
