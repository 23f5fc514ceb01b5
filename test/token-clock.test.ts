import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it, type TestContext } from 'node:test';
import { createHttpHeaders, type HttpClient, type PipelineRequest } from '@azure/core-rest-pipeline';
import { createCredential } from '../src/azure/credential.ts';
import { CLOUDS } from '../src/config/cloud.ts';
import type { Config } from '../src/config.ts';
import { settable } from './support/clock.ts';
import { textFile } from './support/file.ts';
import { silent } from './support/telemetry.ts';

const MINUTE = 60_000;
const SCOPE = 'https://management.azure.com/.default';
const TENANT = randomUUID();
const ENTRA = `https://login.microsoftonline.com/${TENANT}`;

const IDENTITIES = {
  'managed-identity': (): Config['credential'] => ({ kind: 'managed-identity', clientId: randomUUID() }),
  'workload-identity': (): Config['credential'] => ({
    ...{ kind: 'workload-identity', clientId: randomUUID(), tenantId: TENANT },
    tokenFile: textFile('assertion'),
  }),
};

for (const [kind, identity] of Object.entries(IDENTITIES)) {
  describe(`a token of ${kind}, when the host's clock is set`, () => {
    for (const minutes of [-60, -10, 0, 10, 60])
      it(`by ${minutes} minutes: none is given that has ended, and few are asked for`, async (t) => {
        const host = hostWith(t, identity());
        await host.get();
        host.set(minutes);
        for (let minute = 0; minute < 4 * 60; minute += 1) {
          host.pass(1);
          await host.get();
        }
        assert.deepEqual(
          [host.ended(), host.asked() >= 4, host.asked() <= 16],
          [0, true, true],
          `${host.asked()} asked for`,
        );
      });
  });
}

describe("a token whose end cannot be told by its endpoint's clock", () => {
  it('is asked for once a second where it seems to have ended', async (t) => {
    const host = hostWith(t, IDENTITIES['managed-identity'](), { date: false });
    host.set(120);
    for (let nth = 0; nth < 50; nth += 1) await host.get();
    assert.equal(host.asked(), 1);
    host.pass(1 / 60);
    for (let nth = 0; nth < 50; nth += 1) await host.get();
    assert.equal(host.asked(), 2);
  });

  it('has ended by then where the host is behind: no token lasts longer than when it was issued', async (t) => {
    const host = hostWith(t, IDENTITIES['managed-identity'](), { date: false });
    host.set(-60);
    for (let minute = 0; minute < 2 * 60; minute += 1) {
      await host.get();
      host.pass(1);
    }
    assert.equal(host.ended(), 0);
  });
});

/** A host with an identity of an endpoint that gives tokens for an hour, by the true time. */
function hostWith(t: TestContext, credential: Config['credential'], { date = true } = {}) {
  const { clock, manual } = settable();
  // MSAL's clock is the one on the wall.
  t.mock.timers.enable({ apis: ['Date'], now: manual.wall() });
  const issued: number[] = [];
  let ended = 0;
  const transport: HttpClient = {
    async sendRequest(request) {
      const headers = createHttpHeaders(date ? { date: new Date(manual.now()).toUTCString() } : {});
      return { request, status: 200, headers, bodyAsText: JSON.stringify(answerTo(request)) };
    },
  };
  const { getToken } = createCredential({ credential, cloud: CLOUDS.public }, transport, silent, clock);
  return { get, set, pass, asked: () => issued.length, ended: () => ended };

  function answerTo({ url }: PipelineRequest): object {
    const isManaged = url.startsWith('http:');
    if (!isManaged && !new URL(url).pathname.endsWith('/token'))
      return { ...ENDPOINTS, tenant_discovery_endpoint: `${ENTRA}/v2.0/.well-known/openid-configuration` };
    issued.push(manual.now());
    const token = { access_token: `token ${issued.length}`, token_type: 'Bearer' };
    if (!isManaged) return { ...token, expires_in: 3600 };
    return {
      ...token,
      expires_in: '3600',
      expires_on: String(Math.floor(manual.now() / 1000) + 3600),
      resource: SCOPE,
    };
  }

  async function get(): Promise<void> {
    const { token = '' } = (await getToken(SCOPE)) ?? {};
    const at = issued[Number(token.split(' ')[1]) - 1] ?? 0;
    if (manual.now() >= at + 60 * MINUTE) ended += 1;
    // A token that is renewed beside comes a few turns later.
    for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
  }

  function set(minutes: number): void {
    manual.set(minutes * MINUTE);
    t.mock.timers.setTime(manual.wall());
  }

  function pass(minutes: number): void {
    manual.advance(minutes * MINUTE);
    t.mock.timers.setTime(manual.wall());
  }
}

const ENDPOINTS = {
  issuer: `${ENTRA}/v2.0`,
  token_endpoint: `${ENTRA}/oauth2/v2.0/token`,
  authorization_endpoint: `${ENTRA}/oauth2/v2.0/authorize`,
  jwks_uri: `${ENTRA}/discovery/v2.0/keys`,
};
