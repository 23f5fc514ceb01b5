import { isIP } from 'node:net';
import { readAuditKey } from './config/audit.ts';
import { type CacheConfig, readCache } from './config/cache.ts';
import { CLOUDS, type Cloud } from './config/cloud.ts';
import { type CredentialConfig, readCredential } from './config/credential.ts';
import { createEnvironment, type Environment } from './config/environment.ts';
import { type GovernorConfig, readGovernor } from './config/governor.ts';
import { type LimitsConfig, readLimits } from './config/limits.ts';

export type { LimitsConfig } from './config/limits.ts';

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly tls: TlsFiles | undefined;
  readonly metrics: MetricsConfig;
  /** How long it goes on taking requests after SIGTERM. */
  readonly drainInMs: number;
  /** Whether spans are sent; where to, OpenTelemetry's own variables say. */
  readonly traces: boolean;
  readonly requestTimeoutInMs: number;
  readonly logLevel: LogLevel;
  /** The default of `subscriptionId` arguments, not a boundary. */
  readonly subscriptionId: string | undefined;
  /** The default of `vault` arguments. */
  readonly vaultName: string | undefined;
  readonly credential: CredentialConfig;
  readonly cloud: Cloud;
  readonly callers: CallersConfig;
  /** The Cedar file; absent: the shipped default. */
  readonly accessPolicyFile: string | undefined;
  readonly audit: AuditConfig;
  readonly limits: LimitsConfig;
  /** Origins that browsers may call from; empty: none. */
  readonly corsOrigins: readonly string[];
  /** Whether GraphiQL is served, and introspection open to anonymous. */
  readonly explorer: boolean;
  /** The manifest of the only operations that are served; absent: all are. */
  readonly trustedDocumentsFile: string | undefined;
  readonly cache: CacheConfig;
  /** How many resources one level of a query may be read of. */
  readonly maxRowsPerLevel: number;
  readonly governor: GovernorConfig;
}

export interface MetricsConfig {
  /** 0: none. */
  readonly port: number;
  /** Whether the operator named it: then it must be free. */
  readonly isNamed: boolean;
}

/** Who may sign callers' tokens, and for whom they must be meant. */
export interface CallersConfig {
  readonly issuers: readonly string[];
  readonly audiences: readonly string[];
}

export interface AuditConfig {
  /** Absent: standard output. */
  readonly file: string | undefined;
  /** Absent: the chain is not keyed. */
  readonly key: string | undefined;
}

export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
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

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
type LogLevel = (typeof LOG_LEVELS)[number];

const VAULT_NAME = /^(?!.*--)[a-z][a-z0-9-]{1,22}[a-z0-9]$/i;

