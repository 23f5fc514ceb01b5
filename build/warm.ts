import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { machineCodeOf } from './in-place-of.ts';

/** Where the program is, as who runs it sees it; `root` is where that begins as seen from here. */
export interface Place {
  readonly root: string;
  /** What runs node, such as `chroot`, and node. */
  readonly command: readonly string[];
  /** Holds `dist/`, and `warm/` when it is done. */
  readonly app: string;
  readonly user?: number;
}

const QUERIES = ['{ __typename }', '{ resourceGroups { name } }', '{ secret(name: "root-key") { name value } }'];

/**
 * Keeps what V8 makes of the program when it starts and answers: the machine code of Cedar and the byte code of the bundle, in
 * `warm/` beside `dist/`. V8 takes either again from the same node on the same kind of processor alone, and else does without.
 * Rejects where it takes them not even here.
 */
export async function keepWarm(place: Place): Promise<void> {
  const { root, app, user } = place;
  const [warm, tools] = [join(root, app, 'warm'), join(root, app, 'tools')];
  for (const folder of [warm, tools]) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
  }
  if (user !== undefined) chownSync(warm, user, user);
  for (const file of ['keep.cjs', 'count.cjs', 'policy.cedar']) {
    copyFileSync(new URL(`warm/${file}`, import.meta.url), join(tools, file));
  }
  try {
    await answer(place, 'keep.cjs', { KEEP_MACHINE_CODE_IN: join(app, 'warm', machineCodeOf()) });
    // Byte code counts only with the flags that it was made with: not made together with the machine code.
    const cache = { NODE_COMPILE_CACHE: join(app, 'warm/v8') };
    await answer(place, undefined, cache);
    const said = await answer(place, 'count.cjs', { ...cache, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' });
    if (!said.includes('wasm modules compiled: 0')) throw new Error(`Its machine code does not count:\n${said}`);
    if (!said.includes('cli.js was accepted')) throw new Error(`Its byte code does not count:\n${said}`);
  } finally {
    rmSync(tools, { recursive: true });
  }
}

/** Starts the program, asks it, ends it; what it said. */
async function answer({ command, app }: Place, preloaded: string | undefined, env: NodeJS.ProcessEnv): Promise<string> {
  const [program = '', ...before] = command;
  const preload = preloaded ? ['--require', join(app, 'tools', preloaded)] : [];
  const settings = {
    ...{ HOST: '127.0.0.1', PORT: '0', METRICS_PORT: '0', EXPLORER: 'off', NODE_ENV: 'production' },
    ...{ ACCESS_POLICY: join(app, 'tools/policy.cedar'), KEYVAULT_VAULT_NAME: 'contoso-vault' },
  };
  const child = spawn(program, [...before, ...preload, join(app, 'dist/cli.js'), 'start'], {
    env: { PATH: process.env.PATH, ...settings, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    lines.push(line);
    const url = /"event":"listening","url":"([^"]+)"/.exec(line)?.[1];
    if (url) void ask(url).finally(() => child.kill('SIGINT'));
  }
  const [code] = await ended;
  const said = lines.join('\n');
  if (code !== 0) throw new Error(`It ended with ${code}:\n${said}`);
  return said;
}

async function ask(url: string): Promise<void> {
  for (const query of QUERIES) {
    const headers = { 'content-type': 'application/json' };
    await (await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) })).text();
  }
}
