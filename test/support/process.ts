import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { fetch, ProxyAgent } from 'undici';

export type Environment = Readonly<Record<string, string>>;

export interface Running {
  /** Where the gateway listens, or what the emulator exports. */
  readonly exports: Environment;
  readonly url: string;
  stop(): Promise<number | null>;
}

const { PATH = '', HOME = '', NODE_COMPILE_CACHE } = process.env;
/** What each process has of this environment. Many run side by side, and are stopped without anybody to tell. */
export const OWN: Environment = {
  PATH,
  HOME,
  ...(NODE_COMPILE_CACHE && { NODE_COMPILE_CACHE }),
  METRICS_PORT: '0',
  DRAIN_SECONDS: '0',
};

/** What node is given for a gateway: the source, or what was built of it for all tests. */
export const PROGRAM: readonly string[] = process.env.GATEWAY_PROGRAM?.split(' ') ?? ['src/main.ts'];

/** Runs an npm script with nothing of this environment but what npm needs. A signal to npm reaches the program. */
export function run(script: string, env: Environment = {}): ChildProcess {
  return spawn('npm', [...(script === 'start' ? ['start'] : ['run', '--silent', script])], {
    env: { ...OWN, ...env },
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

/** The gateway by node itself, for what npm would get in the way of; `said` is all that it wrote. */
export async function spawnGateway(nodeArguments: readonly string[], env: Environment) {
  const child = spawn(process.execPath, nodeArguments, {
    env: { ...OWN, ...env, PORT: '0' },
    stdio: 'pipe',
  });
  const said = { 'standard output': '', 'standard error': '' };
  const listening = Promise.withResolvers<string>();
  let heard = () => {};
  child.stdout.on('data', (chunk) => {
    said['standard output'] += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said['standard error'] += chunk;
    const line = /^.*"listening".*$/m.exec(said['standard error'])?.[0];
    if (line) listening.resolve(JSON.parse(line).url);
    heard();
  });
  child.once('exit', (code) => listening.reject(new Error(`It ended with ${code}:\n${said['standard error']}`)));
  /** Resolves when its log holds the text. */
  const line = (text: string) =>
    new Promise<void>((resolve) => {
      heard = () => said['standard error'].includes(text) && resolve();
      heard();
    });
  return { process: child, url: await listening.promise, said: () => said, line, stop: () => stop(child) };
}

/** What a process says on standard error, and its exit code, when it ends by itself. */
export async function outcome(child: ChildProcess): Promise<{ code: number | null; said: string }> {
  const said: string[] = [];
  child.stderr?.on('data', (chunk) => said.push(String(chunk)));
  const [code] = await once(child, 'close');
  return { code, said: said.join('') };
}

/** The authorization header of one of contoso's applications, such as `ADA`, signed in through the emulator's proxy. */
export async function signIn(exports: Environment, application: string): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: exports[`${application}_CLIENT_ID`] ?? '',
    client_secret: exports[`${application}_CLIENT_SECRET`] ?? '',
    scope: `${exports.CALLER_AUDIENCE}/.default`,
  });
  const requestTls = { ca: readFileSync(exports.NODE_EXTRA_CA_CERTS ?? '', 'utf8') };
  const dispatcher = new ProxyAgent({ uri: exports.HTTPS_PROXY ?? '', requestTls });
  const url = `https://login.microsoftonline.com/${exports.AZURE_TENANT_ID}/oauth2/v2.0/token`;
  const response = await fetch(url, { method: 'POST', body, dispatcher });
  const { access_token } = (await response.json()) as { access_token: string };
  await dispatcher.close();
  return `Bearer ${access_token}`;
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
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const [code] = await exited;
  return code;
}

/** A port that nothing listens on. */
export async function freePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return String(port);
}
