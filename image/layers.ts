import { createReadStream, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createGzip } from 'node:zlib';
import type { Engine } from './engine.ts';
import { run } from './run.ts';

export interface Entry {
  /** As `ls -l` has it, such as -rwxr-xr-x. */
  readonly mode: string;
  readonly path: string;
}

export interface Layer {
  readonly bytes: number;
  /** As it is pulled. */
  readonly compressed: number;
  readonly entries: readonly Entry[];
}

/** The layers of an image, each unpacked to `root` in turn, as a container sees them. */
export async function readLayers(engine: Engine, image: string, folder: string, root: string): Promise<Layer[]> {
  const archive = join(folder, 'image');
  mkdirSync(archive);
  mkdirSync(root);
  const saved = engine.name === 'podman' ? ['--format', 'docker-archive'] : [];
  await engine.command('save', ...saved, '--output', `${archive}.tar`, image);
  await run('tar', ['-xf', `${archive}.tar`, '-C', archive]);
  const [{ Layers }] = JSON.parse(readFileSync(join(archive, 'manifest.json'), 'utf8'));
  const layers: Layer[] = [];
  for (const name of Layers as string[]) {
    const file = join(archive, name);
    await run('tar', ['-xpf', file, '-C', root]);
    layers.push({ ...(await sizes(file)), entries: await entriesOf(file) });
  }
  // Commands that write no file leave an empty layer.
  return layers.filter(({ entries }) => entries.some(({ mode }) => !mode.startsWith('d')));
}

async function sizes(file: string): Promise<{ bytes: number; compressed: number }> {
  let [bytes, compressed] = [0, 0];
  const source = createReadStream(file).on('data', (chunk) => {
    bytes += chunk.length;
  });
  for await (const chunk of source.pipe(createGzip())) compressed += chunk.length;
  return { bytes, compressed };
}

async function entriesOf(file: string): Promise<Entry[]> {
  const listing = await run('tar', ['--numeric-owner', '-tvf', file]);
  return listing.split('\n').map((line) => {
    const [, mode = '', path = ''] = /^(\S+)\s+\S+\s+\d+\s+\S+\s+\S+\s+(.*?)(?: -> .*| link to .*)?$/.exec(line) ?? [];
    return { mode, path: path.replace(/^\.?\//, '') };
  });
}
