import { spawnSync } from 'node:child_process';
import lock from '../package-lock.json' with { type: 'json' };
import { deprecatedIn, freshness, verdictOf } from './verdict.ts';

// A vulnerability of what only builds and tests it is one too, but says less about who runs it: first what ships.
const shipped = verdictOf(npm('audit', '--json', '--omit=dev'));
const others = verdictOf(npm('audit', '--json'));
const releases = npm('view', 'node@24', 'version', '--json');

const lines = [
  `what ships: ${shipped.told}`,
  `with what builds and tests it: ${others.told}`,
  `node: ${freshness(process.version, releases)}`,
  `withdrawn by their authors: ${deprecatedIn(lock.packages).join(', ') || 'none of the locked packages, when they were locked'}`,
];
process.stdout.write(`${lines.join('\n')}\n`);
process.exitCode = shipped.state === 'found' || others.state === 'found' ? 1 : 0;

function npm(...args: string[]): string {
  const { stdout } = spawnSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return stdout ?? '';
}
