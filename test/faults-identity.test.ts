import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { Fault } from '../emulator/azure.ts';
import { contoso } from '../emulator/contoso.ts';
import { type Faulty, faultyGateway } from './support/fault.ts';
import { textFile } from './support/file.ts';
import { codes, type Gateway, gatewayOver, NOTHING_KEPT } from './support/gateway.ts';

const GROUPS = '{ resourceGroups { name } }';
const BOTH = '{ resourceGroups { name } secret(name: "SampleSecret") { value } }';

interface Row {
  readonly fault: Omit<Fault, 'service'>;
  readonly withinMs: number;
  /** How often the endpoint is asked for the tokens of ARM and of the vaults. */
  readonly calls: number;
  readonly retryAfterSeconds?: number;
}

/** Where the endpoint gives no token: what callers see of it, and how often it is asked. */
const ROWS: Readonly<Record<string, Row>> = {
  'identity: silent for 30 s': { fault: { delayInMs: 30_000 }, withinMs: 10_000, calls: 20 },
  'identity: not there yet, for 30 s': { fault: { reset: true }, withinMs: 600, calls: 6 },
  'identity: 404': { fault: { status: 404 }, withinMs: 600, calls: 6 },
  'identity: 410': { fault: { status: 410 }, withinMs: 600, calls: 6 },
  'identity: 429 without Retry-After': { fault: { status: 429 }, withinMs: 600, calls: 6 },
  'identity: 429 with Retry-After': {
    fault: { status: 429, headers: { 'retry-after': '20' } },
    ...{ withinMs: 0, calls: 1, retryAfterSeconds: 20 },
  },
  'identity: 500': { fault: { status: 500, body: { error: 'unknown' } }, withinMs: 600, calls: 6 },
  'identity: garbage': { fault: { status: 200, body: '{"access_token":"eyJ' }, withinMs: 0, calls: 2 },
  'identity: a body that stalls': { fault: { breaksOff: 'hang' }, withinMs: 10_000, calls: 20 },
  'identity: a body that breaks off': { fault: { breaksOff: 'reset' }, withinMs: 600, calls: 6 },
};

for (const [row, { fault, withinMs, calls, retryAfterSeconds }] of Object.entries(ROWS)) {
  describe(row, () => {
    it('is IDENTITY_UNAVAILABLE for all who wait, and asked for all of them together', async () => {
      const gateway = await faultyGateway();
      gateway.azure.addFault({ service: 'imds', ...fault });
      const { result, tookMs } = await gateway.timed(Promise.all([1, 2, 3, 4, 5].map(() => gateway.ask(BOTH))));
      assert.deepEqual(result.map(codes), Array(5).fill(['IDENTITY_UNAVAILABLE', 'IDENTITY_UNAVAILABLE']));
      for (const { errors = [] } of result)
        assert.match(errors[0]?.message ?? '', /identity gives no token .* Try again in .*AZURE_CLIENT_ID\.$/);
      assert.ok(tookMs <= withinMs, `${tookMs} ms`);
      assert.equal(imdsCalls(gateway), calls);
      assert.equal(Object(result[0]?.errors?.[0]?.extensions).retryAfterSeconds, retryAfterSeconds);
      await gateway.pass(10_000);
      await gateway.assertNothingLeft(...result);
    });

    it('is over at once when the endpoint gives tokens again', async () => {
      const gateway = await faultyGateway();
      gateway.azure.addFault({ service: 'imds', ...fault });
      const waiting = [];
      for (let nth = 0; nth < 4; nth += 1) {
        waiting.push(gateway.ask(BOTH));
        await gateway.pass(3000);
      }
      gateway.azure.clearFaults();
      await gateway.pass((retryAfterSeconds ?? 1) * 1000);
      const { result, tookMs } = await gateway.timed(gateway.ask(BOTH));
      assert.deepEqual([codes(result), tookMs], [[], 0]);
      await Promise.all(waiting);
      await gateway.pass(10_000);
      await gateway.assertNothingLeft(result);
    });
  });
}

describe('identity: garbage', () => {
  for (const token of [42, { canary: 1 }, '', null, undefined]) {
    it(`is no token, and is not kept, where it has the form of one: ${JSON.stringify(token)}`, async () => {
      const gateway = await faultyGateway({ env: NOTHING_KEPT });
      const { fetch } = gateway.azure;
      gateway.azure.fetch = async (request) => {
        const response = await fetch(request);
        if (!request.url.startsWith('http://')) return response;
        return Response.json({ ...Object(await response.json()), access_token: token });
      };
      const { result } = await gateway.timed(gateway.ask(BOTH));
      assert.deepEqual([codes(result), imdsCalls(gateway)], [Array(2).fill('IDENTITY_UNAVAILABLE'), 2]);
      gateway.azure.fetch = fetch;
      assert.deepEqual(codes((await gateway.timed(gateway.ask(BOTH))).result), []);
      assert.equal(imdsCalls(gateway), 4);
      await gateway.assertNothingLeft(result);
    });
  }
});

describe('identity: 429 with Retry-After', () => {
  it('is left alone until then', async () => {
    const gateway = await faultyGateway();
    gateway.azure.addFault({ service: 'imds', ...ROWS['identity: 429 with Retry-After']?.fault });
    await gateway.ask(GROUPS);
    gateway.azure.clearFaults();
    await gateway.pass(19_000);
    assert.deepEqual(codes(await gateway.ask(GROUPS)), ['IDENTITY_UNAVAILABLE']);
    assert.deepEqual(gateway.upstream(), ['imds']);
  });

  it('is waited for where it is short, and nobody sees it', async () => {
    const gateway = await faultyGateway();
    gateway.azure.addFault({ service: 'imds', status: 429, headers: { 'retry-after': '2' }, times: 2 });
    const { result, tookMs } = await gateway.timed(gateway.ask(GROUPS));
    assert.deepEqual([codes(result), tookMs <= 4000, imdsCalls(gateway)], [[], true, 3]);
  });
});

