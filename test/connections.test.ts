import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { connect as connectByTls } from 'node:tls';
import type { App } from '../src/app.ts';
import { readConfig, type TlsFiles } from '../src/config.ts';
import { wholeResponse } from '../src/http.ts';
import { boundsOf, listen } from '../src/server.ts';
import { createLog } from '../src/telemetry.ts';
import { tlsFiles } from './support/tls.ts';

const config = readConfig({ PORT: '0' });
const HALF = 'GET / HTTP/1.1\r\nHost:';
const WHOLE = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const UNBODIED = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n';
const SLOW = 'GET /slow HTTP/1.1\r\nHost: a\r\n\r\n';
const LARGE = 'GET /large HTTP/1.1\r\nHost: a\r\n\r\n';
// More than the system takes for a client who does not read.
const LARGE_IN_BYTES = 20_000_000;

describe('a port whose MAX_CONNECTIONS are there', () => {
  for (const [what, bytes] of [
    ['nothing', ''],
    ['half of the headers', HALF],
    ['a request, which is answered', WHOLE],
    ['a request, which is answered, and half of the next', WHOLE + HALF],
    ['a request that is answered before its body is there', UNBODIED],
  ] as const) {
    it(`lets go of who has longest sent ${what}, and takes who comes`, async (t) => {
      const door = await doorOf(t);
      const [first, second, third] = [await door.guest(bytes), await door.guest(bytes), await door.guest(bytes)];
      assert.equal(await door.answerTo(WHOLE), 'HTTP/1.1 200');
      await closing(first);
      assert.deepEqual([second, third].map(isOpen), [true, true]);
    });
  }

  it('hangs up on who comes where each has a request under way', async (t) => {
    const door = await doorOf(t);
    const guests = [await door.guest(SLOW), await door.guest(SLOW), await door.guest(WHOLE + SLOW)];
    assert.equal(await door.answerTo(WHOLE), '');
    assert.deepEqual(guests.map(isOpen), [true, true, true]);
    door.finish();
    await Promise.all(guests.map((guest) => once(guest, 'data')));
    assert.equal(await door.answerTo(WHOLE), 'HTTP/1.1 200');
  });

  it('lets go of who takes nothing of an answer where each other has a request under way', async (t) => {
    const door = await doorOf(t);
    const [one, unread, other] = [await door.guest(SLOW), await door.guest(LARGE), await door.guest(SLOW)];
    assert.equal(await door.answerTo(WHOLE), 'HTTP/1.1 200');
    await closing(unread);
    assert.deepEqual([[one, other].map(isOpen), door.cutOffs()], [[true, true], ['MAX_CONNECTIONS']]);
  });

  it('has room again when they have gone', async (t) => {
    const door = await doorOf(t);
    for (const guest of [await door.guest(SLOW), await door.guest(SLOW), await door.guest(SLOW)]) guest.destroy();
    await door.gone(3);
    const others = [await door.guest(SLOW), await door.guest(SLOW), await door.guest(SLOW)];
    assert.deepEqual(others.map(isOpen), [true, true, true]);
  });

  it('does the same by TLS, where who has shaken no hands comes before all', async (t) => {
    const door = await doorOf(t, await tlsFiles(t));
    const [unshaken, busy, idle] = [await door.guest(''), await door.guestByTls(SLOW), await door.guestByTls(WHOLE)];
    const [second, third] = [await door.guestByTls(WHOLE), await door.guestByTls(WHOLE)];
    for (const each of [unshaken, idle]) await closing(each);
    assert.deepEqual([busy, second, third].map(isOpen), [true, true, true]);
  });
});

/** A port of three connections. What is slow is answered when the test says so. */
async function doorOf(t: TestContext, tls?: TlsFiles) {
  const cutOffs: string[] = [];
  const slow = new EventEmitter();
  const finished = once(slow, 'finish');
  let gone = 0;
  const app: App = async (request) => {
    if (request.url.endsWith('/large')) return wholeResponse(200, {}, 'x'.repeat(LARGE_IN_BYTES));
    if (request.url.endsWith('/slow')) {
      request.whenOver?.(() => {
        gone += 1;
        slow.emit('gone');
      });
      slow.emit('asked');
      await finished;
    }
    return wholeResponse(200, {}, 'ok');
  };
  const log = createLog('info', { write: (line) => cutOffs.push(JSON.parse(line).because) });
  const bounds = { ...boundsOf(config.limits), maxConnections: 3, sparedFor: 0 };
  const server = await listen({ ...config, tls }, app, log, { bounds });
  const port = Number(new URL(server.url).port);
  const guests: Socket[] = [];
  t.after(() => {
    slow.emit('finish');
    for (const each of guests) each.destroy();
    return server.close();
  });
  /** Is there when as much of what it has sent is answered, or asked, as will be. */
  async function there(socket: Socket, bytes: string): Promise<Socket> {
    guests.push(socket.on('error', () => {}));
    if (!bytes.includes('/large')) socket.resume();
    const asked = bytes.includes('/slow') && Promise.race([once(slow, 'asked'), once(socket, 'close')]);
    socket.write(bytes);
    if (asked) await asked;
    else if (bytes.includes('/large')) await once(socket.pause(), 'readable');
    else await once(socket, bytes.includes('\r\n\r\n') ? 'data' : 'connect');
    return socket;
  }
  return {
    guest: (bytes: string) => there(connect(port, '127.0.0.1'), bytes),
    guestByTls: (bytes: string) => there(connectByTls({ port, rejectUnauthorized: false }), bytes),
    /** The first line of the answer; empty: there was none. */
    async answerTo(bytes: string): Promise<string> {
      const socket = connect(port, '127.0.0.1').on('error', () => {});
      guests.push(socket);
      socket.write(bytes);
      const [answer] = await Promise.race([once(socket, 'data'), once(socket, 'close')]);
      return String(answer || '').slice(0, 'HTTP/1.1 200'.length);
    },
    finish: () => slow.emit('finish'),
    async gone(count: number): Promise<void> {
      while (gone < count) await once(slow, 'gone');
    },
    cutOffs: () => cutOffs,
  };
}

/** Resolves when it is closed, and others that were closed with it are, too. */
async function closing(socket: Socket): Promise<void> {
  if (!socket.closed) await once(socket.resume(), 'close');
  await new Promise(setImmediate);
}

const isOpen = ({ closed, readableEnded }: Socket): boolean => !closed && !readableEnded;
