import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { STARTED_BY } from '../build/bundle.ts';
import { createDist } from '../build/dist.ts';

// To load the gateway and to have V8 warm takes longer than most files' tests: so the files share a few processes, one more
// than there are processors, as some wait for gateways that they start. Those are of one build, and begin in a third of the time.
const SHARES = availableParallelism() + 1;
// MSAL keeps the first identity endpoint and the first network of a process: these tests' are not the others'.
const ALONE = ['test/faults-network.test.ts'];
const { NODE_COMPILE_CACHE = 'node_modules/.cache/v8' } = process.env;
const [program, ...args] = STARTED_BY;

const folder = mkdtempSync(join(tmpdir(), 'gateway-tested-'));
try {
  await createDist(folder, { explorer: true });
  const together = globSync('test/*.test.ts')
    .toSorted()
    .filter((file) => !ALONE.includes(file));
  const shares = Map.groupBy(together, (file) => together.indexOf(file) % SHARES);
  const codes = await Promise.all([ALONE, ...shares.values()].map(testsOf));
  process.exitCode = codes.some((code) => code !== 0) ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true });
}

/** Runs these files in a process of their own, prints what is said of them in one piece, and gives the exit code. */
async function testsOf(files: readonly string[]): Promise<number | null> {
  const flags = ['--test', '--test-isolation=none', '--test-reporter=spec', ...process.argv.slice(2)];
  const child = spawn(process.execPath, [...flags, ...files], {
    env: { ...process.env, NODE_COMPILE_CACHE, GATEWAY_PROGRAM: [join(folder, program), ...args].join(' ') },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  process.stdout.write(said);
  return code;
}
