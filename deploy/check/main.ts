import { existsSync } from 'node:fs';
import { checkFolder } from './check.ts';
import { printed } from './finding.ts';

const USAGE = `Says what is wrong with manifests, a line each: 0 nothing, 1 something, 2 it cannot be told.

  npm run --silent deploy:check [-- FOLDER...]     (default: deploy and .github)
`;

const folders = process.argv.slice(2);
const absent = folders.filter((folder) => folder.startsWith('-') || !existsSync(folder));
if (absent.length > 0) {
  process.stderr.write(`There is no folder ${absent.join(', ')}.\n\n${USAGE}`);
  process.exitCode = 2;
} else {
  const findings = (await Promise.all((folders.length > 0 ? folders : ['deploy', '.github']).map(checkFolder))).flat();
  process.stdout.write(findings.map((finding) => `${printed(finding)}\n`).join(''));
  process.exitCode = findings.length > 0 ? 1 : 0;
}
