import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a script asked of `az`, each command's words, and the file that it gave, if it gave one. */
export interface Asked {
  readonly commands: readonly (readonly string[])[];
  readonly file: string;
}

/** Runs a script with an `az` that writes down what it is asked and answers by the value of `--query`. */
export function runWithAzure(
  script: readonly string[],
  env: Readonly<Record<string, string>>,
  answers: Readonly<Record<string, string>>,
): Asked {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-azure-cli-'));
  const log = join(folder, 'log');
  const file = join(folder, 'file');
  try {
    writeFileSync(log, '');
    writeFileSync(file, '');
    writeFileSync(join(folder, 'az'), azureCli(log, file, answers), { mode: 0o755 });
    execFileSync('sh', [...script], { env: { ...env, PATH: `${folder}:${process.env.PATH}` }, stdio: 'pipe' });
    const commands = readFileSync(log, 'utf8')
      .split('\0\n')
      .filter((command) => command !== '');
    return { commands: commands.map((command) => command.split('\0')), file: readFileSync(file, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function azureCli(log: string, file: string, answers: Readonly<Record<string, string>>): string {
  const cases = Object.entries(answers).map(([query, answer]) => `'${query}') echo '${answer}' ;;`);
  return `#!/bin/sh
printf '%s\\0' "$@" >>'${log}'; echo >>'${log}'
previous=
for word; do
  case $previous in
    --file) cat "$word" >'${file}' ;;
    --query) case $word in ${cases.join(' ')} esac ;;
  esac
  previous=$word
done
`;
}
