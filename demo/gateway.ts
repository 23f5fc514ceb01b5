import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

export interface Gateway {
  readonly url: string;
  readonly process: ChildProcess;
}

/** One event of the gateway's log. */
export type LogLine = Readonly<Record<string, unknown>>;

const HOST = '127.0.0.1';
const PREFERRED_PORT = 8080;
// All else of the environment could aim the gateway elsewhere.
const KEPT = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot'];

/** Starts the production gateway as `npm start` does, with `settings` for its environment; resolves when its port is open. */
export async function startGateway(
  settings: ReadonlyArray<readonly [name: string, value: string]>,
  onLog: (line: LogLine) => void,
): Promise<Gateway> {
  const kept = KEPT.map((name) => [name, process.env[name]]);
  const env = Object.fromEntries([...kept, ...settings, ['HOST', HOST], ['PORT', await port()]]);
  const child = spawn(process.execPath, ['src/main.ts'], { env, stdio: ['ignore', 'inherit', 'pipe'] });
  const lines = createInterface({ input: child.stderr });

  const listening = Promise.withResolvers<string>();
  lines.on('line', (text) => {
    const line = parsed(text);
    if (line?.event === 'listening') listening.resolve(String(line.url));
    else if (line) onLog(line);
    else process.stderr.write(`${text}\n`);
  });
  once(child, 'exit').then(([code]) => listening.reject(new Error(`The gateway stopped with exit code ${code}.`)));
  return { url: await listening.promise, process: child };
}

/** The port that the documentation names, or a free one where it is taken. */
async function port(): Promise<string> {
  const probe = createServer().listen(PREFERRED_PORT, HOST);
  const isFree = await once(probe, 'listening').then(
    () => true,
    () => false,
  );
  if (!isFree) return '0';
  probe.close();
  await once(probe, 'close');
  return String(PREFERRED_PORT);
}

function parsed(text: string): LogLine | undefined {
  try {
    return JSON.parse(text) as LogLine;
  } catch {
    return undefined;
  }
}
