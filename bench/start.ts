import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createDist } from '../build/dist.ts';
import { keepWarm } from '../build/warm.ts';
import { signIn } from '../demo/callers.ts';
import { createAzure } from '../emulator/azure.ts';
import { listen } from '../emulator/listen.ts';
import type { Picture } from './picture.ts';

const ROUNDS = 9;
const READY = '{ __typename }';
const FIRST_SECRET = '{ secret(name: "SampleSecret") { value } }';

/** Spawn to first answer of the build, as the image has it, beside that of a bare node:http server: medians of interleaved rounds. */
export async function start(): Promise<Picture> {
  const app = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
  await createDist(join(app, 'dist'), { explorer: false });
  await keepWarm({ root: '/', command: [process.execPath], app });
  const program = [join(app, 'dist/cli.js'), 'start'];
  const azure = createAzure();
  const network = await listen(azure);
  const [, billing] = await signIn(azure);
  const own = { PATH: process.env.PATH, PORT: '0', METRICS_PORT: '0', EXPLORER: 'off' };
  const cold = { ...Object.fromEntries(network.exports), ...own };
  const env = { ...cold, NODE_COMPILE_CACHE: join(app, 'warm/v8') };
  const bare: number[] = [];
  const gateway: number[] = [];
  const secret: number[] = [];
  const source: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(await firstAnswer(['bench/bare.mjs'], {}, READY));
    gateway.push(await firstAnswer(program, env, READY));
    secret.push(await firstAnswer(program, env, FIRST_SECRET, billing?.authorization));
    source.push(await firstAnswer(['src/main.ts'], cold, READY));
  }
  await network.close();
  rmSync(app, { recursive: true });
  const rows = [
    { what: 'bare node:http server', times: bare, isOurs: false },
    { what: 'gateway: { __typename }', times: gateway, isOurs: true },
    { what: 'gateway: a secret, Azure SDKs and tokens included', times: secret, isOurs: true },
    { what: 'gateway from its source: { __typename }', times: source, isOurs: true },
  ];
  console.log(`Spawn to first answer, median of ${ROUNDS} interleaved rounds, Node ${process.version}\n`);
  const bars = rows.map(({ what, times, isOurs }) => {
    const ratio = median(times) / median(bare);
    console.log(`${what.padEnd(52)} ${median(times).toFixed(0).padStart(6)} ms ${ratio.toFixed(1).padStart(6)} x`);
    return { what: what.replace(', Azure SDKs and tokens included', ''), value: ratio, isOurs };
  });
  const title = 'Spawn to first answer: a bare node:http server is 1.0 x';
  return { name: 'start', title, bars, format: (ratio) => `${ratio.toFixed(1)} x` };
}

async function firstAnswer(args: string[], env: NodeJS.ProcessEnv, query: string, authorization?: string) {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  for await (const line of createInterface({ input: child.stderr })) {
    const { url } = JSON.parse(line);
    if (!url) continue;
    const body = JSON.stringify({ query });
    const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };
    const response = await fetch(url, { method: 'POST', headers, body });
    const answer = await response.json();
    if (answer.errors) throw new Error(JSON.stringify(answer.errors));
    break;
  }
  const took = performance.now() - startedAt;
  child.kill('SIGKILL');
  await once(child, 'exit');
  return took;
}

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
