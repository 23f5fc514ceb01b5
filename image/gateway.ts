import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Asker } from './ask.ts';
import type { Engine } from './engine.ts';
import type { Network } from './network.ts';

/** A running container of the image, restricted as in production. */
export interface Gateway {
  readonly id: string;
  query(authorization: string | undefined, query: string): ReturnType<Asker['ask']>;
  /** Whether the kernel has ended it for its memory. */
  wasKilled(): Promise<boolean>;
  /** Of the first process, as the kernel sees it. */
  pid(): Promise<number>;
  log(): Promise<string>;
  signal(name: string): Promise<void>;
  /** The exit code, when it has ended. */
  ended(): Promise<number>;
  remove(): Promise<unknown>;
}

export const MEMORY = '192m';
const MOUNTED = '/etc/gateway';
const START_IN_MS = 20_000;

const RESTRICTED = [
  ...['--read-only', '--cap-drop', 'all', '--security-opt', 'no-new-privileges'],
  ...['--memory', MEMORY, '--memory-swap', MEMORY],
];

/**
 * Starts the image with what an operator sets anyway: callers, policy, defaults, and the authority of a private network.
 * Nothing of it says where Azure is. Resolves when it answers.
 */
export async function startGateway(engine: Engine, image: string, network: Network, asker: Asker): Promise<Gateway> {
  const { CALLER_ISSUERS, CALLER_AUDIENCE, AZURE_SUBSCRIPTION_ID, KEYVAULT_VAULT_NAME } = network.exports;
  const settings = {
    ...{ CALLER_ISSUERS, CALLER_AUDIENCE, AZURE_SUBSCRIPTION_ID, KEYVAULT_VAULT_NAME },
    ACCESS_POLICY: join(MOUNTED, 'policy.cedar'),
    NODE_EXTRA_CA_CERTS: join(MOUNTED, 'ca.crt'),
    // Nothing is kept of what is read.
    INVENTORY_TTL_SECONDS: '0',
    ...{ DRAIN_SECONDS: '1', RATE_LIMIT_PER_MINUTE: '1000000', SECRET_TTL_SECONDS: '0' },
    // Node's word for whether the byte code that the image brings along counts.
    NODE_DEBUG_NATIVE: 'COMPILE_CACHE',
  };
  const volumes = { 'policy.cedar': network.policy, 'ca.crt': network.exports.NODE_EXTRA_CA_CERTS };
  const id = await engine.command(
    ...['run', '--detach', ...RESTRICTED, ...engine.runFlags, ...network.runFlags],
    ...Object.entries(settings).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...Object.entries(volumes).flatMap(([name, file]) => ['--volume', `${file}:${join(MOUNTED, name)}:ro`]),
    image,
  );
  const inspect = async (what: string) => engine.command('inspect', '--format', `{{.State.${what}}}`, id);
  const gateway: Gateway = {
    id,
    query: (authorization, query) => asker.ask(asked(authorization, query)),
    pid: async () => Number(await inspect('Pid')),
    log: () => engine.log(id),
    wasKilled: async () => (await inspect('OOMKilled')) === 'true' || (await inspect('Running')) !== 'true',
    signal: async (name) => void (await engine.command('kill', '--signal', name, id)),
    ended: async () => {
      while ((await inspect('Running')) === 'true') await setTimeout(50);
      return Number(await inspect('ExitCode'));
    },
    remove: () => engine.command('rm', '--force', id),
  };
  const { status } = await asker.ask({ url: `${GATEWAY}/live`, patienceInMs: START_IN_MS });
  if (status === 200) return gateway;
  const said = await gateway.log();
  await gateway.remove();
  throw new Error(`It does not answer:\n${said}`);
}

export const GATEWAY = 'http://127.0.0.1:8080';

export const bodyOf = (query: string): string => JSON.stringify({ query });

/** A query as it is asked over HTTP. */
export function asked(authorization: string | undefined, query: string) {
  const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };
  return { url: `${GATEWAY}/graphql`, method: 'POST', headers, body: bodyOf(query) };
}
