import { parseArgs } from 'node:util';
import type { AzureOptions } from './azure.ts';
import type { ContosoOptions } from './contoso.ts';
import type { ListenOptions } from './listen.ts';
import type { ImdsHost } from './service.ts';

export interface Flags {
  readonly help: boolean;
  readonly addresses: ListenOptions;
  readonly imdsHost: ImdsHost;
  readonly size: ContosoOptions;
  readonly resourceGraph: Pick<AzureOptions, 'resourceGraphLagInMs' | 'resourceGraphQuota'>;
}

export const HELP = `The local Azure: prints the environment that aims an Azure client at it, then "ready".

  npm run --silent emulator -- [flags]

  --imds ADDRESS:PORT     where the identity endpoint listens   (default: a free port of 127.0.0.1)
  --tls ADDRESS:PORT      where Azure's https names listen      (default: a free port of 127.0.0.1)
  --imds-host KIND        container-instance, pod-identity or virtual-machine: whose dialect the
                          identity endpoint speaks              (default: container-instance)
  --subscriptions N       so many more subscriptions            (default: 0)
  --groups N              of so many resource groups each       (default: 980, Azure's limit)
  --resources N           so many more resources in those       (default: 0)
  --secrets N             so many more secrets in contoso-vault (default: 0)
  --resource-graph-lag MS how long a change stays unseen by Resource Graph (default: 0)
  --resource-graph-quota N  Resource Graph queries in 5 seconds (default: 15)
  --help                  this text
`;

const IMDS_HOSTS: readonly ImdsHost[] = ['container-instance', 'pod-identity', 'virtual-machine'];

/** Reads the command line. Throws an Error whose message says which flag is wrong, and how. */
export function readFlags(args: string[]): Flags {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args,
    options: {
      imds: text,
      tls: text,
      'imds-host': text,
      subscriptions: text,
      groups: text,
      resources: text,
      secrets: text,
      'resource-graph-lag': text,
      'resource-graph-quota': text,
      help: { type: 'boolean' },
    },
  });
  return {
    help: values.help ?? false,
    addresses: { ...address('imds', values.imds), ...address('tls', values.tls) },
    imdsHost: imdsHost(values['imds-host'] ?? 'container-instance'),
    size: {
      ...count('subscriptions', 'subscriptions', values.subscriptions),
      ...count('groups', 'groupsPerSubscription', values.groups),
      ...count('resources', 'resources', values.resources),
      ...count('secrets', 'secrets', values.secrets),
    },
    resourceGraph: {
      ...count('resource-graph-lag', 'resourceGraphLagInMs', values['resource-graph-lag']),
      ...count('resource-graph-quota', 'resourceGraphQuota', values['resource-graph-quota']),
    },
  };
}

function address<Name extends string>(name: Name, value: string | undefined): { [name in Name]?: string } {
  if (value === undefined) return {};
  const [, port] = value.match(/^(?:[\w.-]+|\[[0-9a-f:]+\]):(\d{1,5})$/i) ?? [];
  if (port === undefined || Number(port) > 65535) {
    throw new Error(`--${name} takes ADDRESS:PORT, such as 127.0.0.1:8080, not '${value}'.`);
  }
  return { [name]: value } as { [name in Name]: string };
}

function imdsHost(value: string): ImdsHost {
  const host = IMDS_HOSTS.find((one) => one === value);
  if (!host) throw new Error(`--imds-host takes one of ${IMDS_HOSTS.join(', ')}, not '${value}'.`);
  return host;
}

function count<Name extends string>(flag: string, name: Name, value: string | undefined): { [name in Name]?: number } {
  if (value === undefined) return {};
  if (!/^\d{1,6}$/.test(value)) throw new Error(`--${flag} takes a whole number, not '${value}'.`);
  return { [name]: Number(value) } as { [name in Name]: number };
}
