import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Engine } from './engine.ts';
import { run, stop } from './run.ts';

/** A network of its own, in which Azure's names and addresses are the local Azure's and nothing leads elsewhere. */
export interface Network {
  /** What `run` needs, so that a container is in it. */
  readonly runFlags: readonly string[];
  /** Before a command, so that it is in it. */
  readonly enter: readonly string[];
  /** The access policy: contoso's, by which its billing service may read the fleet's secrets as well. */
  readonly policy: string;
  /** What the local Azure exports. */
  readonly exports: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** How large the local Azure is, beside the small contoso. */
export const RESOURCES = 30_000;
export const SECRETS = 2_000;
export const nameOfSecret = (nth: number): string => `fleet-secret-${String(nth + 1).padStart(4, '0')}`;
const FLEET_POLICY = `@id("fleet") permit (principal, action in [Action::"readSecretProperties", Action::"readSecretValue"],
  resource in Vault::"contoso-vault")
when { resource.name like "fleet-secret-*" };
`;

const IMDS = '169.254.169.254';
const NAMES = [
  'management.azure.com',
  'login.microsoftonline.com',
  'login.windows.net',
  'sts.windows.net',
  'eastus.oic.prod-aks.azure.com',
  'contoso-vault.vault.azure.net',
];

/** `image` is any that has node: with Docker a container of it holds the network open. */
export async function openNetwork(engine: Engine, image: string, folder: string): Promise<Network> {
  const place = engine.name === 'podman' ? await namedNetwork() : await networkOfContainer(engine, image);
  const enter = ['nsenter', `--net=${place.path}`];
  const [command = '', ...within] = enter;
  let emulator: ChildProcess | undefined;
  const close = async () => {
    if (emulator) await stop(emulator);
    await place.close();
  };
  try {
    await run(command, [...within, 'ip', 'link', 'set', 'lo', 'up']);
    await run(command, [...within, 'ip', 'address', 'add', `${IMDS}/32`, 'dev', 'lo']);
    const addresses = ['--imds', `${IMDS}:80`, '--tls', '127.0.0.1:443'];
    const size = ['--subscriptions', '1', '--resources', String(RESOURCES), '--secrets', String(SECRETS)];
    emulator = spawn(command, [...within, process.execPath, 'emulator/main.ts', ...addresses, ...size], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exports = await exportsOf(emulator);
    const hosts = join(folder, 'hosts');
    writeFileSync(hosts, `127.0.0.1 localhost ${NAMES.join(' ')}\n`);
    const policy = join(folder, 'policy.cedar');
    writeFileSync(policy, `${readFileSync(exports.ACCESS_POLICY ?? '', 'utf8')}\n${FLEET_POLICY}`);
    return { runFlags: [...place.runFlags, '--volume', `${hosts}:/etc/hosts:ro`], enter, policy, exports, close };
  } catch (error) {
    await close();
    throw error;
  }
}

interface Place {
  readonly path: string;
  readonly runFlags: readonly string[];
  close(): Promise<unknown>;
}

async function namedNetwork(): Promise<Place> {
  const name = `gateway-verify-${process.pid}`;
  const path = `/run/netns/${name}`;
  await run('ip', ['netns', 'add', name]);
  return {
    path,
    runFlags: ['--network', `ns:${path}`],
    close: async () => existsSync(path) && (await run('ip', ['netns', 'delete', name])),
  };
}

async function networkOfContainer({ command }: Engine, image: string): Promise<Place> {
  const idle = ['--entrypoint', '/usr/bin/node', image, '-e', 'setInterval(() => {}, 1e6)'];
  const id = await command('run', '--detach', '--rm', '--network', 'none', ...idle);
  const pid = await command('inspect', '--format', '{{.State.Pid}}', id);
  return {
    path: `/proc/${pid}/ns/net`,
    runFlags: ['--network', `container:${id}`],
    close: () => command('rm', '--force', id),
  };
}

async function exportsOf(emulator: ChildProcess): Promise<Readonly<Record<string, string>>> {
  const exports: Record<string, string> = {};
  if (!emulator.stdout) throw new Error('The local Azure has no output.');
  for await (const line of createInterface({ input: emulator.stdout })) {
    const [, name, value = ''] = /^export (\w+)='?(.*?)'?$/.exec(line) ?? [];
    if (name) exports[name] = value;
    if (line === 'ready') {
      emulator.stdout.resume();
      return exports;
    }
  }
  throw new Error('The local Azure did not start.');
}
