import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { signIn } from '../demo/callers.ts';
import { type Azure, createAzure } from '../emulator/azure.ts';
import { listen } from '../emulator/listen.ts';
import { freePort, spawnGateway } from '../test/support/process.ts';

const SECONDS = 50;
const SAMPLE_EVERY_SECONDS = 5;
const AT_A_TIME = 24;
const FAULT_EVERY_SECONDS = 4;
// Short, so that everything is dropped, wiped and read again many times over.
const TTLS = {
  INVENTORY_TTL_SECONDS: '2',
  SECRET_TTL_SECONDS: '2',
  METADATA_TTL_SECONDS: '5',
  ABSENCE_TTL_SECONDS: '1',
};

/** A gateway under a mixed load for 50 s, while Azure fails now and then and callers leave: by hand, `npm run soak`. */
const azure = createAzure();
const network = await listen(azure);
const metricsPort = await freePort();
// With the image's flags.
const gateway = await spawnGateway(['--max-semi-space-size=8', 'src/main.ts'], {
  ...Object.fromEntries(network.exports),
  ...TTLS,
  ...{ METRICS_PORT: metricsPort, RATE_LIMIT_PER_MINUTE: '1000000', AUDIT_FILE: '/dev/null' },
});
const callers = await signIn(azure);
const agent = new Agent({ keepAlive: true, maxSockets: AT_A_TIME });
const until = performance.now() + SECONDS * 1000;
const counts = { answered: 0, 'with errors': 0, left: 0 };
const samples: Sample[] = [];

await Promise.all([...Array.from({ length: AT_A_TIME }, ask), failNowAndThen(azure), watch()]);
agent.destroy();
const [said, code] = [gateway.said()['standard error'], await gateway.stop()];
await network.close();
report();

interface Sample {
  readonly seconds: number;
  readonly rssInMiB: number;
  readonly inFlight: number;
  readonly waiting: number;
  readonly answered: number;
}

async function ask(_: unknown, worker: number): Promise<void> {
  for (let nth = worker; performance.now() < until; nth += 7) {
    const caller = callers[nth % callers.length];
    const leavesEarly = nth % 29 === 0;
    const answer = await post(queryOf(nth), caller?.authorization ?? '', leavesEarly);
    counts[answer === undefined ? 'left' : answer.includes('"errors"') ? 'with errors' : 'answered'] += 1;
  }
}

function queryOf(nth: number): string {
  const queries = [
    '{ resourceGroups { name resources(first: 5) { nodes { name } } } }',
    '{ secret(name: "SampleSecret") { value } secrets { name } }',
    `{ secret(name: "billing-invented-${nth}") { value } }`,
    `{ resources(first: 10, where: { name: { contains: "${nth % 2}" } }) { totalCount nodes { id type } } }`,
    '{ secret(name: "billing-api-key", maxAgeSeconds: 0) { value } }',
    `{ resourceGroup(name: "rg-none-${nth}") { name } subscriptions { displayName } }`,
  ];
  return queries[nth % queries.length] ?? '';
}

function post(query: string, authorization: string, leavesEarly: boolean): Promise<string | undefined> {
  const headers = { 'content-type': 'application/json', authorization };
  return new Promise((resolve) => {
    const sent = request(gateway.url, { agent, method: 'POST', headers }, (response) => {
      text(response).then(resolve, () => resolve(undefined));
    });
    sent.once('error', () => resolve(undefined));
    sent.end(JSON.stringify({ query }));
    if (leavesEarly) setImmediate(() => sent.destroy());
  });
}

async function failNowAndThen({ addFault, clearFaults }: Azure): Promise<void> {
  const faults = [
    { service: 'arm', status: 503 },
    { service: 'key-vault', reset: true },
    { service: 'resource-graph', status: 429, headers: { 'retry-after': '1' } },
    { service: 'key-vault', delayInMs: 500 },
  ] as const;
  for (let nth = 0; performance.now() < until - FAULT_EVERY_SECONDS * 1000; nth++) {
    await setTimeout(FAULT_EVERY_SECONDS * 500);
    addFault({ ...(faults[nth % faults.length] ?? faults[0]), times: 20 });
    await setTimeout(FAULT_EVERY_SECONDS * 500);
    clearFaults();
  }
}

async function watch(): Promise<void> {
  for (let seconds = 0; seconds < SECONDS; seconds += SAMPLE_EVERY_SECONDS) {
    await setTimeout(SAMPLE_EVERY_SECONDS * 1000);
    const pages = (await readFile(`/proc/${gateway.process.pid}/statm`, 'utf8')).split(' ')[1];
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    const gauge = (name: string) =>
      [...metrics.matchAll(new RegExp(`^${name}(?:{[^}]*})? (\\S+)$`, 'gm'))].reduce(
        (sum, [, value]) => sum + Number(value),
        0,
      );
    samples.push({
      seconds: seconds + SAMPLE_EVERY_SECONDS,
      rssInMiB: (Number(pages) * 4096) / 2 ** 20,
      inFlight: gauge('gateway_operations_in_flight'),
      waiting: gauge('gateway_upstream_calls_waiting'),
      answered: counts.answered,
    });
  }
}

function report(): void {
  console.log(
    `\n${SECONDS} s, ${AT_A_TIME} at a time, faults every ${FAULT_EVERY_SECONDS} s, one caller in 29 leaves\n`,
  );
  console.log('     s   RSS MiB   in flight   in line   answered');
  for (const { seconds, rssInMiB, inFlight, waiting, answered } of samples) {
    const columns = [rssInMiB.toFixed(0).padStart(9), String(inFlight).padStart(11), String(waiting).padStart(9)];
    console.log(`${String(seconds).padStart(6)} ${columns.join(' ')} ${String(answered).padStart(10)}`);
  }
  const half = samples.slice(Math.floor(samples.length / 2));
  const growth = (half.at(-1)?.rssInMiB ?? 0) / (half[0]?.rssInMiB ?? 1) - 1;
  const unhandled = said.match(/unhandled-rejection|uncaught-exception/g)?.length ?? 0;
  console.log(`\n${JSON.stringify(counts)}, exit code ${code}, unhandled ${unhandled}`);
  console.log(`RSS over the second half: ${(growth * 100).toFixed(1)} %`);
}
