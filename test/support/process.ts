import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export type Environment = Readonly<Record<string, string>>;

export interface Running {
  /** Where the gateway listens, or what the emulator exports. */
  readonly exports: Environment;
  readonly url: string;
  stop(): Promise<number | null>;
}

/** Runs an npm script with nothing of this environment but what npm needs. A signal to npm reaches the program. */
export function run(script: string, env: Environment = {}): ChildProcess {
  const { PATH = '', HOME = '' } = process.env;
  return spawn('npm', [...(script === 'start' ? ['start'] : ['run', '--silent', script])], {
    env: { PATH, HOME, ...env },
    stdio: 'pipe',
  });
}

/** `npm run emulator`, ready, with its exports. */
export async function startEmulator(): Promise<Running> {
  const child = run('emulator');
  const exports: Record<string, string> = {};
  await lineOf(child, 'stdout', (line) => {
    const [, name, value] = /^export (\w+)='?(.*?)'?$/.exec(line) ?? [];
    if (name) exports[name] = value ?? '';
    return line === 'ready';
  });
  return { exports, url: '', stop: () => stop(child) };
}

/** `npm start`, listening on a free port. */
export async function startGateway(env: Environment): Promise<Running> {
  const child = run('start', { ...env, PORT: '0' });
  const line = await lineOf(child, 'stderr', (text) => text.includes('"listening"'));
  return { exports: {}, url: JSON.parse(line).url, stop: () => stop(child) };
}

/** What a process says on standard error, and its exit code, when it ends by itself. */
export async function outcome(child: ChildProcess): Promise<{ code: number | null; said: string }> {
  const said: string[] = [];
  child.stderr?.on('data', (chunk) => said.push(String(chunk)));
  const [code] = await once(child, 'close');
  return { code, said: said.join('') };
}

async function lineOf(child: ChildProcess, from: 'stdout' | 'stderr', is: (line: string) => boolean): Promise<string> {
  const said: string[] = [];
  child.stderr?.on('data', (chunk) => said.push(String(chunk)));
  const input = child[from];
  if (!input) throw new Error('The process has no output.');
  for await (const line of createInterface({ input })) {
    if (is(line)) return line;
  }
  throw new Error(`It ended before it was ready:\n${said.join('')}`);
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const [code] = await exited;
  return code;
}
