import { type Asked, readArguments, UsageError } from './arguments.ts';
import type { CheckMeans } from './check.ts';
import { EXIT, type Terminal } from './terminal.ts';

/** The commands that take the process over: they end it, or set its exit code, by themselves. */
export interface Programs {
  start(): Promise<void>;
  /** False where this is no clone. */
  demo(): Promise<boolean>;
}

/** Does what the arguments ask; the exit code, or undefined where the process is not ours any more. `means` is for tests. */
export async function run(
  args: readonly string[],
  terminal: Terminal,
  programs: Programs,
  means?: CheckMeans,
): Promise<number | undefined> {
  try {
    return await done(readArguments(args), terminal, programs, means);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.complain(`${error.message.trimEnd()}\n`);
    return EXIT.wrongUsage;
  }
}

// Each command's modules are loaded for it alone: a gateway that starts pays for none of the others.
async function done(
  asked: Asked,
  terminal: Terminal,
  programs: Programs,
  means?: CheckMeans,
): Promise<number | undefined> {
  if (asked.kind === 'text') return said(asked.text, terminal);
  if (asked.kind === 'version') return said(`${await version()}\n`, terminal);
  switch (asked.command) {
    case 'start':
      await programs.start();
      return undefined;
    case 'check':
      return checked(asked.isJson, terminal, means);
    case 'policy test':
      return (await import('./policy-test.ts')).testPolicy(asked.file, terminal);
    case 'demo':
      if (await programs.demo()) return undefined;
      terminal.complain(NO_CLONE);
      return EXIT.failed;
  }
}

const NO_CLONE = `The demo is in the repository alone: neither the package nor the image holds it, since what it brings
along can sign tokens. In a clone of the repository:

  npm ci && npm run demo
`;

async function checked(isJson: boolean, { env, isColoured, write }: Terminal, means?: CheckMeans): Promise<number> {
  const [{ check }, { table }] = await Promise.all([import('./check.ts'), import('./check/table.ts')]);
  const rows = await check(env, means);
  const isOk = rows.every(({ state }) => state !== 'FAILED');
  const json = async () => JSON.stringify({ version: await version(), ok: isOk, rows }, null, 2);
  write(isJson ? `${await json()}\n` : table(rows, isColoured));
  return isOk ? EXIT.ok : EXIT.failed;
}

async function version(): Promise<string> {
  const { default: gateway } = await import('../../package.json', { with: { type: 'json' } });
  return gateway.version;
}

function said(text: string, { write }: Terminal): number {
  write(text);
  return EXIT.ok;
}
