import { cpSync, existsSync, mkdirSync, realpathSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Engine } from './engine.ts';
import { run } from './run.ts';

const MIRROR = 'http://deb.debian.org/debian';

/** Gives the base image's name to one made here, of Debian's own packages and this machine's Node 24: no registry is asked. */
export async function ensureBase(cache: string, name: string, command: Engine['command']): Promise<void> {
  const rootfs = join(cache, 'trixie');
  const isKnown = await command('image', 'exists', name).then(
    () => true,
    () => false,
  );
  if (isKnown) return;
  if (!existsSync(rootfs)) await bootstrap(rootfs);
  await run('sh', ['-c', 'tar -C "$1" -cf "$2" .', 'sh', rootfs, `${rootfs}.tar`]);
  await command('import', `${rootfs}.tar`, name);
  rmSync(`${rootfs}.tar`);
}

async function bootstrap(rootfs: string): Promise<void> {
  const half = `${rootfs}.part`;
  rmSync(half, { recursive: true, force: true });
  await run('debootstrap', ['--variant=minbase', 'trixie', half, MIRROR]);
  const local = join(half, 'usr/local');
  mkdirSync(join(local, 'lib/node_modules'), { recursive: true });
  cpSync(process.execPath, join(local, 'bin/node'));
  cpSync(await folderOfNpm(), join(local, 'lib/node_modules/npm'), { recursive: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(local, 'bin/npm'));
  renameSync(half, rootfs);
}

async function folderOfNpm(): Promise<string> {
  return dirname(dirname(realpathSync(await run('sh', ['-c', 'command -v npm']))));
}
