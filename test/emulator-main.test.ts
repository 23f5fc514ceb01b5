import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readFlags } from '../emulator/flags.ts';

const MAIN = fileURLToPath(new URL('../emulator/main.ts', import.meta.url));

describe('npm run emulator', { concurrency: true }, () => {
  it('prints shell lines and nothing else, then stops at SIGTERM without a trace', async () => {
    const emulator = start('--subscriptions', '1', '--groups', '3');
    const lines = (await printed(emulator, 'stdout', 'ready\n')).trimEnd().split('\n');
    const authority = lines.find((line) => line.startsWith('export SSL_CERT_FILE='))?.split('=')[1] ?? '';
    const whileRunning = existsSync(authority);
    emulator.kill('SIGTERM');
    const [code] = await once(emulator, 'exit');
    assert.deepEqual(
      lines.filter((line) => !/^export [A-Z_]+=[\w@%+=:,./-]+$/.test(line)),
      ['ready'],
    );
    assert.deepEqual([code, whileRunning, existsSync(authority)], [0, true, false]);
  });

  it('stops when npm, which started it, is told to', async () => {
    const npm = spawn('npm', ['run', '--silent', 'emulator'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const lines = await printed(npm, 'stdout', 'ready\n');
    const [, authority = ''] = lines.match(/SSL_CERT_FILE=(.*)/) ?? [];
    npm.kill('SIGTERM');
    // The emulator holds the other end of the pipe until it ends.
    await once(npm, 'close');
    assert.equal(existsSync(authority), false);
  });

  it('refuses to start in one line', async () => {
    const emulator = start('--groups', '1000');
    const text = await printed(emulator, 'stderr', '\n');
    const code = emulator.exitCode ?? (await once(emulator, 'exit'))[0];
    assert.deepEqual([code, text], [1, 'emulator: A subscription holds at most 980 resource groups.\n']);
  });
});

describe('the flags of the emulator', () => {
  it('are read', () => {
    const graph = ['--resource-graph-lag', '3000', '--resource-graph-quota', '50', '--resources', '7'];
    assert.deepEqual(readFlags(['--imds', '[::1]:80', '--imds-host', 'pod-identity', '--secrets', '9', ...graph]), {
      help: false,
      addresses: { imds: '[::1]:80' },
      imdsHost: 'pod-identity',
      size: { resources: 7, secrets: 9 },
      resourceGraph: { resourceGraphLagInMs: 3000, resourceGraphQuota: 50 },
    });
  });

  for (const [flags, message] of [
    [['--imds', 'nonsense'], "--imds takes ADDRESS:PORT, such as 127.0.0.1:8080, not 'nonsense'."],
    [['--tls', '127.0.0.1:70000'], "--tls takes ADDRESS:PORT, such as 127.0.0.1:8080, not '127.0.0.1:70000'."],
    [['--imds-host', 'x'], "--imds-host takes one of container-instance, pod-identity, virtual-machine, not 'x'."],
    [['--resource-graph-lag', '3s'], "--resource-graph-lag takes a whole number, not '3s'."],
    [['--secrets', 'many'], "--secrets takes a whole number, not 'many'."],
    [['--unknown'], "Unknown option '--unknown'"],
  ] as const) {
    it(`do not include ${flags.join(' ')}`, () => {
      assert.throws(() => readFlags([...flags]), { message });
    });
  }
});

function start(...flags: string[]): ChildProcess {
  return spawn(process.execPath, [MAIN, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
}

// Reads on after `end`, so that the pipe stays open.
function printed(child: ChildProcess, stream: 'stdout' | 'stderr', end: string): Promise<string> {
  let text = '';
  return new Promise((resolve) => {
    child[stream]?.on('data', (chunk) => {
      text += chunk;
      if (text.endsWith(end)) resolve(text);
    });
  });
}
