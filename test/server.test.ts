import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { createServerCertificate, type ServerCertificate } from '../emulator/network/certificate.ts';
import { readConfig } from '../src/config.ts';
import { listen } from '../src/server.ts';
import { createLog } from '../src/telemetry.ts';

const silent = createLog('silent', { write() {} });
const plain = { ...readConfig({ PORT: '0' }), requestTimeoutInMs: 1000 };

describe('the street door', () => {
  it('rejects a port that is taken', async () => {
    const first = await listen(plain, async () => new Response('ok'), silent);
    const port = Number(new URL(first.url).port);
    await assert.rejects(
      listen({ ...plain, port }, async () => new Response('ok'), silent),
      { code: 'EADDRINUSE' },
    );
    await first.close();
  });

  it('finishes what is under way before it closes, and takes nothing more', async () => {
    const arrived = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<Response>();
    const app = () => {
      arrived.resolve();
      return finish.promise;
    };
    const server = await listen(plain, app, silent);
    const answer = fetch(server.url);
    await arrived.promise;
    const closed = server.close();
    finish.resolve(new Response('finished'));
    assert.equal(await (await answer).text(), 'finished');
    await closed;
    await assert.rejects(fetch(server.url));
  });

  it('takes as much header as MAX_HEADER_BYTES', async () => {
    const server = await listen(
      readConfig({ PORT: '0', MAX_HEADER_BYTES: '2048' }),
      async () => new Response('ok'),
      silent,
    );
    const statuses = [];
    for (const length of [1000, 3000]) {
      statuses.push((await fetch(server.url, { headers: { x: 'x'.repeat(length) } })).status);
    }
    await server.close();
    assert.deepEqual(statuses, [200, 431]);
  });

  it('does not wait for ever for a client that does not read its answer', async () => {
    const server = await listen(plain, async () => new Response('x'.repeat(50_000_000)), silent);
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1').pause();
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await once(socket, 'readable');
    await server.close();
    socket.destroy();
  });

  it('answers by https, and takes up a certificate that changes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gateway-tls-'));
    const tls = { certFile: join(folder, 'tls.crt'), keyFile: join(folder, 'tls.key') };
    const [first, second] = [
      await createServerCertificate(['localhost']),
      await createServerCertificate(['localhost']),
    ];
    await install(first, tls);
    const reloaded = Promise.withResolvers<void>();
    const log = createLog('info', { write: (line) => line.includes('tls-reloaded') && reloaded.resolve() });
    const server = await listen({ ...plain, tls }, async () => new Response('ok'), log);
    try {
      assert.equal(await presented(server.url), first.chain);
      await install(second, tls);
      await reloaded.promise;
      assert.equal(await presented(server.url), second.chain);
    } finally {
      await server.close();
      await rm(folder, { recursive: true });
    }
  });
});

async function install({ chain, key }: ServerCertificate, files: { certFile: string; keyFile: string }): Promise<void> {
  for (const [file, text] of [
    [files.keyFile, key],
    [files.certFile, chain],
  ] as const) {
    await writeFile(`${file}.new`, text);
    await rename(`${file}.new`, file);
  }
}

/** The chain that the server shows, as PEM. */
function presented(url: string): Promise<string> {
  const agent = new Agent({ rejectUnauthorized: false });
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      const leaf = (response.socket as TLSSocket).getPeerX509Certificate();
      resolve(`${leaf}${leaf?.issuerCertificate}`);
      response.resume().once('end', () => agent.destroy());
    }).once('error', reject);
  });
}
