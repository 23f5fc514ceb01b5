import { type Azure, createAzure, type World } from '../../emulator/azure.ts';
import { contoso } from '../../emulator/contoso.ts';
import type { CheckMeans } from '../../src/cli/check.ts';
import { run } from '../../src/cli/run.ts';
import type { Terminal } from '../../src/cli/terminal.ts';
import { networkOf, ownIdentity } from './gateway.ts';

export interface Said {
  readonly code: number | undefined;
  readonly out: string;
  readonly complaints: string;
}

/** Runs the command in this process: what it says, and its exit code. */
export async function command(
  args: readonly string[],
  options: { readonly env?: Terminal['env']; readonly means?: CheckMeans; readonly isColoured?: boolean } = {},
): Promise<Said> {
  const said = { out: '', complaints: '' };
  const terminal: Terminal = {
    env: { ...options.env },
    isColoured: options.isColoured ?? false,
    write: (text) => {
      said.out += text;
    },
    complain: (text) => {
      said.complaints += text;
    },
  };
  const programs = { start: async () => {}, demo: async () => false };
  const code = await run(args, terminal, programs, options.means);
  return { code, ...said };
}

export interface CheckedAzure {
  readonly azure: Azure;
  /** What the gateway's identity is called by role assignments. */
  readonly objectId: string;
  /** Takes a role of the identity away, wherever its scope ends so. */
  takeAway(role: string, scopeEnd: string): void;
  check(env?: Terminal['env'], means?: CheckMeans, flags?: readonly string[]): Promise<Said & { readonly rows: Row[] }>;
}

export type Row = Readonly<Record<'what' | 'state' | 'detail', string>> & { readonly fix?: string };

/** A local Azure of its own, and the command's check of it as JSON. */
export function checkedAzure(world: World = contoso()): CheckedAzure {
  const azure = createAzure({ world });
  const clientId = ownIdentity(world, azure);
  const objectId = world.identities.find((identity) => identity.clientId === clientId)?.principalId ?? '';
  const settings = {
    AZURE_CLIENT_ID: clientId,
    AZURE_SUBSCRIPTION_ID: world.subscriptions[0]?.subscriptionId,
    KEYVAULT_VAULT_NAME: world.vaults[0]?.name,
    CALLER_ISSUERS: `https://sts.windows.net/${world.tenant.id}/`,
    CALLER_AUDIENCE: 'api://azure-graphql-gateway',
    PORT: '0',
    METRICS_PORT: '0',
  };
  return {
    azure,
    objectId,
    takeAway(role, scopeEnd) {
      const taken = world.roleAssignments.filter(
        (each) => each.principalId === objectId && each.role === role && each.scope.endsWith(scopeEnd),
      );
      if (taken.length === 0) throw new Error(`It has no role ${role} there.`);
      for (const { id } of taken) azure.removeRole(id);
    },
    async check(env = {}, means = {}, flags = ['--json']) {
      const network = { httpClient: networkOf(azure), fetch: (...of: Asking) => azure.fetch(new Request(...of)) };
      const said = await command(['check', ...flags], {
        env: { ...settings, ...env },
        means: { ...network, ...means },
      });
      return { ...said, rows: flags.includes('--json') ? JSON.parse(said.out).rows : [] };
    },
  };
}

type Asking = ConstructorParameters<typeof Request>;

/** The rows in a certain state, each as `what: detail`. */
export const inState = (rows: readonly Row[], state: string): string[] =>
  rows.filter((row) => row.state === state).map(({ what, detail }) => `${what}: ${detail}`);

export const fixes = (rows: readonly Row[]): (string | undefined)[] =>
  rows.filter(({ state }) => state === 'FAILED').map(({ fix }) => fix);
