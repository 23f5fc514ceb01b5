import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Change {
  readonly op: 'add' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}
type Fields = Record<string, unknown>;

/** Runs a script with a `kubectl` that has one Deployment; what the script patches before it applies it. */
export function appliedWith(script: string, deployment: Fields): Fields {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-kubectl-'));
  try {
    const template = at(deployment, ['spec', 'template']) as Fields;
    writeFileSync(join(folder, 'labels'), JSON.stringify(at(template, ['metadata', 'labels'])));
    writeFileSync(join(folder, 'spec'), JSON.stringify({ restartPolicy: 'Always', ...Object(template.spec) }));
    writeFileSync(join(folder, 'kubectl'), KUBECTL, { mode: 0o755 });
    execFileSync('sh', [script], { env: { PATH: `${folder}:${process.env.PATH}`, FOLDER: folder }, stdio: 'pipe' });
    const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
    return (read('patch') as Change[]).reduce(changed, read('patched') as Fields);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const KUBECTL = `#!/bin/sh
case $* in
  *template.metadata.labels*) cat "$FOLDER/labels" ;;
  *template.spec*) cat "$FOLDER/spec" ;;
  *patch*) for word; do :; done; printf %s "$word" >"$FOLDER/patch"; cat >"$FOLDER/patched" ;;
  *apply*) cat >/dev/null ;;
esac
`;

/** The two operations of RFC 6902 that are needed. */
function changed(resource: Fields, { op, path, value }: Change): Fields {
  const keys = path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/'));
  const holder = at(resource, keys.slice(0, -1)) as Fields;
  const key = keys.at(-1) ?? '';
  if (op === 'remove' && !(key in holder)) throw new Error(`There is nothing at ${path}.`);
  if (op === 'remove') delete holder[key];
  else holder[key] = value;
  return resource;
}

const at = (value: unknown, keys: readonly string[]): unknown =>
  keys.reduce((each, key) => (each as Fields)[key], value);
