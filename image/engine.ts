import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { heard, run, succeeds } from './run.ts';
import { ensureBase } from './stand-in.ts';

/** What builds and runs containers here. */
export interface Engine {
  readonly name: 'docker' | 'podman';
  readonly command: (...args: string[]) => Promise<string>;
  /** What a container has said on either output. */
  readonly log: (id: string) => Promise<string>;
  /** What `build` needs here besides the Dockerfile. */
  readonly buildFlags: readonly string[];
  /** What `run` needs here besides what an operator would say. */
  readonly runFlags: readonly string[];
}

// What is made here has no digest that a Dockerfile could know.
const STAND_IN = 'docker.io/library/node:24-trixie-slim';
/** What is kept from run to run: Debian's packages, layers, images. */
export const CACHE = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'azure-graphql-gateway');
const AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';

/** Docker where its daemon answers; else Debian's podman, installed if need be, with a stand-in for the base image. */
export async function findEngine(): Promise<Engine> {
  if (await succeeds('docker', ['info'])) {
    const command = (...args: string[]) => run('docker', args);
    return { name: 'docker', command, log: (id) => heard('docker', ['logs', id]), buildFlags: [], runFlags: [] };
  }
  mkdirSync(CACHE, { recursive: true });
  await installPackages();
  const flags = storage();
  const command = (...args: string[]) => run('podman', [...flags, ...args]);
  const log = (id: string) => heard('podman', [...flags, 'logs', id]);
  await ensureBase(CACHE, STAND_IN, command);
  return { name: 'podman', command, log, buildFlags: await buildFlags(), runFlags: RUN_FLAGS };
}

async function installPackages(): Promise<void> {
  const wanted = ['podman', 'runc', 'debootstrap', 'iproute2', 'util-linux'];
  const isHere = await Promise.all(wanted.map((name) => succeeds('dpkg', ['-s', name])));
  if (isHere.every(Boolean)) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...wanted], { env });
}

function storage(): string[] {
  const store = ['--root', join(CACHE, 'store'), '--runroot', join(CACHE, 'run'), '--storage-driver', 'overlay'];
  // crun, Debian's default, wants one kind of control groups; runc takes both.
  const runtime = ['--runtime', 'runc', '--cgroup-manager', 'cgroupfs', '--log-level', 'error'];
  return [...store, ...runtime];
}

// npm in the build trusts whom this machine trusts, and asks where this machine asks; nothing of it is in a layer.
async function buildFlags(): Promise<string[]> {
  const npmrc = join(CACHE, 'npmrc');
  const registry = await run('npm', ['config', 'get', 'registry']);
  const trust = existsSync(AUTHORITIES) ? `cafile=${AUTHORITIES}\n` : '';
  writeFileSync(npmrc, `registry=${registry}\n${trust}`);
  const volumes = ['--volume', `${npmrc}:/usr/local/etc/npmrc:ro`];
  if (trust) volumes.push('--volume', `${AUTHORITIES}:${AUTHORITIES}:ro`);
  return [
    '--isolation',
    'chroot',
    '--network',
    'host',
    '--pull=never',
    '--layers',
    '--timestamp',
    '0',
    '--build-arg',
    `BASE=${STAND_IN}`,
    ...volumes,
  ];
}

// Without the right to raise limits podman's own defaults cannot be set. The proxies of this machine are none of the image's.
const RUN_FLAGS = ['--ulimit', 'nofile=1024:1024', '--ulimit', 'nproc=512:512', '--http-proxy=false'];
