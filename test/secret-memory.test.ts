import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { createManualClock } from '../emulator/clock.ts';
import { contoso } from '../emulator/contoso.ts';
import { drain } from '../src/drain.ts';
import { arrival, codes, gatewayOver } from './support/gateway.ts';
import { silent } from './support/telemetry.ts';

const SECOND = 1000;
// Nothing else that a process holds has so many bytes.
const VALUE = 'canary'.padEnd(4711, '-');
const MEGABYTES_OF_SECRETS = 32;
const GET = '{ secret(name: "SampleSecret") { value } }';
const REFUSED = {
  ...{ status: 403, headers: { 'x-ms-request-id': 'r' } },
  body: { error: { code: 'Forbidden', message: 'no' } },
};
const GET_ANEW = '{ secret(name: "SampleSecret", maxAgeSeconds: 0) { value } }';

describe('the bytes of a value', () => {
  it('are copied for each request, whose copy is zeros at its end', async (t) => {
    const { ask, bytes } = await gatewayWith(t);
    for (let nth = 0; nth < 3; nth += 1) assert.equal((await ask(GET)).data.secret.value, VALUE);
    assert.deepEqual(bytes(), ['value', 'zeros', 'zeros', 'zeros']);
  });

  it('are zeros at the end of a request that failed, and of all that waited for one read', async (t) => {
    const { ask, azure, bytes } = await gatewayWith(t, { SECRET_TTL_SECONDS: '0' });
    azure.addFault({ service: 'key-vault', path: 'billing-api-key', ...REFUSED });
    const failing = '{ secret(name: "SampleSecret") { value } other: secret(name: "billing-api-key") { value } }';
    const answers = await Promise.all([ask(failing), ask(GET)]);
    assert.deepEqual(answers.map(codes), [['FORBIDDEN'], []]);
    assert.deepEqual(bytes(), ['zeros', 'zeros', 'zeros']);
  });

  type World = Awaited<ReturnType<typeof gatewayWith>>;
  const ways: Readonly<Record<string, (of: World) => Promise<unknown>>> = {
    'Azure refuses it': ({ azure, ask }) => {
      azure.addFault({ service: 'key-vault', ...REFUSED });
      return ask(GET_ANEW);
    },
    'something refuses it that may be Azure': ({ azure, ask }) => {
      azure.addFault({ service: 'key-vault', status: 403, body: 'no' });
      return ask(GET_ANEW);
    },
    'it is gone': ({ vault, ask }) => {
      vault.secrets.splice(vault.secrets.indexOf(sampleIn(vault)), 1);
      return ask(GET_ANEW);
    },
    'it is disabled': ({ vault, ask }) => {
      for (const version of sampleIn(vault).versions) version.enabled = false;
      return ask(GET_ANEW);
    },
    'it is rotated': ({ azure, vault, ask }) => {
      azure.setSecret({ vault: vault.name, name: 'SampleSecret', value: 'another' });
      return ask(GET_ANEW);
    },
    'its time is over': async ({ pass }) => pass(60 * SECOND),
    'it expires': async ({ azure, vault, ask, pass, bytes }) => {
      const expiresAt = new Date(azure.now() + 5 * SECOND).toISOString();
      azure.setSecret({ vault: vault.name, name: 'SampleSecret', value: VALUE, expiresAt });
      await ask(GET_ANEW);
      pass(4 * SECOND);
      assert.equal(bytes().includes('value'), true);
      pass(1 * SECOND);
    },
    'others need its room': async ({ azure, vault, ask }) => {
      for (let nth = 0; nth < MEGABYTES_OF_SECRETS / 4; nth += 1) {
        azure.setSecret({ vault: vault.name, name: `large-${nth}`, value: 'small' });
        const large = vault.secrets.find(({ name }) => name === `large-${nth}`)?.versions[0];
        assert.ok(large);
        large.value = '-'.repeat(4 * 2 ** 20);
        assert.deepEqual(codes(await ask(`{ secret(name: "large-${nth}") { value } }`)), []);
      }
    },
    'the gateway stops': ({ cache }) => {
      const [nothing, closed] = [() => {}, { close: async () => {} }];
      const server = { ...closed, url: '', retire: nothing };
      const probes = { stop: nothing, isReady: () => true, answer: assert.fail } as never;
      const parts = { drainInMs: 0, probes, server, scrape: undefined, policy: { close: nothing } };
      return drain({ ...parts, cache, audit: closed, exporter: undefined }, 'SIGTERM', silent);
    },
  };
  for (const [way, drop] of Object.entries(ways)) {
    it(`are zeros once ${way}`, async (t) => {
      const world = await gatewayWith(t);
      await world.ask(GET);
      assert.deepEqual(world.bytes(), ['value', 'zeros']);
      await drop(world);
      assert.deepEqual(new Set(world.bytes()), new Set(['zeros']));
    });
  }

  it('are kept no more by what lands when the gateway has stopped', async (t) => {
    const { ask, azure, cache, bytes } = await gatewayWith(t);
    const asked = arrival(azure, (url) => url.includes('/secrets/'));
    const answer = ask(GET);
    await asked;
    cache.close();
    assert.equal((await answer).data.secret.value, VALUE);
    assert.deepEqual(bytes(), ['zeros', 'zeros']);
  });
});

/** A gateway on a clock of its own before a vault that holds VALUE, and what has become of each of its bytes, in order. */
async function gatewayWith(t: TestContext, env = {}) {
  const allocated = t.mock.method(Buffer, 'allocUnsafeSlow').mock;
  t.mock.timers.enable({ apis: ['setInterval'] });
  const [world, clock] = [contoso(), createManualClock()];
  const [vault] = world.vaults;
  assert.ok(vault);
  for (const version of sampleIn(vault).versions) version.value = VALUE;
  const gateway = await gatewayOver({ world, clock, env });
  return {
    ...gateway,
    vault,
    bytes: () =>
      allocated.calls.flatMap(({ result }) => (result?.byteLength === VALUE.length ? [contentOf(result)] : [])),
    pass(ms: number) {
      clock.advance(ms);
      t.mock.timers.tick(SECOND);
    },
  };
}

function contentOf(bytes: Buffer): string {
  if (bytes.every((byte) => byte === 0)) return 'zeros';
  return bytes.toString() === VALUE ? 'value' : 'something else';
}

function sampleIn({ secrets }: ReturnType<typeof contoso>['vaults'][number]) {
  const secret = secrets.find(({ name }) => name === 'SampleSecret');
  assert.ok(secret);
  return secret;
}
