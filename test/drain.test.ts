import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, it } from 'node:test';
import { Agent, fetch } from 'undici';
import { authorizationOf } from '../demo/callers.ts';
import { createAzure } from '../emulator/azure.ts';
import { listen } from '../emulator/listen.ts';
import { freePort, OWN, outcome, PROGRAM, spawnGateway } from './support/process.ts';

const IN_FLIGHT = 200;
// However long the machine takes, no time is up before all have asked.
const PATIENT = { REQUEST_TIMEOUT_SECONDS: '300' };
const patient = new Agent({ connect: { timeout: 0 }, headersTimeout: 0, bodyTimeout: 0 });

describe('a gateway that is told to stop', () => {
  it(`answers the ${IN_FLIGHT} requests that it has, and ends well`, async () => {
    await using world = await heldGateway(PATIENT);
    const { gateway, held } = world;
    const answers = Array.from({ length: IN_FLIGHT }, () => world.ask());
    await held(IN_FLIGHT);
    const ended = world.stop('SIGTERM');
    await gateway.line('"stopping"');
    world.release();
    assert.deepEqual(tally(await Promise.all(answers)), { 200: IN_FLIGHT });
    assert.deepEqual(await ended, [0, null]);
    assert.match(gateway.said()['standard output'], /"audit-closed"/);
  });

  it('goes on answering for DRAIN_SECONDS, says that it is not ready and lets kept connections go', async () => {
    await using world = await heldGateway({ DRAIN_SECONDS: '600' });
    world.release();
    const ended = world.stop('SIGTERM');
    await world.gateway.line('"stopping"');
    const ready = await fetch(new URL('/ready', world.gateway.url));
    assert.deepEqual([ready.status, ready.headers.get('connection'), await world.ask()], [503, 'close', 200]);
    world.stop('SIGTERM');
    assert.deepEqual(await ended, [143, null]);
  });

  it('ends when DRAIN_SECONDS are over', async () => {
    await using world = await heldGateway({ DRAIN_SECONDS: '1' });
    assert.deepEqual(await world.stop('SIGTERM'), [0, null]);
    assert.match(world.gateway.said()['standard error'], /"stopping".*"waitInMs":1000/);
  });

  it('does not wait for DRAIN_SECONDS at a Ctrl-C', async () => {
    await using world = await heldGateway({ DRAIN_SECONDS: '600' });
    assert.deepEqual(await world.stop('SIGINT'), [0, null]);
  });

  it('ends at once when it is told twice', async () => {
    await using world = await heldGateway();
    const lost = assert.rejects(world.ask());
    await world.held(1);
    const ended = world.stop('SIGTERM');
    await world.gateway.line('"stopping"');
    world.stop('SIGTERM');
    assert.deepEqual(await ended, [143, null]);
    await lost;
  });
});

describe('a gateway that is told to stop before it listens', () => {
  const signal = "process.kill(process.pid, 'SIGTERM')";
  const began = `import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) { if (url.endsWith('/main.ts')) ${signal}; return next(url, context); } });`;
  // Nobody says what the name of its host stands for.
  const opened = `import dns from 'node:dns';
    const { stdout } = process, write = stdout.write.bind(stdout);
    stdout.write = (line, ...rest) => { if (line.includes('audit-opened')) ${signal}; return write(line, ...rest); };
    dns.lookup = () => {};`;
  for (const [when, planted] of [
    ['while it is loaded', began],
    ['while it opens its port', opened],
  ] as const) {
    it(`ends at once: ${when}`, async () => {
      const preload = `data:text/javascript,${encodeURIComponent(planted)}`;
      const env = { ...OWN, PORT: '0', HOST: 'localhost' };
      const child = spawn(process.execPath, ['--import', preload, 'src/cli.ts', 'start'], { env, stdio: 'pipe' });
      const [audit, { code, said }] = await Promise.all([text(child.stdout), outcome(child)]);
      assert.deepEqual([code, said.includes('"listening"')], [143, false]);
      assert.equal(audit.includes('"audit-opened"'), audit.includes('"audit-closed"'));
    });
  }
});

