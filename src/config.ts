import { accessSync, constants } from 'node:fs';
import { isIP } from 'node:net';

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsFiles | undefined;
  readonly requestTimeoutInMs: number;
  readonly logLevel: LogLevel;
  /** The default of `subscriptionId` arguments, not a boundary. */
  readonly subscriptionId: string | undefined;
  /** The default of `vault` arguments. */
  readonly vaultName: string | undefined;
  readonly credential: CredentialConfig;
  readonly cloud: Cloud;
}

export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
}

export type CredentialConfig =
  | { readonly kind: 'managed-identity'; readonly clientId: string | undefined }
  | {
      readonly kind: 'workload-identity';
      readonly clientId: string;
      readonly tenantId: string;
      readonly tokenFile: string;
    }
  | { readonly kind: 'developer' };

/** Where one Azure lives. Endpoint, authority, token scope and vault suffix only work together. */
export interface Cloud {
  readonly name: string;
  readonly endpoint: string;
  readonly authorityHost: string;
  readonly scope: string;
  readonly vaultSuffix: string;
}

/** Thrown with every complaint about the environment at once, each saying what to do. */
export class ConfigError extends Error {
  readonly complaints: readonly string[];
  constructor(complaints: readonly string[]) {
    super(complaints.join('\n'));
    this.name = 'ConfigError';
    this.complaints = complaints;
  }
}

// https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud and the constants of @azure/identity.
const CLOUDS = {
  public: {
    name: 'public',
    endpoint: 'https://management.azure.com',
    authorityHost: 'https://login.microsoftonline.com',
    scope: 'https://management.azure.com/.default',
    vaultSuffix: 'vault.azure.net',
  },
  usgov: {
    name: 'usgov',
    endpoint: 'https://management.usgovcloudapi.net',
    authorityHost: 'https://login.microsoftonline.us',
    scope: 'https://management.usgovcloudapi.net/.default',
    vaultSuffix: 'vault.usgovcloudapi.net',
  },
  china: {
    name: 'china',
    endpoint: 'https://management.chinacloudapi.cn',
    authorityHost: 'https://login.chinacloudapi.cn',
    scope: 'https://management.chinacloudapi.cn/.default',
    vaultSuffix: 'vault.azure.cn',
  },
} as const satisfies Record<string, Cloud>;

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const VAULT_NAME = /^(?!.*--)[a-z][a-z0-9-]{1,22}[a-z0-9]$/i;
const LOOPBACK_NAME = 'localhost';

