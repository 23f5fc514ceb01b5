import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** One hash of all files of a folder, names included. */
export function hashOf(folder: string): { readonly files: number; readonly sha256: string } {
  const files = filesOf(folder);
  const hash = createHash('sha256');
  for (const file of files) {
    const contents = readFileSync(join(folder, file));
    hash.update(`${file}\0${contents.length}\0`).update(contents);
  }
  return { files: files.length, sha256: hash.digest('hex') };
}

/** The files of a folder and of those in it, by name. */
export function filesOf(folder: string): string[] {
  const all = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return all.filter((file) => statSync(join(folder, file)).isFile()).sort();
}
