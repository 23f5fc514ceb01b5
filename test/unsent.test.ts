import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import type { App } from '../src/app.ts';
import { readConfig } from '../src/config.ts';
import { type HttpRequest, wholeResponse } from '../src/http.ts';
import { type Bounds, boundsOf, listen } from '../src/server.ts';
import { createScrape } from '../src/telemetry/scrape.ts';
import { createLog } from '../src/telemetry.ts';
import { gatewayOver, type LogLine, TESTER } from './support/gateway.ts';
import { scrapeOf } from './support/scrape.ts';

const config = readConfig({ PORT: '0' });
// More than the system takes for a client who does not read.
const LARGE = 20_000_000;

describe('an answer that nobody takes', () => {
  it('is cut off after SEND_TIMEOUT_SECONDS, and told of', async (t) => {
    const door = await doorOf(t, large, { sendTimeout: 50 });
    const reader = await door.ask('ada');
    const [told] = await door.cutOffs(1);
    const [taken] = await Promise.all([rest(reader), once(reader, 'close')]);
    const cut = { caller: 'ada', because: 'SEND_TIMEOUT_SECONDS', unsentBytes: LARGE };
    assert.deepEqual([told, taken < LARGE], [{ level: 'info', event: 'cut-off', ...cut }, true]);
  });

  it('is not, as long as some of it is taken', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const door = await doorOf(t, large, { sendTimeout: 30_000 });
    const reader = await door.ask('ada');
    t.mock.timers.tick(29_999);
    const taken = await some(reader, LARGE / 2);
    t.mock.timers.tick(29_999);
    assert.equal(taken + (await some(reader, LARGE - taken + 1)) > LARGE, true);
    assert.deepEqual(door.log, []);
  });

  it('is one of its caller’s, the first, where more waits than MAX_UNSENT_BYTES', async (t) => {
    const door = await doorOf(t, large, { maxUnsentBytes: 2 * LARGE });
    const modest = await door.ask('bea');
    const greedy = [await door.ask('ada'), await door.ask('ada'), await door.ask('ada')];
    const cut = await door.cutOffs(2);
    assert.deepEqual(
      cut.map(({ caller, because }) => `${caller}: ${because}`),
      ['ada: MAX_UNSENT_BYTES', 'ada: MAX_UNSENT_BYTES'],
    );
    const taken = await Promise.all([modest, ...greedy].map(rest));
    assert.deepEqual(
      taken.map((bytes) => bytes > LARGE),
      [true, false, false, true],
    );
  });

  it('is none that is being read', async (t) => {
    const door = await doorOf(t, large, { maxUnsentBytes: 2 * LARGE, sparedFor: 60_000 });
    const readers = [await door.ask('ada'), await door.ask('ada'), await door.ask('ada')];
    const taken = await Promise.all(readers.map(rest));
    assert.deepEqual([taken.map((bytes) => bytes > LARGE), door.log], [[true, true, true], []]);
  });

  it('is one that has not been read for a while, though it was before', async (t) => {
    const door = await doorOf(t, large, { maxUnsentBytes: 2 * LARGE, sparedFor: 50 });
    for (let nth = 0; nth < 3; nth += 1) await door.ask('ada');
    assert.equal((await door.cutOffs(1))[0]?.because, 'MAX_UNSENT_BYTES');
  });

  it('counts whole, however much the system has taken of it', async (t) => {
    const door = await doorOf(t, large, { maxUnsentBytes: 2 * LARGE - 1 });
    await door.ask('ada');
    await door.ask('ada');
    assert.equal((await door.cutOffs(1)).length, 1);
  });

  it('is sent where it is the only one, however large', async (t) => {
    const door = await doorOf(t, large, { maxUnsentBytes: 1 });
    assert.equal((await rest(await door.ask('ada'))) > LARGE, true);
  });

  it('counts with those that wait behind it on its connection, and all are over when that is cut off', async (t) => {
    let over = 0;
    const app: App = (request) => {
      request.whenOver?.(() => (over += 1));
      return large(request);
    };
    const door = await doorOf(t, app, { maxUnsentBytes: 2 * LARGE });
    const reader = await door.ask('ada', 3);
    assert.equal((await door.cutOffs(1))[0]?.unsentBytes, 3 * LARGE);
    await rest(reader);
    assert.equal(over, 3);
  });

  it('holds its place in MAX_IN_FLIGHT until it is taken', async (t) => {
    const { reader, isOver, ask, inFlight } = await gatewayBehindDoor(t, { MAX_IN_FLIGHT: '1' });
    assert.deepEqual([await ask(), await inFlight()], [503, 1]);
    reader.destroy();
    await isOver;
    assert.deepEqual([await ask(), await inFlight()], [200, 0]);
  });

  it('is cut off like any other where the requests were refused at the door', async (t) => {
    const door = await doorOf(t, large, { sendTimeout: 50 });
    await door.send('GET / HTTP/1.1\r\n\r\n'.repeat(60_000));
    const [told] = await door.cutOffs(1);
    assert.deepEqual([told?.event, told?.because], ['cut-off', 'SEND_TIMEOUT_SECONDS']);
  });

  it('is the caller’s whose token the request carries', async (t) => {
    const { ask, door, caller } = await gatewayBehindDoor(t, { MAX_UNSENT_BYTES: '1000000' });
    await ask();
    assert.deepEqual(
      door.log.map((line) => line.caller),
      [caller],
    );
  });
});

