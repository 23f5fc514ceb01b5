import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { authorizationOf } from '../demo/callers.ts';
import { createAzure } from '../emulator/azure.ts';
import { systemClock } from '../emulator/clock.ts';
import { retryAfterSeconds } from '../src/azure/errors.ts';
import { keepingTokens } from '../src/azure/token.ts';
import { settable } from './support/clock.ts';
import { codes, gatewayOver, NOTHING_KEPT } from './support/gateway.ts';
import { silent } from './support/telemetry.ts';

const GROUPS = '{ resourceGroups { name } }';
const SECRET = '{ secret(name: "SampleSecret") { value } }';
const FORCED = '{ resourceGroup(name: "rg-payments-prod", maxAgeSeconds: 0) { name } }';
const MINUTES = 60_000;
// As Entra gives them.
const CALLERS_HOUR = 3600;

/** A gateway in a world whose clocks are all so many minutes before its own; 0 to begin with. */
async function gatewayWithSkew() {
  const skew = { inMs: 0 };
  const azure = createAzure({ clock: { ...systemClock, now: () => systemClock.now() + skew.inMs } });
  const gateway = await gatewayOver({ azure, env: NOTHING_KEPT });
  return { ...gateway, skew };
}

describe('clock: 10 minutes behind', () => {
  it('refuses callers whose tokens are new, says why, and takes them once the clock is right', async () => {
    const { app, askAs, azure, skew } = await gatewayWithSkew();
    skew.inMs = 10 * MINUTES;
    const answer = await askAs('Ada', GROUPS);
    assert.deepEqual(codes(answer), ['UNAUTHENTICATED']);
    assert.match(
      answer.errors?.[0]?.message ?? '',
      /not valid yet\. Check the clocks of its issuer and of the gateway/,
    );
    skew.inMs = 0;
    assert.equal((await app(asking(await authorizationOf(azure, 'Ada')))).status, 200);
  });

  it('asks for a token of its own once', () => keepsTokensFor(10 * MINUTES));
});

describe('clock: 10 minutes ahead', () => {
  it('refuses callers in the last ten minutes of their tokens, and takes them with the next one', async () => {
    const { app, azure, skew } = await gatewayWithSkew();
    skew.inMs = -10 * MINUTES - (CALLERS_HOUR * 1000 - 5 * MINUTES);
    const last = await authorizationOf(azure, 'Ada');
    skew.inMs = -10 * MINUTES;
    const next = await authorizationOf(azure, 'Ada');
    const [refused, taken] = await Promise.all([last, next].map((authorization) => app(asking(authorization))));
    assert.deepEqual([refused?.status, taken?.status], [401, 200]);
    assert.match((await refused?.text()) ?? '', /The token has expired\. Get a new one/);
  });

  it('asks for a token of its own once', () => keepsTokensFor(-10 * MINUTES));
});

async function keepsTokensFor(skewInMs: number): Promise<void> {
  const { ask, skew, upstream } = await gatewayWithSkew();
  skew.inMs = skewInMs;
  assert.deepEqual([codes(await ask(GROUPS)), codes(await ask(GROUPS))], [[], []]);
  assert.deepEqual(upstream(), ['imds', 'arm', 'arm']);
}

