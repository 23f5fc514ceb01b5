import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import type { App } from '../src/app.ts';
import { type Config, readConfig } from '../src/config.ts';
import { type Bounds, boundsOf, type Door, listen } from '../src/server.ts';
import { createLog } from '../src/telemetry.ts';
import { gatewayOver } from './support/gateway.ts';
import { freePort, PROGRAM, spawnGateway } from './support/process.ts';
import { samplesOf } from './support/scrape.ts';
import { tlsFiles } from './support/tls.ts';

const config = readConfig({ PORT: '0' });
const silent = createLog('silent', { write() {} });

describe('the street door', () => {
  const unreached: App = async () => assert.fail('the app was asked');
  const head = 'POST /graphql HTTP/1.1\r\nHost: a\r\n';

  it('refuses two Authorization headers, whatever their letter case, before anything is asked', async () => {
    const answer = await sent(
      unreached,
      `${head}authorization: Bearer a\r\nAuthorization: Bearer a\r\nConnection: close\r\n\r\n`,
    );
    assert.match(answer, /^HTTP\/1\.1 401 [\s\S]*\r\nwww-authenticate: Bearer error="invalid_token"\r\n/);
    assert.deepEqual(bodyOf(answer), {
      errors: [
        {
          message: 'The request has more than one Authorization header: send one.',
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    });
  });

  for (const [what, asked] of [
    ['a bad Host', 'GET /live HTTP/1.1\r\nHost: a b\r\n'],
    ['an expectation of its own', `${head}Expect: tea\r\n`],
    ['two tokens', `${head}Authorization: Bearer a\r\nAuthorization: Bearer a\r\n`],
  ] as const) {
    it(`answers ${what} with the request's own id`, async () => {
      const answer = await sent(unreached, `${asked}x-request-id: order-4711\r\nConnection: close\r\n\r\n`);
      assert.match(answer, /\r\nx-request-id: order-4711\r\n/);
    });
  }

  it('takes one, with headers whose values speak of it', async () => {
    const app: App = async ({ headers }) => new Response(headers.get('authorization'));
    const answer = await sent(app, `${head}Authorization: Bearer a\r\nx-a: authorization\r\nConnection: close\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 200 [\s\S]*Bearer a/);
  });

  it('says what a request without a Host header lacks', async () => {
    const answer = await sent(unreached, 'GET /live HTTP/1.1\r\nConnection: close\r\n\r\n');
    assert.match(answer, /^HTTP\/1\.1 400 /);
    assert.deepEqual(bodyOf(answer), {
      errors: [{ message: 'The request has no usable Host header or path.', extensions: { code: 'BAD_REQUEST' } }],
    });
  });

  it('refuses a header of 1 MB', async () => {
    const answer = await sent(unreached, `${head}Authorization: Bearer ${'a'.repeat(1_000_000)}\r\n\r\n`);
    assert.match(answer, /^HTTP\/1\.1 431 /);
    assert.deepEqual(bodyOf(answer), {
      errors: [
        {
          message: 'The headers are larger than 16384 bytes: send fewer or shorter ones.',
          extensions: { code: 'BAD_REQUEST' },
        },
      ],
    });
  });

  it('refuses what is no HTTP', async () => {
    assert.match(await sent(unreached, 'canary\r\n\r\n'), /^HTTP\/1\.1 400 [\s\S]*BAD_REQUEST/);
  });

  for (const [what, bytes] of Object.entries({
    'nothing at all': '',
    'half of the headers': head,
    'half of a body': `${head}content-type: application/json\r\ncontent-length: 100\r\n\r\n{"query":`,
    'chunks without an end': `${head}content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n3\r\n{"q\r\n`,
  })) {
    it(`does not wait for ever on who sends ${what}`, async () => {
      const { app, log } = await gatewayOver();
      const answer = await sent(app, bytes, {
        headersTimeout: 50,
        requestTimeout: 100,
        connectionsCheckingInterval: 10,
      });
      assert.match(answer, /^HTTP\/1\.1 408 [\s\S]*took too long to arrive/);
      assert.match(answer, /\r\nx-request-id: [\da-f-]{36}\r\n/);
      assert.deepEqual(
        log.filter(({ level }) => level === 'error'),
        [],
      );
    });
  }
});

describe('the bounds of a port', () => {
  it('are those of the settings', () => {
    const { limits } = readConfig({
      ...{
        HEADERS_TIMEOUT_SECONDS: '7',
        RECEIVE_TIMEOUT_SECONDS: '20',
        MAX_HEADER_BYTES: '2048',
        MAX_CONNECTIONS: '9',
      },
      ...{ SEND_TIMEOUT_SECONDS: '11', MAX_UNSENT_BYTES: '5000000' },
    });
    assert.deepEqual(boundsOf(limits), {
      ...{ headersTimeout: 7_000, requestTimeout: 20_000, connectionsCheckingInterval: 3_500, maxHeaderSize: 2048 },
      ...{ maxConnections: 9, farewell: 2_000, sendTimeout: 11_000, maxUnsentBytes: 5_000_000, sparedFor: 1_000 },
    });
  });

  it('give headers as much time as they are given, where the whole is given less', () => {
    const { limits } = readConfig({ HEADERS_TIMEOUT_SECONDS: '30', RECEIVE_TIMEOUT_SECONDS: '5' });
    const { headersTimeout, requestTimeout } = boundsOf(limits);
    assert.deepEqual([headersTimeout, requestTimeout], [30_000, 30_000]);
  });

  it('let go of who was refused and sends on', async (t) => {
    const port = await opened(t, { farewell: 50 });
    const sender = connect({ port, host: '127.0.0.1', allowHalfOpen: true }).setEncoding('utf8');
    const sending = setInterval(() => sender.write('canary\r\n\r\n'), 10);
    t.after(() => clearInterval(sending));
    const [answer] = await once(sender, 'data');
    await new Promise((resolve) => sender.on('error', () => {}).once('close', resolve));
    assert.match(answer, /^HTTP\/1\.1 400 /);
  });

  for (const [what, bytes] of [
    ['nothing', ''],
    ['half of a ClientHello', '160301020001'],
  ] as const) {
    it(`end a TLS connection that has sent ${what}`, async (t) => {
      const refusals: number[] = [];
      const door = { refused: ({ status }: { status: number }) => refusals.push(status) };
      const port = await opened(t, { headersTimeout: 50 }, { ...config, tls: await tlsFiles(t) }, door);
      assert.equal(await exchanged(port, Buffer.from(bytes, 'hex')), '');
      assert.deepEqual(refusals, [408]);
    });
  }
});

describe('what is turned away', () => {
  it('is counted and told of in one line by the process, without anything of it', async () => {
    const port = await freePort();
    const gateway = await spawnGateway(PROGRAM, { METRICS_PORT: port });
    const target = Number(new URL(gateway.url).port);
    const head = 'POST /graphql HTTP/1.1\r\nHost: a\r\nConnection: close\r\nx-canary: canary\r\n';
    const answers: string[] = [];
    for (const bytes of [
      `${head}Authorization: Bearer canary\r\nAuthorization: Bearer canary\r\n\r\n`,
      `${head}Authorization: Bearer ${'canary'.repeat(100_000)}\r\n\r\n`,
      `${head.replace('/graphql', '/canary')}\r\n`,
      `${head}accept: text/canary\r\n\r\n`,
      'canary\r\n\r\n',
    ]) {
      answers.push(await exchanged(target, bytes));
    }
    const samples = samplesOf(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
    await gateway.stop();
    const said = gateway.said()['standard error'];
    const told = [...said.matchAll(/"event":"refused","requestId":"(.+)","status":(\d+),"code":"(\w+)"/g)];
    assert.deepEqual(
      answers.map((answer) => /^x-request-id: (.+)$/im.exec(answer)?.[1]),
      told.map(([, requestId]) => requestId),
    );
    assert.deepEqual(
      told.map(([, , status, code]) => `${status} ${code}`),
      ['401 UNAUTHENTICATED', '431 BAD_REQUEST', '404 BAD_REQUEST', '406 BAD_REQUEST', '400 BAD_REQUEST'],
    );
    assert.equal(samples.get('gateway_requests_refused_total{code="UNAUTHENTICATED"}'), 1);
    assert.equal(samples.get('gateway_requests_refused_total{code="BAD_REQUEST"}'), 4);
    assert.doesNotMatch(said, /canary/);
  });
});

const bodyOf = (answer: string): unknown => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));

/** What the door answers to these bytes until it hangs up. */
async function sent(app: App, bytes: string, patience: Partial<Bounds> = {}): Promise<string> {
  const server = await listen(config, app, silent, { bounds: { ...boundsOf(config.limits), ...patience } });
  return exchanged(Number(new URL(server.url).port), bytes).finally(() => server.close());
}

/** The port of a door with these bounds, open until the test is over. */
async function opened(
  t: TestContext,
  bounds: Partial<Bounds>,
  settings: Config = config,
  door: Door = {},
): Promise<number> {
  const app: App = async () => new Response('ok');
  const server = await listen(settings, app, silent, { ...door, bounds: { ...boundsOf(config.limits), ...bounds } });
  t.after(() => server.close());
  return Number(new URL(server.url).port);
}

async function exchanged(port: number, bytes: string | Uint8Array): Promise<string> {
  const chunks: Buffer[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
  socket
    .on('data', (chunk) => chunks.push(chunk))
    .on('error', reject)
    .on('close', () => resolve());
  await promise;
  return Buffer.concat(chunks).toString();
}
