import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { authorizationOf } from '../demo/callers.ts';
import { createAzure } from '../emulator/azure.ts';
import { contoso } from '../emulator/contoso.ts';
import { listen } from '../emulator/listen.ts';
import { createLoad } from './load.ts';
import { median } from './median.ts';
import { installPeers } from './peers.ts';
import type { Picture } from './picture.ts';
import { type Server, serve } from './server.ts';

const GROUPS = 50;
const ROUNDS = Number(process.env.ROUNDS ?? 5);
const ROUND_IN_MS = 2_000;
const CONNECTIONS = 16;
// More than all rounds ask of the gateway, so that each request's variables are new.
const SPELLINGS = 256_000;

const QUERY = `query Groups($in: ID, $prefix: String) {
  resourceGroups(subscriptionId: $in, where: { namePrefix: $prefix }) { id name location provisioningState managedBy }
}`;

/** Requests and CPU time of one query of 50 groups with 5 fields, beside those who answer the same. */
export async function throughput(): Promise<Picture> {
  installPeers();
  const world = contoso({ groupsPerSubscription: GROUPS });
  const subscription = world.subscriptions.at(-1)?.subscriptionId ?? '';
  const azure = createAzure({ world });
  const network = await listen(azure);
  const folder = await mkdtemp(join(tmpdir(), 'gateway-bench-'));
  const file = join(folder, 'groups.json');
  const headers = { authorization: await authorizationOf(azure, 'Ada') };
  const gateway = await serve(['src/main.ts'], {
    ...Object.fromEntries(network.exports),
    ...SETTINGS,
  });
  const bodyOf = (id: string, prefix = 'rg-fleet-001-') =>
    JSON.stringify({ query: QUERY, variables: { in: id, prefix } });
  const answer = await asked(gateway, headers, bodyOf(subscription));
  await writeFile(file, JSON.stringify(answer.data.resourceGroups));
  const repeated = [bodyOf(subscription)];
  const prefixes = spellings('rg-fleet-001-', SPELLINGS);
  const executed = prefixes
    .flatMap((prefix) => spellings(subscription, SPELLINGS / prefixes.length).map((id) => bodyOf(id, prefix)))
    .slice(0, SPELLINGS);
  assert.equal(new Set(executed).size, SPELLINGS);
  const peer = async (what: string, name: string, ...args: string[]) => ({
    ...{ what, bodies: executed, server: await serve([`bench/peers/${name}.mjs`, file, ...args]) },
  });
  const rows = [
    await peer('node:http and JSON.stringify', 'raw'),
    await peer('@apollo/server', 'apollo'),
    await peer('graphql-yoga', 'yoga'),
    await peer('graphql-http', 'graphql-http'),
    await peer('mercurius', 'mercurius'),
    await peer('mercurius with graphql-jit', 'mercurius', '1'),
    { what: 'ours, executed', bodies: executed, server: gateway },
    { what: 'ours, repeated', bodies: repeated, server: gateway },
  ].map((row) => ({ ...row, perSecond: [] as number[], cpuInUs: [] as number[] }));
  const load = createLoad();
  for (const { server } of rows) assert.deepEqual(await asked(server, headers, bodyOf(subscription)), answer);
  for (let round = -1; round < ROUNDS; round++) {
    for (const { server, perSecond, cpuInUs, ...row } of rows) {
      const bodies = row.bodies === executed ? ofRound(executed, round) : row.bodies;
      const before = await server.usage();
      const { answered, ms } = await load.offer({
        ...{ url: server.url, headers, bodies, connections: CONNECTIONS, forMs: ROUND_IN_MS },
      });
      const after = await server.usage();
      // A question that was asked before may have its answer kept.
      if (row.bodies === executed && server === gateway)
        assert.ok(answered + CONNECTIONS < bodies.length, 'variables were repeated');
      // The first one warms up.
      if (round < 0) continue;
      perSecond.push((answered / ms) * 1000);
      cpuInUs.push((after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system) / answered);
    }
  }
  load.stop();
  for (const server of new Set(rows.map(({ server }) => server))) await server.stop();
  await network.close();
  await rm(folder, { recursive: true });
  print(rows);
  return pictureOf(rows);
}

const SETTINGS = { PORT: '0', METRICS_PORT: '0', RATE_LIMIT_PER_MINUTE: '1000000' };

/** So many ways to write an id in letters of either case: the same to Azure, another variable to GraphQL. */
function spellings(id: string, most: number): string[] {
  const letters = [...id].map((letter) => [...new Set([letter, letter.toUpperCase()])]);
  return letters.reduce<string[]>(
    (starts, either) => either.flatMap((letter) => starts.map((start) => start + letter)).slice(0, most),
    [''],
  );
}

/** Those of one round: what an earlier one has asked may still be kept. */
const ofRound = (bodies: readonly string[], round: number): string[] => {
  const share = Math.floor(bodies.length / (ROUNDS + 1));
  return bodies.slice((round + 1) * share, (round + 2) * share);
};

async function asked({ url }: Server, headers: Readonly<Record<string, string>>, body: string) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  const answer = (await response.json()) as { data: { resourceGroups: object[] } };
  assert.equal(answer.data?.resourceGroups.length, GROUPS, JSON.stringify(answer).slice(0, 1000));
  return answer;
}

interface Row {
  readonly what: string;
  readonly perSecond: readonly number[];
  readonly cpuInUs: readonly number[];
}

function print(rows: readonly Row[]): void {
  const [raw] = rows;
  if (!raw) return;
  const base = { perSecond: median(raw.perSecond), cpu: median(raw.cpuInUs) };
  console.log(
    `\n${GROUPS} groups x 5 fields, ${CONNECTIONS} connections, medians of ${ROUNDS} interleaved rounds of ${ROUND_IN_MS / 1000} s, Node ${process.version}\n`,
  );
  console.log(
    `${''.padEnd(32)}${'requests/s'.padStart(12)}${'ratio'.padStart(8)}${'CPU us'.padStart(10)}${'ratio'.padStart(8)}`,
  );
  for (const { what, perSecond, cpuInUs } of rows) {
    const [rate, cpu] = [median(perSecond), median(cpuInUs)];
    const numbers = [
      rate.toFixed(0).padStart(12),
      (rate / base.perSecond).toFixed(2).padStart(8),
      cpu.toFixed(0).padStart(10),
      (base.cpu / cpu).toFixed(2).padStart(8),
    ];
    console.log(`${what.padEnd(32)}${numbers.join('')}`);
  }
}

function pictureOf(rows: readonly Row[]): Picture {
  const base = median(rows[0]?.cpuInUs ?? []);
  const bars = rows.map(({ what, cpuInUs }) => ({
    ...{ what, value: base / median(cpuInUs), isOurs: what.startsWith('ours') },
  }));
  const title = 'CPU time a request: node:http and JSON.stringify is 1.00, more is better';
  return { name: 'throughput', title, bars, format: (ratio) => ratio.toFixed(2) };
}