describe('clock: set back or forward by 10 minutes', () => {
  for (const setMs of [-10 * MINUTES, 10 * MINUTES]) {
    const way = setMs < 0 ? 'back' : 'forward';

    it(`${way}: nobody waits, and no quota is taken for spent`, async () => {
      const { ask, manual, upstream } = await gatewayToSet();
      await ask(GROUPS);
      manual.set(setMs);
      const answer = await ask(
        '{ resourceGroup(name: "rg-payments-prod") { name } resources(first: 1) { totalCount } }',
      );
      const { data } = await ask('{ budget { limits { api remaining ceiling } } }');
      assert.deepEqual(codes(answer), []);
      assert.deepEqual(upstream().toSorted(), ['arm', 'arm', 'imds', 'resource-graph']);
      const spent = data.budget.limits.map((limit: Limit) => [limit.api, limit.ceiling - limit.remaining <= 2]);
      assert.deepEqual(spent, [
        ['ARM', true],
        ['RESOURCE_GRAPH', true],
      ]);
    });

    it(`${way}: a rotated secret is seen one time to live later, and not read meanwhile`, async () => {
      const { ask, azure, manual, upstream } = await gatewayToSet();
      await ask(SECRET);
      azure.setSecret({ vault: 'contoso-vault', name: 'SampleSecret', value: 'rotated' });
      manual.set(setMs);
      manual.advance(60_000);
      assert.equal((await ask(SECRET)).data.secret.value, 'rotated');
      const cost = upstream().length;
      await ask(SECRET);
      assert.equal(upstream().length, cost);
    });

    it(`${way}: a secret that expires is given until then by Azure's clock at the latest`, async () => {
      const { ask, azure, manual } = await gatewayToSet({ SECRET_TTL_SECONDS: '3600' });
      const expiresAt = new Date(manual.now() + 20 * MINUTES).toISOString();
      azure.setSecret({ vault: 'contoso-vault', name: 'SampleSecret', value: 'old', expiresAt });
      await ask(SECRET);
      manual.set(setMs);
      azure.setSecret({ vault: 'contoso-vault', name: 'SampleSecret', value: 'new' });
      manual.advance(20 * MINUTES);
      assert.equal((await ask(SECRET)).data.secret.value, 'new');
    });

    it(`${way} and right again: a secret that expires soon is kept until then`, async () => {
      const { ask, azure, manual, upstream } = await gatewayToSet();
      const expiresAt = new Date(manual.now() + 5 * MINUTES).toISOString();
      azure.setSecret({ vault: 'contoso-vault', name: 'SampleSecret', value: 'soon gone', expiresAt });
      for (const ms of [setMs, -setMs]) {
        manual.set(ms);
        await ask(GROUPS);
      }
      await ask(SECRET);
      const cost = upstream().length;
      await ask(SECRET);
      assert.equal(upstream().length, cost);
    });

    it(`${way}: no caller's forced readings are taken for spent`, async () => {
      const { ask, manual } = await gatewayToSet();
      await ask(FORCED);
      manual.set(setMs);
      assert.deepEqual(codes(await ask(FORCED)), []);
    });

    it(`${way}: what people are told is by the clock on the wall`, async () => {
      const { ask, manual } = await gatewayToSet();
      await ask(GROUPS);
      manual.set(setMs);
      const { data } = await ask('{ resourceGroups(maxAgeSeconds: 0) { observedAt } }');
      const { budget } = (await ask('{ budget { limits { resetsAt } } }')).data;
      assert.equal(data.resourceGroups[0].observedAt, new Date(manual.wall()).toISOString());
      const inMs = Date.parse(budget.limits[0].resetsAt) - manual.wall();
      assert.equal(inMs > 0 && inMs < 1000, true);
    });

    it(`${way}: its own token is used to its end by either clock, and no longer`, async () => {
      const { clock, manual } = settable();
      let asked = 0;
      const getToken = async () => {
        asked += 1;
        return { token: `${asked}`, expiresOnTimestamp: manual.wall() + 60 * MINUTES };
      };
      const { getToken: get } = keepingTokens({ getToken }, silent, { clock });
      await get('scope');
      manual.set(setMs);
      manual.advance(Math.min(0, -setMs) + 60 * MINUTES - 1);
      assert.equal((await get('scope'))?.token, '1');
      manual.advance(1);
      assert.notEqual((await get('scope'))?.token, '1');
    });
  }
});

type Limit = Readonly<Record<'remaining' | 'ceiling', number>> & { readonly api: string };

/** A gateway on a host whose clock may be set; Azure's goes on. */
async function gatewayToSet(env: Readonly<Record<string, string>> = {}) {
  const { clock, manual } = settable();
  return { ...(await gatewayOver({ azure: createAzure({ clock: manual }), clock, env })), manual };
}

describe('clock: Retry-After as a date', () => {
  it('is a date of the clock of whoever says it', () => {
    const sent = Date.now() + 10 * MINUTES;
    const headers = new Headers({
      date: new Date(sent).toUTCString(),
      'retry-after': new Date(sent + 5000).toUTCString(),
    });
    assert.equal(retryAfterSeconds(headers), 5);
    headers.delete('date');
    assert.equal(Number(retryAfterSeconds(headers)) > 590, true);
  });
});

function asking(authorization: string): Request {
  const headers = { 'content-type': 'application/json', authorization };
  const body = JSON.stringify({ query: GROUPS });
  return new Request('https://gateway.test/graphql', { method: 'POST', headers, body });
}
