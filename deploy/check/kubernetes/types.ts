import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Finding } from '../finding.ts';
import type { Resource } from '../kustomize.ts';
import { type Place, placeOf } from '../place.ts';
import { SERVED } from './schema.ts';

const MODULES = fileURLToPath(new URL('../../../node_modules/', import.meta.url));

/**
 * Fields that Kubernetes does not have, which an API server drops in silence: each resource becomes a literal of its type, and
 * the compiler finds them. One run of it for all, about half a second.
 */
export function checkTypes(resources: readonly Resource[]): Finding[] {
  const typed = resources.filter(({ value }) => SERVED[String(value.kind)] === value.apiVersion);
  if (typed.length === 0) return [];
  const lines = typed.flatMap(({ file, value }, nth) => literalOf(placeOf(file, value), nth));
  const folder = mkdtempSync(join(tmpdir(), 'gateway-types-'));
  try {
    writeFileSync(join(folder, 'resources.ts'), lines.map(({ text }) => text).join('\n'));
    return findingsOf(compile(join(folder, 'resources.ts')), lines);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Line {
  readonly text: string;
  readonly place: Place;
}

function literalOf(resource: Place, nth: number): Line[] {
  const [kind, version] = [resource.at('kind').text(), resource.at('apiVersion').text()];
  const type = `import('${MODULES}kubernetes-models/${version}/${kind}.js').I${kind}`;
  return [
    { text: `export const resource${nth}: ${type} =`, place: resource },
    ...linesOf(resource, ''),
    { text: ';', place: resource },
  ];
}

/** One value a line, so that the compiler's line says which. */
function linesOf(place: Place, before: string): Line[] {
  const { value } = place;
  if (typeof value !== 'object' || value === null) return [{ text: `${before}${JSON.stringify(value)}`, place }];
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  const named = (field: Place) => (Array.isArray(value) ? '' : `${JSON.stringify(field.key)}: `);
  return [
    { text: `${before}${open}`, place },
    ...place.all().flatMap((field) => [...linesOf(field, named(field)), { text: ',', place: field }]),
    { text: close, place },
  ];
}

function compile(file: string): string {
  const tsc = join(MODULES, 'typescript/bin/tsc');
  const flags = [
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--target',
    'es2024',
    '--module',
    'nodenext',
    '--pretty',
    'false',
    '--types',
    '',
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, ...flags, file], { encoding: 'utf8' });
  if (status !== 0 && !stdout.includes('resources.ts(')) throw new Error(`tsc: ${stdout}${stderr}`);
  return stdout;
}

function findingsOf(output: string, lines: readonly Line[]): Finding[] {
  return [...output.matchAll(/^.*\((?<line>\d+),\d+\): error TS\d+: (?<message>.*)(?<more>(?:\n .*)*)/gm)].map(
    ({ groups }) => {
      // What is said last is said most precisely.
      const more = groups?.more?.trim().split('\n').at(-1)?.trim();
      const place = lines[Number(groups?.line) - 1]?.place;
      if (!place) throw new Error(`tsc: ${output}`);
      return place.wrong(more || groups?.message || '');
    },
  );
}
