import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const FOLDER = 'bench/peers';

/** Installs the servers that the gateway is measured beside, where they are not there yet. */
export function installPeers(): void {
  if (existsSync(`${FOLDER}/node_modules`)) return;
  const { status, stderr } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], {
    cwd: FOLDER,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`The peers cannot be installed: ${stderr}`);
}
