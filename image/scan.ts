import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import lock from '../package-lock.json' with { type: 'json' };
import { deprecatedIn, exitCodeOf, freshness, verdictOf } from './verdict.ts';

const { values } = parseArgs({ options: { 'allow-skipped': { type: 'boolean', default: false } } });

// A vulnerability of what only builds and tests it is one too, but says less about who runs it: first what ships.
const shipped = verdictOf(npm('audit', '--json', '--omit=dev'));
const others = verdictOf(npm('audit', '--json'));
const releases = npm('view', 'node@24', 'version', '--json');

const lines = [
  `what ships: ${shipped.told}`,
  `with what builds and tests it: ${others.told}`,
  'the images: not looked at here. .github/workflows/scan.yml and release.yml scan them, of both architectures, by Trivy.',
  `node: ${freshness(process.version, releases)}`,
  `withdrawn by their authors: ${deprecatedIn(lock.packages).join(', ') || 'none of the locked packages, when they were locked'}`,
];
process.exitCode = exitCodeOf([shipped, others], { isSkippingAllowed: values['allow-skipped'] });
if (process.exitCode === 3)
  lines.push('This was no scan: it exits with 3. Run it where the registry answers, or with --allow-skipped.');
process.stdout.write(`${lines.join('\n')}\n`);

function npm(...args: string[]): string {
  const { stdout } = spawnSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return stdout ?? '';
}
