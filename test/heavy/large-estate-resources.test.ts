import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { authorizationOf } from '../../demo/callers.ts';
import { type Azure, createAzure } from '../../emulator/azure.ts';
import { contoso } from '../../emulator/contoso.ts';
import { listen } from '../../emulator/listen.ts';
import { addTester } from '../support/caller.ts';
import { type Answer, NOTHING_KEPT } from '../support/gateway.ts';
import { type Environment, spawnGateway } from '../support/process.ts';

const RESOURCES = 50_000;
const GROUPS = 980;
const LATENCY_IN_MS = 50;
const MOST_OF_THE_FIRST = 1.1;

describe('50,000 resources', () => {
  it('are walked by cursor, twice, none lost and none twice, while others come and go, in memory that does not grow', async () => {
    await using gateway = await largeGateway(NOTHING_KEPT);
    const first = await walk(gateway);
    const second = await walk(gateway);
    assert.deepEqual(gateway.upstream(), { imds: 1, 'resource-graph': first.pages + second.pages });
    const said = `The first walk took ${first.memory} MiB, the second ${second.memory}.`;
    assert.ok(second.memory <= first.memory * MOST_OF_THE_FIRST, said);
  });
});

/** All pages, and the most memory in MiB that it took. Throws where an id that was there before and after is on none, or one is on two. */
async function walk({ azure, ask, rss }: LargeGateway) {
  const before = readableIds(azure);
  const walked: string[] = [];
  const memory: number[] = [];
  for (let after: string | null = null, page = 0; ; page += 1) {
    const { data }: Answer = await ask(WALK, { after });
    walked.push(...data.resources.nodes.map(({ id }: Identified) => id.toLowerCase()));
    memory.push(rss());
    comeAndGo(azure, before, page);
    after = data.resources.pageInfo.endCursor;
    if (!data.resources.pageInfo.hasNextPage) break;
  }
  const [once, there] = [new Set(walked), new Set(readableIds(azure))];
  const stayed = before.filter((id) => there.has(id));
  console.log(
    `walked ${walked.length} ids; RSS after each tenth page: ${everyTenth(memory).join(' ')} MiB, at most ${Math.max(...memory)}`,
  );
  assert.equal(once.size, walked.length);
  assert.deepEqual(
    stayed.filter((id) => !once.has(id)),
    [],
  );
  assert.ok(stayed.length < before.length - 400, 'Too few went: the walk proves nothing.');
  return { pages: Math.ceil(walked.length / 1000), memory: Math.max(...memory) };
}

describe('980 groups of one subscription', () => {
  it('are answered whole with their resources, by one call a page of groups and one a thousand rows', async () => {
    await using gateway = await largeGateway();
    const { azure, ask, upstream } = gateway;
    const { subscriptionId } = azure.world.subscriptions.at(-1) ?? {};
    for (const service of ['imds', 'arm', 'resource-graph'] as const) {
      azure.addFault({ service, delayInMs: LATENCY_IN_MS });
    }
    const startedAt = performance.now();
    const { data }: Answer = await ask(OF_GROUPS, { subscriptionId });
    const took = performance.now() - startedAt;
    const ids = data.resourceGroups.flatMap(({ resources }: Connected) => resources.nodes.map(({ id }) => id));
    const own = azure.world.resources.filter((resource) => resource.subscriptionId === subscriptionId);
    console.log(
      `${GROUPS} groups and ${ids.length} resources, cold, ${LATENCY_IN_MS} ms a call: ${took.toFixed(0)} ms`,
    );
    assert.deepEqual(ids.toSorted(), own.map(({ id }) => id).toSorted());
    const graph = Math.ceil(own.length / 1000);
    assert.deepEqual(upstream(), { imds: 1, arm: Math.ceil(GROUPS / 100), 'resource-graph': graph });
  });
});

const WALK = `query ($after: String) {
  resources(first: 1000, after: $after) { nodes { id name type location } pageInfo { hasNextPage endCursor } }
}`;
const OF_GROUPS = `query ($subscriptionId: ID!) {
  resourceGroups(subscriptionId: $subscriptionId) { name resources(first: 1000) { nodes { id name type location } } }
}`;

interface Identified {
  readonly id: string;
}

interface Connected {
  readonly resources: { readonly nodes: readonly Identified[] };
}

type LargeGateway = Awaited<ReturnType<typeof largeGateway>>;

/** A gateway process over the large estate, as it starts: nothing loaded, no token. With the V8 flags of the image. */
async function largeGateway(more: Environment = {}) {
  const world = contoso({ subscriptions: 40, groupsPerSubscription: GROUPS, resources: RESOURCES });
  addTester(world, 'Tester');
  const azure = createAzure({ world, resourceGraphQuota: 1000 });
  const network = await listen(azure);
  const settings = {
    AZURE_SUBSCRIPTION_ID: '',
    ACCESS_POLICY: 'test/support/everything.cedar',
    ...more,
  };
  const gateway = await spawnGateway([...flagsOfTheImage(), 'src/main.ts'], {
    ...Object.fromEntries(network.exports),
    ...settings,
  });
  const headers = { authorization: await authorizationOf(azure, 'Tester'), 'content-type': 'application/json' };
  return {
    azure,
    async ask(query: string, variables: object): Promise<Answer> {
      const response = await fetch(gateway.url, {
        method: 'POST',
        headers,
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as Answer;
    },
    /** How many calls of each service; Entra is asked about callers. */
    upstream: () =>
      Object.fromEntries(
        [...Map.groupBy(azure.calls, ({ service }) => service)]
          .filter(([service]) => service !== 'entra')
          .map(([service, calls]) => [service, calls.length]),
      ),
    rss: () => mebibytes(readFileSync(`/proc/${gateway.process.pid}/statm`, 'utf8')),
    async [Symbol.asyncDispose]() {
      await gateway.stop();
      await network.close();
    },
  };
}

/** Without them V8 takes more and more before it gives anything back, and nobody sees whether it is kept. */
function flagsOfTheImage(): readonly string[] {
  const [, entryPoint = ''] = /^ENTRYPOINT (\[.*\])$/m.exec(readFileSync('Dockerfile', 'utf8')) ?? [];
  return JSON.parse(entryPoint).filter((word: string) => word.startsWith('--'));
}

// https://man7.org/linux/man-pages/man5/proc.5.html: the second number is of pages of 4 KiB.
const mebibytes = (statm: string): number => Math.round((Number(statm.split(' ')[1]) * 4096) / 2 ** 20);

/** Ten go, and ten come, here and there in the whole estate: before the place of the walk and behind it. */
function comeAndGo(azure: Azure, before: readonly string[], page: number): void {
  for (let nth = 0; nth < 10; nth += 1) {
    const id = before[(page * 7919 + nth * 4987) % before.length] ?? '';
    azure.deleteResource(id);
    azure.putResource({ id: `${id}-again`, location: 'eastus' });
  }
}

function readableIds({ world }: Azure): string[] {
  const readable = new Set(world.roleAssignments.map(({ scope }) => scope));
  return world.resources
    .filter(({ subscriptionId }) => readable.has(`/subscriptions/${subscriptionId}`))
    .map(({ id }) => id.toLowerCase());
}

const everyTenth = (memory: readonly number[]): number[] => memory.filter((_, page) => page % 10 === 0);
