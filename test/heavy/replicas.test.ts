import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { authorizationOf } from '../../demo/callers.ts';
import { createAzure } from '../../emulator/azure.ts';
import { listen } from '../../emulator/listen.ts';
import { type Balancer, startBalancer } from '../support/balancer.ts';
import type { Answer } from '../support/gateway.ts';
import { spawnGateway } from '../support/process.ts';

const REQUESTS = 2000;
const AT_A_TIME = 60;
const KILLED_AFTER = 500;
// A vault takes 4,000 reads in 10 s, the resource manager 25 a second.
const QUERY = '{ secret(name: "SampleSecret") { name value } }';
const WHOLE = '{"data":{"secret":{"name":"SampleSecret","value":"MSI Secret!"}}}';

describe('three replicas behind a TCP balancer', () => {
  it('lose nothing but what was on the sockets of the one that is killed', async () => {
    await using replicas = await startReplicas();
    const { balancer, gateways } = replicas;
    let orphans: number[] = [];
    const { answers, lost } = await load(replicas, () => {
      orphans = balancer.clientsOf(portOf(gateways[0]));
      gateways[0]?.process.kill('SIGKILL');
    });
    assert.deepEqual(answers, [WHOLE]);
    assert.ok(orphans.length > 0, 'Nothing was on its sockets: the kill proves nothing.');
    const unexplained = lost.filter((port) => !orphans.includes(port));
    assert.deepEqual(unexplained, []);
    assert.ok(lost.length <= orphans.length, `${lost.length} lost of ${orphans.length} connections`);
  });

  it('lose nothing at all when one is told to stop', async () => {
    await using replicas = await startReplicas();
    let ended: Promise<unknown[]> | undefined;
    const { balancer, gateways } = replicas;
    const { answers, lost } = await load(replicas, () => {
      if (gateways[0]) ended = once(gateways[0].process, 'exit');
      gateways[0]?.process.kill('SIGTERM');
      // As its readiness probe would have it.
      void gateways[0]?.line('"stopping"').then(() => balancer.leave(portOf(gateways[0])));
    });
    assert.deepEqual([answers, lost], [[WHOLE], []]);
    // Not told again: a second signal ends it at once.
    assert.deepEqual(await ended, [0, null]);
  });

  it('need no sticky sessions: one caller, one connection each, hears the same of each', async () => {
    await using replicas = await startReplicas();
    const heard = new Set<string>();
    for (let turn = 0; turn < 9; turn++) {
      const agent = new Agent();
      const { answer } = await replicas.ask(agent);
      heard.add(JSON.stringify(answer));
      agent.destroy();
    }
    // A line is written at the end of its turn, behind the answer.
    await Promise.all(replicas.gateways.map((gateway) => gateway.stop()));
    const asked = replicas.gateways.map((gateway) => gateway.said()['standard error'].match(/"operation"/g)?.length);
    assert.deepEqual([heard.size, asked], [1, [3, 3, 3]]);
  });
});

type Gateway = Awaited<ReturnType<typeof spawnGateway>>;
type Replicas = Awaited<ReturnType<typeof startReplicas>>;

/** One Azure, three gateway processes that know nothing of one another, and a balancer before them. */
async function startReplicas() {
  const azure = createAzure();
  const network = await listen(azure);
  const env = { ...Object.fromEntries(network.exports), DRAIN_SECONDS: '1', RATE_LIMIT_PER_MINUTE: '100000' };
  const gateways = await Promise.all([1, 2, 3].map(() => spawnGateway(['src/main.ts'], env)));
  const balancer = await startBalancer(gateways.map(portOf));
  const authorization = await authorizationOf(azure, 'Billing Service');
  return {
    gateways,
    balancer,
    ask: (agent: Agent) => ask(balancer, agent, authorization),
    async [Symbol.asyncDispose]() {
      await Promise.all(gateways.map((gateway) => gateway.stop()));
      await Promise.all([balancer.close(), network.close()]);
    },
  };
}

/** So many requests over kept connections, `AT_A_TIME` at a time; `midway` happens while they run. */
async function load({ ask: asking }: Replicas, midway: () => void) {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_A_TIME });
  const answers = new Set<string>();
  const lost: number[] = [];
  let left = REQUESTS;
  await Promise.all(
    Array.from({ length: AT_A_TIME }, async () => {
      while (left > 0) {
        left -= 1;
        if (left === REQUESTS - KILLED_AFTER) midway();
        const { answer, port } = await asking(agent);
        if (!answer) lost.push(port);
        else answers.add(JSON.stringify(answer));
      }
    }),
  );
  agent.destroy();
  return { answers: [...answers], lost };
}

/** One query; without an answer where its connection broke. */
async function ask(
  { port: to }: Balancer,
  agent: Agent,
  authorization: string,
): Promise<{ answer?: Answer; port: number }> {
  const sent = request({ agent, port: to, path: '/graphql', method: 'POST' });
  sent.setHeader('content-type', 'application/json').setHeader('authorization', authorization);
  sent.end(JSON.stringify({ query: QUERY }));
  let port = 0;
  sent.once('socket', (socket) => {
    port = socket.localPort ?? 0;
    if (!socket.connecting) return;
    socket.once('connect', () => {
      port = socket.localPort ?? 0;
    });
  });
  try {
    const [response] = await once(sent, 'response');
    return { answer: (await json(response)) as Answer, port };
  } catch {
    return { port };
  }
}

const portOf = (gateway: Gateway | undefined): number => Number(new URL(gateway?.url ?? 'http://none:1').port);
