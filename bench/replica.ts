import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { signIn } from '../demo/callers.ts';
import { createAzure } from '../emulator/azure.ts';
import { listen } from '../emulator/listen.ts';

const ROUNDS = 3;
const REQUESTS = 1_000;
const AT_A_TIME = 16;

/** What one replica spends on a request, beside a bare node:http server: CPU time, so that the machine's other work does not count. */
export async function replica(): Promise<void> {
  const azure = createAzure();
  const network = await listen(azure);
  const [, billing] = await signIn(azure);
  const env = { ...Object.fromEntries(network.exports), METRICS_PORT: '0', ...LIMITS };
  const headers = { authorization: billing?.authorization ?? '' };
  const kinds = [
    { what: 'bare node:http server', program: 'bench/bare.mjs', query: '{ __typename }' },
    { what: 'gateway: { __typename }', program: 'src/main.ts', query: '{ __typename }' },
    { what: 'gateway: a value, one vault call, one audit line', program: 'src/main.ts', query: VALUE },
  ].map((kind) => ({ ...kind, spent: [] as number[], memory: [] as number[] }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { program, query, spent, memory } of kinds) {
      const { cpuInMs, rssInMiB } = await served(
        program,
        { PATH: process.env.PATH, PORT: '0', ...env },
        query,
        headers,
      );
      spent.push(cpuInMs / REQUESTS);
      memory.push(rssInMiB);
    }
  }
  await network.close();
  const base = median(kinds[0]?.spent ?? []);
  console.log(
    `\nCPU time a request of ${REQUESTS}, ${AT_A_TIME} at a time, median of ${ROUNDS} interleaved rounds, Node ${process.version}\n`,
  );
  for (const { what, spent, memory } of kinds) {
    const ms = median(spent);
    console.log(
      `${what.padEnd(52)} ${ms.toFixed(3)} ms ${(ms / base).toFixed(1).padStart(6)} x ${median(memory).toFixed(0).padStart(6)} MiB`,
    );
  }
}

const VALUE = '{ secret(name: "SampleSecret") { value } }';
const LIMITS = { RATE_LIMIT_PER_MINUTE: '1000000', DRAIN_SECONDS: '0' };

/** A process that answers so many requests, after as many that warm it up, and what it spent on them. */
async function served(program: string, env: NodeJS.ProcessEnv, query: string, headers: Record<string, string>) {
  const child = spawn(process.execPath, [program], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const url = await listening(child.stderr);
  child.stderr.resume();
  const agent = new Agent({ keepAlive: true, maxSockets: AT_A_TIME });
  await ask(agent, url, query, headers);
  const before = await usage(child.pid);
  await ask(agent, url, query, headers);
  const after = await usage(child.pid);
  agent.destroy();
  child.kill('SIGKILL');
  await once(child, 'exit');
  return { cpuInMs: after.cpuInMs - before.cpuInMs, rssInMiB: after.rssInMiB };
}

async function listening(from: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: from })) {
    const { url } = JSON.parse(line);
    if (url) return url;
  }
  throw new Error('It ended before it listened.');
}

async function ask(agent: Agent, url: string, query: string, headers: Record<string, string>): Promise<void> {
  let left = REQUESTS;
  const body = JSON.stringify({ query });
  const worker = async () => {
    while (left-- > 0) {
      const sent = request(url, { agent, method: 'POST', headers: { 'content-type': 'application/json', ...headers } });
      sent.end(body);
      const [response] = await once(sent, 'response');
      const answer = await text(response);
      if (answer.includes('"errors"')) throw new Error(answer);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, worker));
}

/** Of another process, by https://man7.org/linux/man-pages/man5/proc.5.html: clock ticks of 10 ms, pages of 4 KiB. */
async function usage(pid: number | undefined) {
  const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ') ?? [];
  return { cpuInMs: (Number(fields[11]) + Number(fields[12])) * 10, rssInMiB: (Number(fields[21]) * 4096) / 2 ** 20 };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
