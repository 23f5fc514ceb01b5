import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { OWN } from './support/process.ts';

// A terminal's Ctrl-C reaches npm and the program, and npm passes it on.
describe('a Ctrl-C that comes twice', () => {
  for (const [program, ready] of [
    ['src/main.ts', '"listening"'],
    ['emulator/main.ts', 'ready'],
    ['demo/main.ts', 'Ctrl-C'],
  ] as const) {
    it(`ends ${program} as one does, and leaves nothing behind`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'gateway-signal-'));
      const child = spawn(process.execPath, [program], {
        env: { ...OWN, TMPDIR: folder, PORT: '0' },
        stdio: 'pipe',
      });
      await said(child, ready);
      const exited = once(child, 'exit');
      child.kill('SIGINT');
      child.kill('SIGINT');
      assert.deepEqual(await exited, [0, null]);
      assert.deepEqual(readdirSync(folder), []);
      rmSync(folder, { recursive: true });
    });
  }
});

async function said(child: ChildProcess, text: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let all = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      all += chunk;
      if (all.includes(text)) resolve();
    });
  }
  await promise;
}
