import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BudgetError, measure } from './budget.ts';
import { createDist } from './dist.ts';
import { hashOf } from './hash.ts';
import { ForbiddenError } from './licence.ts';

const HELP = `Writes what the image runs: the gateway in few files, with its licences and its bill of materials.

  npm run build -- [flags]

  --out FOLDER          where to (default: dist); what is there is removed
  --explorer on|off     off: without GraphiQL; the gateway then does not start with EXPLORER=on (default: on)
  --twice               builds a second time and says whether the bytes are the same
  --help                this text
`;

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // Of what is wrong with the build, not with its code, the message says all.
  const isTold = error instanceof BudgetError || error instanceof ForbiddenError;
  process.stderr.write(`build: ${isTold ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
}

async function main(args: string[]): Promise<number> {
  const { help, out, explorer, twice } = parseArgs({
    args,
    options: {
      help: { type: 'boolean', default: false },
      out: { type: 'string', default: 'dist' },
      explorer: { type: 'string', default: 'on' },
      twice: { type: 'boolean', default: false },
    },
  }).values;
  if (help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (explorer !== 'on' && explorer !== 'off')
    throw new ForbiddenError(`--explorer takes on or off, not '${explorer}'.`);
  const options = { explorer: explorer === 'on' };
  const { packages } = await createDist(out, options);
  const first = hashOf(out);
  process.stdout.write(`${out}: ${packages.length} packages, ${first.files} files, sha256 of all ${first.sha256}\n`);
  for (const line of measure(out)) process.stdout.write(`${line}\n`);
  return twice ? again(first.sha256, options) : 0;
}

async function again(wanted: string, options: { explorer: boolean }): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-build-'));
  try {
    await createDist(folder, options);
    const { sha256 } = hashOf(folder);
    const isSame = sha256 === wanted;
    process.stdout.write(`built again: ${isSame ? 'the same bytes' : `OTHER BYTES, sha256 ${sha256}`}\n`);
    return isSame ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