/** Reads every setting from `env`. Throws one ConfigError with all complaints. An empty variable counts as absent. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const complaints: string[] = [];
  const read = reader(env, complaints);
  const config: Config = {
    host: read.host(),
    port: read.wholeNumber('PORT', 8080, 0, 65_535),
    tls: read.tls(),
    requestTimeoutInMs: read.wholeNumber('REQUEST_TIMEOUT_SECONDS', 25, 1, 600) * 1000,
    logLevel: read.oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    subscriptionId: read.guid(['AZURE_SUBSCRIPTION_ID', 'SUBSCRIPTION_ID']),
    vaultName: read.vaultName(),
    credential: read.credential(),
    cloud: CLOUDS[read.oneOf('AZURE_CLOUD', ['public', 'usgov', 'china'], 'public')],
  };
  if (complaints.length > 0) throw new ConfigError(complaints);
  return config;
}

function reader(env: Readonly<Record<string, string | undefined>>, complaints: string[]) {
  const text = (name: string) => env[name]?.trim() || undefined;
  return { host, wholeNumber, oneOf, guid, vaultName, tls, credential };

  function host(): string {
    const value = text('HOST') ?? '127.0.0.1';
    if (!isLoopback(value)) {
      complaints.push(
        `HOST is "${value}": this version checks no callers yet, so it listens on loopback only. Set HOST=127.0.0.1.`,
      );
    }
    return value;
  }

  function wholeNumber(name: string, fallback: number, smallest: number, largest: number): number {
    const value = text(name);
    if (value === undefined) return fallback;
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= smallest && number <= largest) return number;
    complaints.push(`${name} is "${value}": give a whole number from ${smallest} to ${largest} (default ${fallback}).`);
    return fallback;
  }

  function oneOf<Choice extends string>(name: string, choices: readonly Choice[], fallback: Choice): Choice {
    const value = text(name);
    if (value === undefined) return fallback;
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) {
      complaints.push(`${name} is "${value}": give one of ${choices.join(', ')} (default ${fallback}).`);
    }
    return choice ?? fallback;
  }

  /** The first of `names` that is set wins; the later ones are older names of the same setting. */
  function guid(names: readonly string[]): string | undefined {
    const name = names.find((candidate) => text(candidate) !== undefined);
    const value = name && text(name);
    if (value === undefined || GUID.test(value)) return value?.toLowerCase();
    complaints.push(`${name} is "${value}": give a GUID such as 00000000-0000-0000-0000-000000000000.`);
    return undefined;
  }

  function vaultName(): string | undefined {
    const value = text('KEYVAULT_VAULT_NAME');
    if (value === undefined || VAULT_NAME.test(value)) return value;
    complaints.push(
      `KEYVAULT_VAULT_NAME is "${value}": give the vault's name alone, 3 to 24 letters, digits and single hyphens, such as contoso-vault.`,
    );
    return undefined;
  }

  function tls(): TlsFiles | undefined {
    const certFile = readableFile('TLS_CERT_FILE');
    const keyFile = readableFile('TLS_KEY_FILE');
    if (!text('TLS_CERT_FILE') !== !text('TLS_KEY_FILE')) {
      complaints.push('TLS_CERT_FILE and TLS_KEY_FILE belong together: set both for https, or neither for http.');
    }
    return certFile && keyFile ? { certFile, keyFile } : undefined;
  }

  function readableFile(name: string): string | undefined {
    const path = text(name);
    if (path === undefined) return undefined;
    try {
      accessSync(path, constants.R_OK);
    } catch {
      complaints.push(`${name} is "${path}": no file can be read there. Check the path and its permissions.`);
    }
    return path;
  }

  function credential(): CredentialConfig {
    const tokenFile = text('AZURE_FEDERATED_TOKEN_FILE');
    const fallback = tokenFile ? 'workload-identity' : 'managed-identity';
    const kind = oneOf('AZURE_CREDENTIAL', ['managed-identity', 'workload-identity', 'developer'], fallback);
    const clientId = guid(['AZURE_CLIENT_ID', 'MSI_USER_ASSIGNED_CLIENTID']);
    if (kind === 'developer') return { kind };
    if (kind === 'managed-identity') return { kind, clientId };
    return { kind, ...workloadIdentity(clientId, tokenFile) };
  }

  function workloadIdentity(clientId: string | undefined, tokenFile: string | undefined) {
    const tenantId = guid(['AZURE_TENANT_ID']);
    const missing = Object.entries({
      AZURE_CLIENT_ID: text('AZURE_CLIENT_ID') ?? text('MSI_USER_ASSIGNED_CLIENTID'),
      AZURE_TENANT_ID: text('AZURE_TENANT_ID'),
      AZURE_FEDERATED_TOKEN_FILE: tokenFile,
    }).flatMap(([name, value]) => (value ? [] : [name]));
    if (missing.length > 0) {
      complaints.push(
        `AZURE_CREDENTIAL is workload-identity, and ${missing.join(', ')} is not set. ` +
          'On AKS the workload identity webhook sets them: label the pod azure.workload.identity/use=true and annotate its service account.',
      );
    }
    return { clientId: clientId ?? '', tenantId: tenantId ?? '', tokenFile: tokenFile ?? '' };
  }
}

function isLoopback(host: string): boolean {
  if (isIP(host) === 4) return host.startsWith('127.');
  return host === LOOPBACK_NAME || host === '::1';
}