/** Reads every setting from `env`. Throws one ConfigError with all complaints. An empty variable counts as absent. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const environment = createEnvironment(env);
  const { text, wholeNumber, oneOf, guid, readableFile, complaints } = environment;
  const host = text('HOST') ?? '127.0.0.1';
  const config: Config = {
    host,
    port: wholeNumber('PORT', 8080, 0, 65_535),
    tls: readTls(environment),
    metrics: { port: wholeNumber('METRICS_PORT', 9464, 0, 65_535), isNamed: text('METRICS_PORT') !== undefined },
    drainInMs: wholeNumber('DRAIN_SECONDS', 5, 0, 600) * 1000,
    traces: readTraces(environment),
    requestTimeoutInMs: wholeNumber('REQUEST_TIMEOUT_SECONDS', 25, 1, 600) * 1000,
    logLevel: oneOf('LOG_LEVEL', LOG_LEVELS, 'info'),
    subscriptionId: guid(['AZURE_SUBSCRIPTION_ID', 'SUBSCRIPTION_ID']),
    vaultName: readVaultName(environment),
    credential: readCredential(environment),
    cloud: CLOUDS[oneOf('AZURE_CLOUD', ['public', 'usgov', 'china'], 'public')],
    callers: readCallers(environment),
    accessPolicyFile: readableFile('ACCESS_POLICY'),
    audit: { file: text('AUDIT_FILE'), key: readAuditKey(environment) },
    limits: readLimits(environment),
    cache: readCache(environment),
    corsOrigins: readOrigins(environment),
    explorer: oneOf('EXPLORER', ['on', 'off'], isLoopback(host) ? 'on' : 'off') === 'on',
    trustedDocumentsFile: readableFile('TRUSTED_DOCUMENTS'),
    maxRowsPerLevel: wholeNumber('MAX_ROWS_PER_LEVEL', 10_000, 1, 1_000_000),
    governor: readGovernor(environment),
  };
  checkPorts(config, environment);
  checkProxies(environment);
  if (complaints.length > 0) throw new ConfigError(complaints);
  return config;
}

function checkPorts({ port, metrics }: Config, { complain }: Environment): void {
  if (metrics.isNamed && port !== 0 && port === metrics.port) {
    complain(`PORT and METRICS_PORT are both ${port}: callers may not reach the metrics, so give each its own.`);
  }
}

function readTls({ text, readableFile, complain }: Environment): TlsFiles | undefined {
  const certFile = readableFile('TLS_CERT_FILE');
  const keyFile = readableFile('TLS_KEY_FILE');
  if (!text('TLS_CERT_FILE') !== !text('TLS_KEY_FILE')) {
    complain('TLS_CERT_FILE and TLS_KEY_FILE belong together: set both for https, or neither for http.');
  }
  return certFile && keyFile ? { certFile, keyFile } : undefined;
}

// Not settings of the gateway: what it sends honours them, and one that is no URL would look like an outage of Azure.
function checkProxies({ text, complain }: Environment): void {
  for (const name of ['HTTPS_PROXY', 'ALL_PROXY', 'HTTP_PROXY']) {
    const proxy = text(name);
    if (proxy && !URL.canParse(proxy)) complain(`${name} is no URL: give one such as http://proxy.example:3128.`);
  }
}

function readTraces({ text, complain }: Environment): boolean {
  const endpoint = text('OTEL_EXPORTER_OTLP_ENDPOINT');
  if (endpoint === undefined) return false;
  if (/^https?:$/.test(urlOf(endpoint)?.protocol ?? '')) return true;
  complain('OTEL_EXPORTER_OTLP_ENDPOINT is no http URL: give one such as http://collector.example:4318.');
  return false;
}

function readVaultName({ text, complain }: Environment): string | undefined {
  const value = text('KEYVAULT_VAULT_NAME');
  if (value === undefined || VAULT_NAME.test(value)) return value;
  complain(
    `KEYVAULT_VAULT_NAME is "${value}": give the vault's name alone, 3 to 24 letters, digits and single hyphens, such as contoso-vault.`,
  );
  return undefined;
}

function readCallers({ list, complain }: Environment): CallersConfig {
  const [issuers, audiences] = [list('CALLER_ISSUERS'), list('CALLER_AUDIENCE')];
  for (const issuer of issuers) {
    if (urlOf(issuer)?.protocol === 'https:') continue;
    complain(`CALLER_ISSUERS has "${issuer}": give https URLs, exactly as the tokens' \`iss\` has them.`);
  }
  if (issuers.length > 0 !== audiences.length > 0) {
    complain('CALLER_ISSUERS and CALLER_AUDIENCE belong together: set both, or neither to know no callers.');
  }
  return { issuers, audiences };
}

function readOrigins({ list, complain }: Environment): readonly string[] {
  const origins = list('CORS_ORIGINS');
  for (const origin of origins) {
    if (urlOf(origin)?.origin === origin) continue;
    complain(`CORS_ORIGINS has "${origin}": give origins such as https://portal.example, without a path.`);
  }
  return origins;
}

const urlOf = (text: string): URL | undefined => (URL.canParse(text) ? new URL(text) : undefined);

function isLoopback(host: string): boolean {
  return isIP(host) === 4 ? host.startsWith('127.') : host === 'localhost' || host === '::1';
}
