import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { authorizationOf } from '../demo/callers.ts';
import { createAzure } from '../emulator/azure.ts';
import { systemClock } from '../emulator/clock.ts';
import { retryAfterSeconds } from '../src/azure/errors.ts';
import { codes, gatewayOver, NOTHING_KEPT } from './support/gateway.ts';

const GROUPS = '{ resourceGroups { name } }';
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
