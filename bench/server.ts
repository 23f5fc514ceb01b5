import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** A server in a process of its own, whose log is a file. */
export interface Server {
  readonly url: string;
  /** What its process has spent and holds. */
  usage(): Promise<Usage>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface Usage {
  readonly cpu: NodeJS.CpuUsage;
  readonly memory: NodeJS.MemoryUsage;
}

/** Starts `node <args>`, which tells its address as `{ "url" }` in a line of standard error. */
export async function serve(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), 'gateway-bench-'));
  const log = join(folder, 'log');
  const file = openSync(log, 'a');
  const child = spawn(process.execPath, ['--import', USAGE, ...args], {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'ignore', file, 'ipc'],
  });
  closeSync(file);
  return {
    url: await urlIn(log, child),
    async usage() {
      child.send('usage');
      const [usage] = await once(child, 'message');
      return usage as Usage;
    },
    async stop(signal = 'SIGKILL') {
      child.kill(signal);
      await once(child, 'exit');
      await rm(folder, { recursive: true });
    },
  };
}

const USAGE = new URL('usage.mjs', import.meta.url).href;

async function urlIn(log: string, child: ChildProcess): Promise<string> {
  while (child.exitCode === null) {
    const url = /"url":"([^"]+)"/.exec(await readFile(log, 'utf8'))?.[1];
    if (url) return url;
    await wait(20);
  }
  throw new Error(`It ended before it listened: ${await readFile(log, 'utf8')}`);
}
