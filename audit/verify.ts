import { createReadStream, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { createChains } from './chains.ts';
import { lines } from './lines.ts';
import { report } from './report.ts';

const USAGE = `Says whether the gateway's audit is as it was written: 0 all of it, 1 not all, 2 it cannot be told.

  npm run --silent audit:verify -- FILE [--key-file KEYFILE]

  FILE                  the audit; - reads standard input
  --key-file KEYFILE    holds the AUDIT_KEY of the gateway (default: the variable AUDIT_KEY, if set)
`;

const NAMED_STRAYS = 10;

class UsageError extends Error {}

// Whoever reads the report may stop reading it.
process.stdout.on('error', () => {});
try {
  process.exitCode = await verify(process.argv.slice(2));
} catch (error) {
  process.stderr.write(
    error instanceof UsageError
      ? `${error.message}\n\n${USAGE}`
      : `The audit cannot be verified: ${(error as Error).message}\n`,
  );
  process.exitCode = 2;
}

async function verify(args: string[]): Promise<0 | 1> {
  const { file, key } = read(args);
  const chains = createChains(key);
  const strays = { count: 0, first: [] as number[] };
  let at = 0;
  for await (const text of lines(file === '-' ? process.stdin : createReadStream(file))) {
    at += 1;
    if (text.trim() === '' || chains.read(text, at)) continue;
    strays.count += 1;
    if (strays.first.length < NAMED_STRAYS) strays.first.push(at);
  }
  const verdicts = chains.verdicts();
  process.stdout.write(report(verdicts, strays, key !== undefined));
  return verdicts.length > 0 && verdicts.every(({ fault }) => !fault) ? 0 : 1;
}

function read(args: string[]): { file: string; key: string | undefined } {
  const { positionals, values } = parsed(args);
  const [file, ...others] = positionals;
  if (file === undefined || others.length > 0) throw new UsageError('Give one file.');
  const keyFile = values['key-file'];
  if (keyFile === undefined) return { file, key: process.env.AUDIT_KEY?.trim() || undefined };
  const key = readFileSync(keyFile, 'utf8').trim();
  if (key === '') throw new UsageError(`${keyFile} is empty: give the file that holds the AUDIT_KEY.`);
  return { file, key };
}

function parsed(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: { 'key-file': { type: 'string' } } });
  } catch (error) {
    throw new UsageError((error as Error).message.split('. ', 1).join());
  }
}
