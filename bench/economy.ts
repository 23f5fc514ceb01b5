import { randomUUID } from 'node:crypto';
import { authorizationOf } from '../demo/callers.ts';
import { type Azure, createAzure, type World } from '../emulator/azure.ts';
import { contoso } from '../emulator/contoso.ts';
import { listen } from '../emulator/listen.ts';
import { quantile } from './median.ts';
import { installPeers } from './peers.ts';
import type { Picture } from './picture.ts';
import { type Server, serve } from './server.ts';

const CALLERS = 1000;
const BESIDE_APOLLO = 100;
const AT_A_TIME = 8;
const UPSTREAM_IN_MS = 20;
const ESTATE = '{ resourceGroups { name subscription { displayName } resources { nodes { name } } } }';
const NAIVE =
  '{ resourceGroups { name subscription { displayName } resources { name } } secret(name: "SampleSecret") { value } }';
const BOTH =
  '{ resourceGroups { name subscription { displayName } resources { nodes { name } } } secret(name: "SampleSecret") { value } }';

/** What callers cost Azure: a thousand of them through the gateway, and a hundred beside a server with a resolver a field. */
export async function economy(): Promise<Picture> {
  const world = withCallers(contoso());
  const azure = createAzure({ world });
  for (const service of ['arm', 'resource-graph', 'key-vault'] as const)
    azure.addFault({ service, delayInMs: UPSTREAM_IN_MS });
  const network = await listen(azure);
  const env: NodeJS.ProcessEnv = { ...Object.fromEntries(network.exports), PORT: '0', METRICS_PORT: '0' };
  const tokens = await Promise.all(
    Array.from({ length: CALLERS }, (_, index) => authorizationOf(azure, nameOf(index))),
  );

  const gateway = await serve(['src/main.ts'], env);
  const thousand = await asked(azure, gateway, ESTATE, tokens);
  await gateway.stop();
  console.log(`\n${CALLERS} queries of ${CALLERS} callers of equal rights: ${calls(thousand)}\n  ${ESTATE}`);

  installPeers();
  const own = await serve(['src/main.ts'], { ...env, ACCESS_POLICY: 'bench/everything.cedar' });
  const naive = await serve(['bench/peers/apollo-azure.mjs'], env);
  const rows = [
    ['gateway', await asked(azure, own, BOTH, tokens.slice(0, BESIDE_APOLLO))],
    ['Apollo Server, a resolver a field', await asked(azure, naive, NAIVE, tokens.slice(0, BESIDE_APOLLO))],
  ] as const;
  await Promise.all([own.stop(), naive.stop()]);
  await network.close();
  console.log(
    `\n${BESIDE_APOLLO} queries, ${AT_A_TIME} at a time, ${UPSTREAM_IN_MS} ms upstream: groups, their subscription and resources, a secret\n`,
  );
  for (const [what, of] of rows) {
    const ms = [0.5, 0.99].map((share) => `p${share * 100} ${quantile(of.took, share).toFixed(0)} ms`).join(', ');
    console.log(`${what.padEnd(36)} ${calls(of)}; ${ms}; ${of.failed} failed`);
  }
  const bars = [
    { what: `gateway: ${CALLERS} queries of ${CALLERS} callers`, value: sumOf(thousand), isOurs: true },
    ...rows.map(([what, of], nth) => ({ what: `${what}: ${BESIDE_APOLLO}`, value: sumOf(of), isOurs: nth === 0 })),
  ];
  return { name: 'economy', title: 'Calls to Azure, tokens included', bars, format: String };
}

const sumOf = ({ upstream }: Cost): number => Object.values(upstream).reduce((sum, count) => sum + count, 0);

interface Cost {
  readonly took: readonly number[];
  readonly failed: number;
  readonly upstream: Readonly<Record<string, number>>;
  readonly throttled: number;
}

async function asked(azure: Azure, { url }: Server, query: string, tokens: readonly string[]): Promise<Cost> {
  azure.clearCalls();
  const left = [...tokens];
  const took: number[] = [];
  let failed = 0;
  const worker = async () => {
    for (let authorization = left.pop(); authorization; authorization = left.pop()) {
      const headers = { 'content-type': 'application/json', authorization };
      const startedAt = performance.now();
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
      if ((await response.text()).includes('"errors"')) failed += 1;
      took.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
  const made = azure.calls.filter(({ service }) => service !== 'entra');
  const upstream = Object.fromEntries(
    [...Map.groupBy(made, ({ service }) => service)].map(([name, of]) => [name, of.length]),
  );
  return { took, failed, upstream, throttled: made.filter(({ status }) => status === 429).length };
}

const calls = ({ upstream, throttled }: Cost): string =>
  `${
    Object.entries(upstream)
      .map(([service, count]) => `${count} ${service}`)
      .join(', ') || 'no call'
  }, ${throttled} of them 429`;

const nameOf = (index: number) => `Caller ${index}`;

/** Applications with Ada's app role. */
function withCallers(world: World): World {
  const ada = world.applications.find(({ displayName }) => displayName === 'Ada');
  if (!ada) throw new Error('Contoso has no Ada.');
  for (let index = 0; index < CALLERS; index++) {
    const own = { appId: randomUUID(), principalId: randomUUID(), secrets: [{ value: randomUUID() }] };
    world.applications.push({ ...ada, ...own, displayName: nameOf(index) });
  }
  return world;
}
