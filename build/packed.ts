import { readdir, readFile } from 'node:fs/promises';
import type { Asset } from '../src/graphql/explorer/packer.ts';

const FOLDER = new URL('./explorer/', import.meta.url);

/** In the build, in the place of src/graphql/explorer/pack.ts: the page's files, as they were packed ahead. */
export async function pack(): Promise<readonly Asset[]> {
  return Promise.all((await readdir(FOLDER)).map(read));
}

async function read(packed: string): Promise<Asset> {
  const file = packed.replace(/\.gz$/, '');
  const [, stem, extension] = /^(.+)-[0-9a-f]{16}\.(js|css)$/.exec(file) ?? [];
  return {
    // The build has packed these files and no others.
    name: `${stem}.${extension}` as Asset['name'],
    file,
    contentType: extension === 'css' ? 'text/css; charset=utf-8' : 'text/javascript; charset=utf-8',
    gzipped: new Uint8Array(await readFile(new URL(packed, FOLDER))),
  };
}
