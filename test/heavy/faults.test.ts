import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { textFile } from '../support/file.ts';
import { freePort, type Running, signIn, startEmulator, startGateway } from '../support/process.ts';

const QUERY = '{ resourceGroups { name } secret(name: "SampleSecret") { value } resources { totalCount } }';
// Read anew all the time, as often as Resource Graph's quota allows; nothing is bridged from memory.
const HARDLY_KEPT = {
  ...{ INVENTORY_TTL_SECONDS: '1', SECRET_TTL_SECONDS: '1', MAX_STALE_SECONDS: '0' },
  ...{ RATE_LIMIT_PER_MINUTE: '100000' },
};
const FAULTS = [
  { hang: true },
  { breaksOff: 'hang' },
  { breaksOff: 'reset' },
  { reset: true },
  { status: 500 },
  { status: 503, headers: { 'retry-after': '3600' } },
  { status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>proxy</h1>' },
];

let emulator: Running;
let gateway: Running;
let metricsUrl: string;
let authorization: string;
before(async () => {
  emulator = await startEmulator();
  const METRICS_PORT = await freePort();
  metricsUrl = `http://127.0.0.1:${METRICS_PORT}/metrics`;
  const files = { ACCESS_POLICY: 'test/support/everyone.cedar', AUDIT_FILE: textFile('') };
  gateway = await startGateway({ ...emulator.exports, ...HARDLY_KEPT, ...files, METRICS_PORT });
  authorization = await signIn(emulator.exports, 'ADA');
});
after(async () => {
  await gateway.stop();
  await emulator.stop();
});

/** Real sockets through a proxy, and real time: the faults one after the other in one process. */
describe('a process whose upstreams fail for 3 s at a time', () => {
  for (const fault of FAULTS) {
    for (const service of ['arm', 'key-vault', 'resource-graph']) {
      it(`answers a second after: ${service}, ${JSON.stringify(fault)}`, async () => {
        const waiting = [];
        await faults('POST', { service, ...fault });
        for (let nth = 0; nth < 10; nth += 1) {
          waiting.push(ask(30_000));
          await wait(300);
        }
        await faults('DELETE');
        await wait(1000);
        assert.deepEqual((await ask(2000)).errors, undefined);
        const answered = await Promise.all(waiting);
        assert.equal(answered.length, 10);
        assert.deepEqual(new Set(Object.values(await gauges())), new Set([0]));
      });
    }
  }
});

async function ask(timeoutInMs: number): Promise<{ errors?: unknown }> {
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ query: QUERY }),
    signal: AbortSignal.timeout(timeoutInMs),
  });
  return (await response.json()) as { errors?: unknown };
}

async function faults(method: string, fault?: object): Promise<void> {
  const body = fault ? { body: JSON.stringify(fault) } : {};
  await fetch(`${emulator.exports.LOCAL_AZURE_ADMIN}/faults`, { method, ...body });
}

async function gauges(): Promise<Record<string, number>> {
  const text = await (await fetch(metricsUrl)).text();
  const lines = [...text.matchAll(/^(gateway_operations_in_flight|gateway_upstream_calls_waiting\S*) (\d+)/gm)];
  return Object.fromEntries(lines.map(([, name = '', value]) => [name, Number(value)]));
}
