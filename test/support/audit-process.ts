import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a program that knows the audit in a process of its own, under limits of the shell. */
export function startAudit(program: string, limits = '') {
  const imports = `
    import { attempt, silent } from ${JSON.stringify(import.meta.resolve('./audit.ts'))};
    import { createAudit } from ${JSON.stringify(import.meta.resolve('../../src/audit.ts'))};`;
  const shell = `${limits} exec "$0" --input-type=module -e "$1"`;
  return spawn('bash', ['-c', shell, process.execPath, imports + program]);
}

/** What it said on standard error, and its exit code. */
export async function ended(child: ReturnType<typeof startAudit>): Promise<{ code: number | null; said: string }> {
  const said: string[] = [];
  child.stderr.on('data', (chunk) => said.push(String(chunk)));
  const [code] = await once(child, 'close');
  return { code, said: said.join('') };
}
