import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { text } from 'node:stream/consumers';

// To load the gateway and to have V8 warm takes longer than most files' tests: so the files share a few processes, one more
// than there are processors, as some wait for processes of their own. V8's byte code is kept for those and for the next run.
const SHARES = availableParallelism() + 1;
const { NODE_COMPILE_CACHE = 'node_modules/.cache/v8' } = process.env;

const codes = await Promise.all(Array.from({ length: SHARES }, (_, index) => testsOf(index + 1)));
process.exitCode = codes.some((code) => code !== 0) ? 1 : 0;

/** Runs every SHARES-th file, prints what is said of it in one piece, and gives the exit code. */
async function testsOf(share: number): Promise<number | null> {
  const args = ['--test', '--test-isolation=none', `--test-shard=${share}/${SHARES}`, '--test-reporter=spec'];
  const child = spawn(process.execPath, [...args, ...process.argv.slice(2), 'test/*.test.ts'], {
    env: { ...process.env, NODE_COMPILE_CACHE },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'close')]);
  process.stdout.write(said);
  return code;
}