describe('identity: slow by 6 s', () => {
  it('is waited for, and asked each second after two', async () => {
    const gateway = await faultyGateway();
    gateway.azure.addFault({ service: 'imds', delayInMs: 6000 });
    const { result, tookMs } = await gateway.timed(gateway.ask(GROUPS));
    assert.deepEqual([codes(result), tookMs], [[], 6000]);
    assert.equal(imdsCalls(gateway), 6);
    await gateway.pass(10_000);
    await gateway.assertNothingLeft(result);
  });
});

describe('identity: fails while a token is kept', () => {
  it('is seen by nobody for as long as the token is good', async () => {
    const gateway = await faultyGateway({ env: NOTHING_KEPT });
    giveTokensFor(gateway, 290);
    await gateway.ask(GROUPS);
    gateway.azure.addFault({ service: 'imds', hang: true });
    for (let minute = 0; minute < 4; minute += 1) {
      await gateway.pass(60_000);
      assert.deepEqual(codes(await gateway.ask(GROUPS)), []);
    }
    await gateway.pass(50_000);
    assert.equal(gateway.log.filter(({ event }) => event === 'token-refresh-failed').length, 4);
    assert.deepEqual(codes((await gateway.timed(gateway.ask(GROUPS))).result), ['IDENTITY_UNAVAILABLE']);
    await gateway.pass(10_000);
    await gateway.assertNothingLeft();
  });
});

/** MSAL keeps no token that is good for less than five minutes. */
function giveTokensFor({ azure }: Faulty, seconds: number): void {
  const { fetch } = azure;
  azure.fetch = async (request) => {
    const response = await fetch(request);
    if (!request.url.startsWith('http://') || response.status !== 200) return response;
    const body = { ...Object(await response.json()), expires_on: String(Math.floor(azure.now() / 1000) + seconds) };
    return Response.json(body, { headers: response.headers });
  };
}

describe('identity: one who waits for a token leaves', () => {
  it('does not end the wait of the others', async () => {
    const gateway = await faultyGateway();
    gateway.azure.addFault({ service: 'imds', delayInMs: 2000 });
    const gone = new AbortController();
    const authorization = await gateway.authorizationOf('Tester');
    const leaving = gateway.app(
      new Request('https://gateway.test/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify({ query: GROUPS }),
        signal: gone.signal,
      }),
    );
    const staying = gateway.ask('{ resourceGroup(name: "rg-aks-prod") { name } }');
    await gateway.pass(500);
    gone.abort();
    const { result } = await gateway.timed(staying);
    assert.deepEqual([codes(result), result.data], [[], { resourceGroup: { name: 'rg-aks-prod' } }]);
    await leaving.catch(() => {});
    await gateway.pass(10_000);
    await gateway.assertNothingLeft(result);
  });
});

describe('identity: the federated token file is rotated', () => {
  it('is read anew after a refusal, whatever the SDK has kept of it', async () => {
    const { gateway, file } = await workloadGateway();
    writeFileSync(file, await gateway.azure.federatedToken({ exp: 1 }));
    const result = await gateway.ask(GROUPS);
    assert.deepEqual(codes(result), ['IDENTITY_UNAVAILABLE']);
    writeFileSync(file, await gateway.azure.federatedToken());
    assert.deepEqual(codes(await gateway.ask(GROUPS)), []);
  });

  it('is no matter while it is gone for a moment', async () => {
    const { gateway, file } = await workloadGateway();
    await gateway.ask(GROUPS);
    writeFileSync(file, '');
    assert.deepEqual(codes(await gateway.ask(GROUPS)), []);
  });
});

describe('identity: Entra answers 500 or 429', () => {
  for (const fault of [{ status: 500 }, { status: 429 }, { status: 500, headers: { 'retry-after': '3600' } }]) {
    it(`is asked again by the next request: ${JSON.stringify(fault)}`, async () => {
      const { gateway } = await workloadGateway();
      gateway.azure.addFault({ service: 'entra', path: 'token', body: { error: 'temporarily_unavailable' }, ...fault });
      const result = await gateway.ask(GROUPS);
      assert.deepEqual(codes(result), ['IDENTITY_UNAVAILABLE']);
      gateway.azure.clearFaults();
      assert.deepEqual(codes(await gateway.ask(GROUPS)), []);
    });
  }
});

const imdsCalls = ({ requested }: Faulty): number => requested.filter(({ protocol }) => protocol === 'http:').length;

async function workloadGateway(): Promise<{ gateway: Gateway; file: string }> {
  const file = textFile('');
  const world = contoso();
  const { clientId = '' } = world.identities.find(({ federatedCredentials: [one] }) => one) ?? {};
  const identity = { AZURE_CLIENT_ID: clientId, AZURE_TENANT_ID: world.tenant.id, AZURE_FEDERATED_TOKEN_FILE: file };
  const gateway = await gatewayOver({ world, env: { ...NOTHING_KEPT, ...identity } });
  writeFileSync(file, await gateway.azure.federatedToken());
  return { gateway, file };
}
