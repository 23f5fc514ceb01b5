import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a program and gives back its standard output. Rejects with what it said on standard error. */
export async function run(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<string> {
  return (await outcome(command, args, options)).output;
}

/** What a program said on either output. */
export async function heard(command: string, args: readonly string[]): Promise<string> {
  const { output, said } = await outcome(command, args);
  return `${output}\n${said}`;
}

async function outcome(command: string, args: readonly string[], options: SpawnOptions = {}) {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, said] = [collect(child.stdout), collect(child.stderr)];
  const [code] = await once(child, 'close');
  if (code === 0) return { output: output().trimEnd(), said: said().trimEnd() };
  const lines = said().trimEnd().split('\n').slice(-20).join('\n');
  throw new Error(`${command} ${args.slice(0, 6).join(' ')} ended with ${code}:\n${lines}`);
}

/** Whether a program is here and ends well. */
export const succeeds = (command: string, args: readonly string[]): Promise<boolean> =>
  run(command, args).then(
    () => true,
    () => false,
  );

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

function collect(stream: NodeJS.ReadableStream | null): () => string {
  const chunks: string[] = [];
  stream?.on('data', (chunk) => chunks.push(String(chunk)));
  return () => chunks.join('');
}
