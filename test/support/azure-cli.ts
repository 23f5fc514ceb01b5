import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a script asked of `az`: each command's words, the file that it gave, and what it gave in files (`name=@file`), by name. */
export interface Asked {
  readonly commands: readonly (readonly string[])[];
  readonly file: string;
  readonly given: Readonly<Record<string, string>>;
}

/** Runs a script with an `az` that writes down what it is asked and answers by the value of `--query`; a word of `refusals` it refuses. */
export function runWithAzure(
  script: readonly string[],
  env: Readonly<Record<string, string>>,
  answers: Readonly<Record<string, string>>,
  refusals: Readonly<Record<string, string>> = {},
): Asked {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-azure-cli-'));
  const log = join(folder, 'log');
  const file = join(folder, 'file');
  const given = join(folder, 'given');
  try {
    mkdirSync(given);
    writeFileSync(log, '');
    writeFileSync(file, '');
    writeFileSync(join(folder, 'az'), azureCli({ log, file, given }, answers, refusals), { mode: 0o755 });
    execFileSync('sh', [...script], { env: { ...env, PATH: `${folder}:${process.env.PATH}` }, stdio: 'pipe' });
    const commands = readFileSync(log, 'utf8')
      .split('\0\n')
      .filter((command) => command !== '');
    return {
      commands: commands.map((command) => command.split('\0')),
      file: readFileSync(file, 'utf8'),
      given: Object.fromEntries(readdirSync(given).map((name) => [name, readFileSync(join(given, name), 'utf8')])),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function azureCli(
  { log, file, given }: Readonly<Record<'log' | 'file' | 'given', string>>,
  answers: Readonly<Record<string, string>>,
  refusals: Readonly<Record<string, string>>,
): string {
  const cases = Object.entries(answers).map(([query, answer]) => `"${query}") echo '${answer}' ;;`);
  const refused = Object.entries(refusals).map(([word, told]) => `'${word}') echo '${told}' >&2; exit 1 ;;`);
  return `#!/bin/sh
printf '%s\\0' "$@" >>'${log}'; echo >>'${log}'
previous=
for word; do
  case $word in ${refused.join(' ')} esac
  case $word in @/*) name=$previous ;; *=@/*) name=\${word%%=@*} ;; *) name= ;; esac
  [ -z "$name" ] || cat "\${word#*@}" >"${given}/$name"
  case $previous in
    --file) cat "$word" >'${file}' ;;
    --query) case $word in ${cases.join(' ')} esac ;;
  esac
  previous=$word
done
`;
}
