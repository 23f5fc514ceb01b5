import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Asker } from './ask.ts';
import { asked, GATEWAY } from './gateway.ts';
import type { Network } from './network.ts';

const ROUNDS = 9;
const PATIENCE_IN_MS = 20_000;
const BARE = `import { createServer } from 'node:http';
createServer((_request, response) => response.end('{}')).listen(8080, '0.0.0.0');`;

/** What an image starts, and with which environment of its own. */
export interface Program {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * From the process's start to its first answer, the image's Node with the gateway and with a bare server, in turn: medians in ms.
 * `root` holds the image's files; `program` and `policy` are in it. Without the container runtime, whose own time would flatter the gateway.
 */
export async function coldStart(root: string, program: Program, policy: string, network: Network, asker: Asker) {
  const [command = '', ...within] = network.enter;
  const bare: number[] = [];
  const gateway: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await time(['/usr/bin/node', '--input-type=module', '--eval', BARE]));
    gateway.push(await time(program.args));
  }
  return { bare: median(bare), gateway: median(gateway) };

  async function time(args: readonly string[]): Promise<number> {
    const as = ['chroot', '--userspec=65532:65532', root, ...args];
    const env = {
      ...program.env,
      ACCESS_POLICY: policy,
      PATH: process.env.PATH,
    };
    const startedAt = performance.now();
    const child = spawn(command, [...within, ...as], { env, stdio: 'ignore' });
    const ended = once(child, 'exit');
    const { status } = await asker.ask({ ...asked(undefined, '{ __typename }'), patienceInMs: PATIENCE_IN_MS });
    const took = performance.now() - startedAt;
    child.kill('SIGKILL');
    await ended;
    if (status !== 200) throw new Error(`${GATEWAY} answered ${status} to a process that was just started.`);
    return took;
  }
}

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
