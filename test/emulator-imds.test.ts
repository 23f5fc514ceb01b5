import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ManagedIdentityCredential } from '@azure/identity';
import { decodeJwt } from 'jose';
import { type Azure, createAzure } from '../emulator/azure.ts';
import { createManualClock } from '../emulator/clock.ts';
import { tokenFor } from './support/emulator.ts';
import { transportTo } from './support/transport.ts';

const ARM = 'https://management.azure.com';
const IMDS = 'http://169.254.169.254/metadata/identity/oauth2/token';

describe('the identity endpoint', () => {
  it('gives the SDK a token of the host', async () => {
    const azure = createAzure();
    // The only one in this process: @azure/identity keeps its endpoint and its tokens for all later ones.
    const credential = new ManagedIdentityCredential({ httpClient: transportTo(azure.fetch) });
    const { token } = await credential.getToken(`${ARM}/.default`);
    assert.equal(decodeJwt(token).oid, azure.world.identities[0]?.principalId);
  });

  it('answers as container instances do, every number a string', async () => {
    const azure = createAzure({ clock: createManualClock(1_800_000_000_000) });
    const { access_token, ...rest } = await imds(azure, `api-version=2018-02-01&resource=${ARM}`);
    assert.deepEqual(rest, {
      status: 200,
      refresh_token: '',
      client_id: azure.world.identities[0]?.clientId,
      expires_in: '86399',
      expires_on: '1800086399',
      ext_expires_in: '86399',
      not_before: '1799999700',
      resource: ARM,
      token_type: 'Bearer',
    });
    assert.equal(decodeJwt(access_token).exp, 1_800_086_399);
  });

  it('finds a user-assigned identity by any of its ids', async () => {
    const azure = createAzure();
    const [, identity] = azure.world.identities;
    const queries = [
      `&client_id=${identity?.clientId}`,
      `&object_id=${identity?.principalId}`,
      `&msi_res_id=${identity?.resourceId.toUpperCase()}`,
      `&mi_res_id=${identity?.resourceId}`,
    ];
    const tokens = await Promise.all(queries.map((query) => tokenFor(azure, ARM, query)));
    assert.deepEqual(
      tokens.map((token) => decodeJwt(token).appid),
      queries.map(() => identity?.clientId),
    );
  });

  it('is found under every spelling clients have for it', async () => {
    const azure = createAzure();
    const hosts = ['http://127.0.0.1:4000/metadata', 'http://127.0.0.1:4000//Metadata', 'http://imds.local/metadata'];
    const requests = hosts.map((host) => new Request(`${host}/identity/oauth2/token/`));
    const statuses = await Promise.all(requests.map(async (request) => (await azure.fetch(request)).status));
    assert.deepEqual(statuses, [400, 400, 400]);
  });

  it('refuses in the words of IMDS', async () => {
    const azure = createAzure();
    const query = 'api-version=2018-02-01';
    const answers = await Promise.all([
      imds(azure, query),
      imds(azure, `${query}&resource=${ARM}&client_id=nobody`),
      imds(azure, `${query}&resource=https://example.com`),
      imds(azure, `${query}&resource=${ARM}`, {}),
    ]);
    assert.deepEqual(
      answers.map(({ status, error, error_description }) => `${status} ${error}: ${error_description.slice(0, 48)}`),
      [
        "400 invalid_request: Required query variable 'resource' is missing",
        '400 invalid_request: Identity not found',
        '400 invalid_resource: AADSTS500011: The resource principal named https',
        '400 invalid_request: Required metadata header not specified',
      ],
    );
  });

  it('refuses in the words of AAD pod identity, where that is the host', async () => {
    const azure = createAzure({ imdsHost: 'pod-identity' });
    const request = new Request(`${IMDS}?api-version=2018-02-01&resource=${ARM}&client_id=nobody`, {
      headers: { metadata: 'true' },
    });
    const response = await azure.fetch(request);
    assert.equal(response.headers.get('content-type'), 'text/plain; charset=utf-8');
    assert.equal(await response.text(), 'no azure identity found for request clientID nobody\n');
  });
});

async function imds(azure: Azure, query: string, headers: Record<string, string> = { metadata: 'true' }) {
  const response = await azure.fetch(new Request(`${IMDS}?${query}`, { headers }));
  return { status: response.status, ...JSON.parse(await response.text()) };
}
