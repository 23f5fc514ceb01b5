import { readFileSync } from 'node:fs';
import type { Metafile } from 'esbuild';

/** A package of which something is in the build. */
export interface Package {
  readonly name: string;
  readonly version: string;
  /** As its package.json has it; empty: it says none. */
  readonly license: string;
  readonly folder: string;
}

const FOLDER = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/;
// Ours that may be in it; what stands in for the local Azure must not, nor a test.
const OURS = /^(?:src\/|build\/(?:packed|no-explorer|machine-code)\.ts$|package\.json$|unused:|silent:)/;

/** The packages of which a bundle has code, by name. Throws an Error that names a file of ours that has no place in it. */
export function packagesOfBundle({ inputs, outputs }: Metafile): Package[] {
  const used = new Set(Object.values(outputs).flatMap(({ inputs }) => Object.keys(inputs)));
  const strangers = Object.keys(inputs).filter((file) => !FOLDER.test(file) && !OURS.test(file));
  if (strangers.length > 0) throw new Error(`The bundle holds ${strangers.join(', ')}, which must not ship.`);
  const folders = new Set([...used].flatMap((file) => FOLDER.exec(file) ?? []));
  return [...folders].map(read).toSorted(byName);
}

/** Installed packages, by their names. */
export const packagesOf = (names: readonly string[]): Package[] => names.map((name) => read(`node_modules/${name}`));

function read(folder: string): Package {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  return { name, version, license: typeof license === 'string' ? license : (license?.type ?? ''), folder };
}

const byName = (one: Package, other: Package): number =>
  `${one.name}@${one.version}` < `${other.name}@${other.version}` ? -1 : 1;
