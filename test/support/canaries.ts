import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authorizationOf } from '../../demo/callers.ts';
import { createAzure, type World } from '../../emulator/azure.ts';
import { contoso } from '../../emulator/contoso.ts';
import { listen } from '../../emulator/listen.ts';
import { startCollector } from './collector.ts';
import { freePort, spawnGateway } from './process.ts';

const CANARY = 'canary';

/** Runs a gateway over a world in which each value is a canary of its own, asks it in every way, and looks for them. */
export async function whereValuesAre(nodeArguments: readonly string[]) {
  const world = withCanaries(contoso());
  const azure = createAzure({ world });
  const network = await listen(azure);
  const folder = await mkdtemp(join(tmpdir(), 'gateway-leak-'));
  const snapshot = [
    '--heapsnapshot-signal=SIGUSR2',
    '--heap-snapshot-string-limit=1000000',
    `--diagnostic-dir=${folder}`,
  ];
  const [collector, metricsPort] = [await startCollector(), await freePort()];
  const watched = { LOG_LEVEL: 'trace', METRICS_PORT: metricsPort, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  const settings = { ...Object.fromEntries(network.exports), ...watched };
  const gateway = await spawnGateway([...snapshot, ...nodeArguments, 'src/main.ts'], settings);
  try {
    const billing = await authorizationOf(azure, 'Billing Service');
    const auditor = await authorizationOf(azure, 'Auditor');
    const body = (query: string) => ({ method: 'POST', body: JSON.stringify({ query }) });
    const ask = async (authorization: string, init: RequestInit, path = '') => {
      const headers = { authorization, 'content-type': 'application/json' };
      const response = await fetch(gateway.url + path, { ...init, headers });
      return (await response.text()) + JSON.stringify([...response.headers]);
    };

    const read = await Promise.all(
      ['samplesecret', 'billing-api-key'].map((name) => ask(billing, body(readValue(name)))),
    );
    const elsewhere = await Promise.all([
      ask(auditor, body(readValue('samplesecret'))),
      ask(billing, body(readValue('root-key'))),
      ask(billing, body(readValue('billing-retired'))),
      ask(billing, body('{ secrets { name contentType } secret(name: "billing-api-key") { versions { id } } }')),
      ask(billing, {}, `?query=${encodeURIComponent(readValue('samplesecret'))}`),
      ask(billing, body('{ secret(name: "samplesecret") { value { x } } }')),
    ]);

    const scraped = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    gateway.process.kill('SIGUSR2');
    const heap = await snapshotIn(folder);
    await gateway.stop();
    const told = { ...gateway.said(), metrics: scraped, traces: JSON.stringify(collector.received) };
    for (const [place, text] of Object.entries(told)) assert.notEqual(text, '', `Nothing was in the ${place}.`);
    const places = { 'a refused answer': elsewhere.join(), ...told, 'the heap': heap };
    return {
      answered: ['samplesecret', 'billing-api-key'].filter((name, index) =>
        read[index]?.includes(canaryOf(world, name)),
      ),
      places: Object.entries(places).flatMap(([place, text]) =>
        canaries(world).some((value) => text.includes(value)) ? [place] : [],
      ),
    };
  } finally {
    await gateway.stop();
    await Promise.all([network.close(), collector.close()]);
    await rm(folder, { recursive: true });
  }
}

const readValue = (name: string): string => `{ secret(name: "${name}") { name value } }`;

function withCanaries(world: World): World {
  const [vault] = world.vaults;
  const disabled = vault?.secrets.find(({ name }) => name === 'retired-api-key');
  if (disabled) disabled.name = 'billing-retired';
  for (const secret of world.vaults.flatMap(({ secrets }) => secrets)) {
    for (const version of secret.versions) version.value = `${CANARY}-${randomUUID()}`;
  }
  return world;
}

const canaries = (world: World): string[] =>
  world.vaults.flatMap(({ secrets }) => secrets.flatMap(({ versions }) => versions.map(({ value }) => value)));

function canaryOf({ vaults: [vault] }: World, name: string): string {
  return vault?.secrets.find((secret) => secret.name.toLowerCase() === name)?.versions.at(-1)?.value ?? '';
}

/** The snapshot's text, whole: node writes it in one go while the process stands still. */
async function snapshotIn(folder: string): Promise<string> {
  for (;;) {
    const [file] = await readdir(folder);
    const text = file ? await readFile(join(folder, file), 'latin1') : '';
    if (text.trimEnd().endsWith('}')) return text;
    await once(AbortSignal.timeout(50), 'abort');
  }
}