/** A gateway with large answers, and a reader who takes nothing of the first. */
async function gatewayBehindDoor(t: TestContext, env: Readonly<Record<string, string>>) {
  const gateway = await gatewayOver({ env });
  const over = Promise.withResolvers<void>();
  const app: App = async (request) => {
    const answer = await gateway.app(request);
    request.whenOver?.(over.resolve);
    return answer.status === 200 ? wholeResponse(200, {}, 'x'.repeat(LARGE)) : answer;
  };
  const door = await doorOf(t, app, { ...boundsOf(readConfig(env).limits), sparedFor: 0 });
  const authorization = await gateway.authorizationOf(TESTER);
  const body = JSON.stringify({ query: '{ viewer { id } }' });
  const headers = { authorization, 'content-type': 'application/json' };
  const lines = Object.entries({ ...headers, 'content-length': body.length }).map((header) => header.join(': '));
  const reader = await door.send(['POST /graphql HTTP/1.1', 'Host: a', ...lines, '', body].join('\r\n'));
  const scrape = createScrape(gateway.metrics);
  return {
    door,
    reader,
    isOver: over.promise,
    caller: gateway.log.find(({ event }) => event === 'operation')?.caller,
    inFlight: async () => (await scrapeOf(scrape)).get('gateway_operations_in_flight'),
    async ask(): Promise<number> {
      const response = await fetch(`${door.url}/graphql`, { method: 'POST', headers, body });
      await response.arrayBuffer();
      return response.status;
    },
  };
}

/** Answers much to whoever the header names. */
const large = async (request: HttpRequest) => {
  request.belongsTo?.(request.headers.get('x-caller') ?? '');
  return wholeResponse(200, {}, 'x'.repeat(LARGE));
};

async function doorOf(t: TestContext, app: App, bounds: Partial<Bounds> = {}) {
  const log: LogLine[] = [];
  let heard = () => {};
  const write = (line: string) => {
    const { time, ...told } = JSON.parse(line);
    log.push(told);
    heard();
  };
  const server = await listen(config, app, createLog('info', { write }), {
    bounds: { ...boundsOf(config.limits), sparedFor: 0, ...bounds },
  });
  const readers: Socket[] = [];
  t.after(() => {
    for (const reader of readers) reader.destroy();
    return server.close();
  });
  /** A connection that has begun to get its answer, and takes nothing of it. */
  async function send(bytes: string): Promise<Socket> {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1').pause();
    socket.on('error', () => {});
    readers.push(socket);
    socket.write(bytes);
    await Promise.race([once(socket, 'readable'), once(socket, 'close')]);
    return socket;
  }
  return {
    url: server.url,
    log,
    send,
    ask: (caller: string, times = 1) => send(`GET / HTTP/1.1\r\nHost: a\r\nx-caller: ${caller}\r\n\r\n`.repeat(times)),
    cutOffs: (count: number) =>
      new Promise<readonly LogLine[]>((resolve) => {
        heard = () => log.length >= count && resolve(log);
        heard();
      }),
  };
}

/** How many bytes come until so many have, or the connection ends. */
function some(socket: Socket, atLeast: number): Promise<number> {
  let taken = 0;
  return new Promise((resolve) => {
    const take = (chunk: Buffer) => {
      taken += chunk.length;
      if (taken >= atLeast) end();
    };
    const end = () => {
      socket.off('data', take).off('close', end).pause();
      resolve(taken);
    };
    socket.on('data', take).once('close', end).resume();
    if (socket.closed) end();
  });
}

/** How many bytes come until a whole answer has, or the connection ends. */
const rest = (socket: Socket): Promise<number> => some(socket, LARGE + 1);
