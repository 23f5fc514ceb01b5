import { createAzure } from './azure.ts';
import { contoso } from './contoso.ts';
import { HELP, readFlags } from './flags.ts';
import { type Listening, listen } from './listen.ts';

await main();

async function main(): Promise<void> {
  const stopped = stopRequest();
  let listening: Listening;
  try {
    const flags = readFlags(process.argv.slice(2));
    if (flags.help) return void process.stdout.write(HELP);
    const azure = createAzure({ world: contoso(flags.size), imdsHost: flags.imdsHost, ...flags.resourceGraph });
    listening = await listen(azure, flags.addresses);
  } catch (error) {
    process.stderr.write(`emulator: ${explain(error)}\n`);
    process.exitCode = 1;
    return;
  }
  const lines = listening.exports.map(([name, value]) => `export ${name}=${quoted(value)}\n`);
  process.stdout.write(`${lines.join('')}ready\n`);
  await stopped;
  await listening.close();
  process.exit(0);
}

function stopRequest(): Promise<void> {
  return new Promise((resolve) => {
    // Not once: a terminal's Ctrl-C comes a second time from npm, and would end the process while it cleans up.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve());
    // Nobody reads what is printed: whoever started this is gone.
    process.stdout.on('error', () => resolve());
  });
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE')
    return `${error.message}: take another port, or stop what has it.`;
  // Of node's advice on several lines, the first says what is wrong.
  return error.message.split('\n', 1).join();
}

function quoted(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
