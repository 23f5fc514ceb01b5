import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

type Settings = ReadonlyArray<readonly [name: string, value: string]>;

export interface Gateway {
  readonly url: string;
  readonly process: ChildProcess;
}

/** One event of the gateway's log or audit. */
export type LogLine = Readonly<Record<string, unknown>>;

const HOST = '127.0.0.1';
const PREFERRED_PORT = 8080;
const ANY_PORT = '0';
// Nobody scrapes a demo, and nobody waits for it to stop.
const OWN = [
  ['METRICS_PORT', '0'],
  ['DRAIN_SECONDS', '0'],
];
// All else of the environment could aim the gateway elsewhere.
const KEPT = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot'];

/** Starts it on the port that the documentation names, or on a free one where that is taken meanwhile. */
export async function startGateway(settings: Settings, onLog: (line: LogLine) => void): Promise<Gateway> {
  const asked = await port();
  try {
    return await start(settings, asked, onLog);
  } catch (error) {
    if (asked === ANY_PORT) throw error;
    return start(settings, ANY_PORT, onLog);
  }
}

/**
 * Starts the production gateway as `npm start` does, with `settings` for its environment; resolves when its port is open.
 * `onLog` gets each event of its log and of its audit.
 */
async function start(settings: Settings, port: string, onLog: (line: LogLine) => void): Promise<Gateway> {
  const kept = KEPT.map((name) => [name, process.env[name]]);
  const env = Object.fromEntries([...kept, ...settings, ['HOST', HOST], ['PORT', port], ...OWN]);
  const child = spawn(process.execPath, ['src/main.ts'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines = createInterface({ input: child.stderr });
  createInterface({ input: child.stdout }).on('line', (text) => onLog(parsed(text) ?? {}));

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
  if (!isFree) return ANY_PORT;
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