describe('a gateway that cannot start', () => {
  it('ends, though its metrics port was open already', async () => {
    await using world = await heldGateway();
    const { port } = new URL(world.gateway.url);
    const env = { ...OWN, PORT: port, METRICS_PORT: await freePort() };
    const { code, said } = await outcome(spawn(process.execPath, PROGRAM, { env, stdio: 'pipe' }));
    assert.deepEqual([code, said.includes(`PORT ${port} is taken`)], [1, true]);
  });
});

describe('a gateway whose start fails', () => {
  const failing: Record<string, (port: string) => Readonly<Record<string, string>>> = {
    'at its port': (port) => ({ PORT: port }),
    'at its metrics port': (port) => ({ METRICS_PORT: port, PORT: '0' }),
    'at a file that it reads last': () => ({ PORT: '0', TRUSTED_DOCUMENTS: 'package-lock.json' }),
  };
  for (const [where, settings] of Object.entries(failing)) {
    it(`closes the audit that it has opened: ${where}`, async (t) => {
      const taken = createServer().listen(0, '127.0.0.1');
      t.after(() => taken.close());
      await once(taken, 'listening');
      const { port } = taken.address() as AddressInfo;
      const child = spawn(process.execPath, PROGRAM, { env: { ...OWN, ...settings(String(port)) }, stdio: 'pipe' });
      const [audit, { code }] = await Promise.all([text(child.stdout), outcome(child)]);
      const events = audit
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).event);
      assert.deepEqual([code, events], [1, ['audit-opened', 'audit-closed']]);
    });
  }
});

describe('what nobody caught', () => {
  for (const [what, event, careless] of [
    ['a rejection', 'unhandled-rejection', "Promise.reject(new Error('planted'))"],
    ['an exception', 'uncaught-exception', "setImmediate(() => { throw new Error('planted'); })"],
  ] as const) {
    it(`ends the gateway with 1, and is told of once: ${what}`, async () => {
      const planted = `data:text/javascript,process.once('SIGUSR2', () => { ${careless}; ${careless}; });`;
      await using world = await heldGateway({}, ['--import', planted]);
      assert.deepEqual(await world.stop('SIGUSR2'), [1, null]);
      const lines = world.gateway.said()['standard error'].trim().split('\n');
      const told = lines.filter((line) => line.includes('planted')).map((line) => JSON.parse(line).event);
      assert.deepEqual(told, [event]);
    });
  }
});

/** A gateway process over an Azure whose resource manager answers nobody before it is released. */
async function heldGateway(env: Readonly<Record<string, string>> = {}, nodeArguments: readonly string[] = []) {
  const azure = createAzure();
  const gate = Promise.withResolvers<void>();
  const { fetch: answer } = azure;
  let waiting = 0;
  let heard = () => {};
  azure.fetch = async (request) => {
    if (new URL(request.url).host !== 'management.azure.com') return answer(request);
    waiting += 1;
    heard();
    await gate.promise;
    return answer(request);
  };
  const network = await listen(azure);
  const settings = { ...Object.fromEntries(network.exports), ...env };
  const gateway = await spawnGateway([...nodeArguments, ...PROGRAM], settings);
  const headers = { 'content-type': 'application/json', authorization: await authorizationOf(azure, 'Ada') };
  let asked = 0;
  return {
    gateway,
    /** The status of one query's answer, read to its end. No two ask for the same, so each is a call of its own. */
    async ask(): Promise<number> {
      const query = `{ resourceGroup(name: "rg-${asked++}") { name } viewer { id } }`;
      const body = JSON.stringify({ query });
      const response = await fetch(gateway.url, { method: 'POST', headers, body, dispatcher: patient });
      const { data } = (await response.json()) as { data: { viewer: object | null } };
      return data.viewer ? response.status : 0;
    },
    /** Resolves when so many calls wait. */
    held: (count: number) =>
      new Promise<void>((resolve) => {
        heard = () => waiting >= count && resolve();
        heard();
      }),
    release: () => gate.resolve(),
    stop(signal: NodeJS.Signals) {
      const ended = once(gateway.process, 'close');
      gateway.process.kill(signal);
      return ended;
    },
    async [Symbol.asyncDispose]() {
      gate.resolve();
      await gateway.stop();
      await network.close();
    },
  };
}

function tally(statuses: readonly number[]): Record<number, number> {
  return Object.fromEntries(
    [...new Set(statuses)].map((status) => [status, statuses.filter((s) => s === status).length]),
  );
}
