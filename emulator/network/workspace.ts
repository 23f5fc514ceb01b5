import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Workspace {
  readonly authorityFile: string;
  readonly federatedTokenFile: string;
  readonly accessPolicyFile: string;
  remove(): Promise<void>;
}

const TOKEN_RENEWAL_IN_MS = 5 * 60_000;

/** A temporary directory with what clients and the gateway read from files; the federated token in it is kept fresh. */
export async function createWorkspace(
  { authority, accessPolicy }: { authority: string; accessPolicy: string },
  federatedToken: () => Promise<string>,
): Promise<Workspace> {
  const directory = await mkdtemp(join(tmpdir(), 'local-azure-'));
  const authorityFile = join(directory, 'ca.pem');
  const accessPolicyFile = join(directory, 'access-policy.cedar');
  const federatedTokenFile = join(directory, 'federated-token');
  const renew = async () => {
    // Renamed into place, as the kubelet does, so that no reader meets half a token.
    const written = join(directory, 'federated-token.new');
    await writeFile(written, await federatedToken(), { mode: 0o600 });
    await rename(written, federatedTokenFile);
  };
  await writeFile(authorityFile, authority);
  await writeFile(accessPolicyFile, accessPolicy);
  await renew();
  const timer = setInterval(() => renew().catch(() => {}), TOKEN_RENEWAL_IN_MS);
  timer.unref();
  return {
    authorityFile,
    federatedTokenFile,
    accessPolicyFile,
    async remove() {
      clearInterval(timer);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
