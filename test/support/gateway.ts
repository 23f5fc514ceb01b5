import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { authorizationOf as authorizationFrom } from '../../demo/callers.ts';
import { type Azure, type AzureOptions, createAzure, type World } from '../../emulator/azure.ts';
import { contoso } from '../../emulator/contoso.ts';
import { type App, createApp } from '../../src/app.ts';
import { createAudit } from '../../src/audit.ts';
import { type Cache, createCache } from '../../src/azure/cache.ts';
import { type Clients, createClients } from '../../src/azure/clients.ts';
import { createCallers } from '../../src/caller.ts';
import { type Clock, systemClock } from '../../src/clock.ts';
import { readConfig } from '../../src/config.ts';
import { loadPolicy, type Policy } from '../../src/policy.ts';
import { createProbes } from '../../src/probes.ts';
import type { Metrics } from '../../src/telemetry/metrics.ts';
import { createLog } from '../../src/telemetry.ts';
import { addTester } from './caller.ts';
import { telemetryWith } from './telemetry.ts';
import { transportTo } from './transport.ts';

export interface Gateway {
  /** Asks as a caller does who may read everything, and gives the parsed answer. */
  ask(query: string, variables?: object): Promise<Answer>;
  /** Asks as one of contoso's applications, or as nobody. */
  askAs(caller: string | null, query: string, variables?: object): Promise<Answer>;
  /** The gateway as a function, for what is about HTTP. */
  readonly app: App;
  readonly azure: Azure;
  readonly cache: Cache;
  readonly clients: { -readonly [Name in keyof Clients]: Clients[Name] };
  /** The services asked so far, in order: what this cost. Entra is asked about callers, and not counted. */
  upstream(): readonly string[];
  readonly log: readonly LogLine[];
  readonly audit: readonly LogLine[];
  readonly metrics: Metrics;
  readonly policy: Policy;
  /** Ends the audit record, and the watch over the policy. */
  close(): Promise<void>;
  /** The authorization header of one of contoso's applications. */
  authorizationOf(caller: string): Promise<string>;
}

export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what each test is about
  readonly data?: any;
  readonly extensions?: object;
  readonly errors?: readonly { message: string; path?: readonly string[]; extensions: { code: string } }[];
}

export type LogLine = Readonly<Record<string, unknown>>;

/** What its Azure is like, and: */
export interface GatewayOptions extends Omit<AzureOptions, 'imdsHost' | 'clock'> {
  readonly env?: Readonly<Record<string, string>>;
  /** The gateway's and Azure's. */
  readonly clock?: Clock;
  /** In the place of a new one, as long as it has one gateway at a time. */
  readonly azure?: Azure;
  /** How Azure is reached; in process where it is not said. */
  readonly network?: HttpClient;
  /** Where audit lines go instead of `audit`. */
  readonly auditTo?: Writable;
}

/** Each request reads for itself. */
export const NOTHING_KEPT = {
  ...{ INVENTORY_TTL_SECONDS: '0', METADATA_TTL_SECONDS: '0' },
  ...{ SECRET_TTL_SECONDS: '0', ABSENCE_TTL_SECONDS: '0' },
};

const GATEWAY = 'https://gateway.test/graphql';
export const TESTER = 'Tester';
// MSAL keeps one managed-identity client and one token cache a process: each world has an identity of its own in them.
// It keeps none of them alive.
const azureByIdentity = new Map<string, WeakRef<Azure>>();

/** The whole gateway over a local Azure of its own, in process: real SDKs, real signed tokens, no sockets. */
export async function gatewayOver(options: GatewayOptions = {}): Promise<Gateway> {
  const { env = {}, auditTo, clock = systemClock, ...azureOptions } = options;
  const {
    azure = createAzure({ world: options.world ?? contoso(), ...azureOptions, ...(options.clock && { clock }) }),
  } = options;
  const { world } = azure;
  if (!world.applications.some(({ displayName }) => displayName === TESTER)) addTester(world, TESTER);
  const config = readConfig({
    AZURE_CLIENT_ID: ownIdentity(world, azure),
    AZURE_SUBSCRIPTION_ID: world.subscriptions[0]?.subscriptionId,
    KEYVAULT_VAULT_NAME: world.vaults[0]?.name,
    CALLER_ISSUERS: `https://sts.windows.net/${world.tenant.id}/`,
    CALLER_AUDIENCE: 'api://azure-graphql-gateway',
    ACCESS_POLICY: 'test/support/everything.cedar',
    LOG_LEVEL: 'debug',
    ...env,
  });
  const [log, audit]: [LogLine[], LogLine[]] = [[], []];
  const logger = createLog(config.logLevel, { write: (line) => log.push(JSON.parse(line)) });
  const network = options.network ?? networkOf(azure);
  const telemetry = telemetryWith(logger);
  const clients = createClients(config, telemetry, network, clock);
  const cache = createCache(config.cache, config.requestTimeoutInMs, telemetry.metrics, clock);
  const callers = createCallers(config.callers, telemetry, (...request) => azure.fetch(new Request(...request)));
  const policy = await loadPolicy({ file: config.accessPolicyFile, defaultVault: config.vaultName }, logger);
  const record = await createAudit(config.audit, logger, auditTo ?? linesInto(audit));
  const probes = createProbes({ identity: clients.identity, policy });
  const app = createApp(config, { clients, cache, callers, policy, audit: record, probes, clock }, telemetry);

  const authorizations = new Map<string, Promise<string>>();
  const authorizationOf = (caller: string) => {
    const authorization = authorizations.get(caller) ?? authorizationFrom(azure, caller);
    authorizations.set(caller, authorization);
    return authorization;
  };
  // Signed in and known beforehand, so that a test's calls are those of its queries.
  await callers.identify(await authorizationOf(TESTER));
  azure.clearCalls();

  const askAs: Gateway['askAs'] = async (caller, query, variables) => {
    const authorization = caller === null ? {} : { authorization: await authorizationOf(caller) };
    const headers = { 'content-type': 'application/json', ...authorization };
    const response = await app(
      new Request(GATEWAY, { method: 'POST', headers, body: JSON.stringify({ query, variables }) }),
    );
    return (await response.json()) as Answer;
  };
  const upstream = () => azure.calls.map(({ service }) => service).filter((service) => service !== 'entra');
  return {
    app,
    azure,
    cache,
    clients,
    log,
    audit,
    metrics: telemetry.metrics,
    policy,
    askAs,
    authorizationOf,
    upstream,
    ask: (...asked) => askAs(TESTER, ...asked),
    async close() {
      policy.close();
      await record.close();
    },
  };
}

/** The SDKs' transport to this Azure, and to the others of this process for their identities' tokens. */
export const networkOf = (azure: Azure) =>
  transportTo((request) => (azureByIdentity.get(identityOf(request))?.deref() ?? azure).fetch(request));

/** The client id of a user-assigned identity that no other world of this process has. */
export function ownIdentity(world: World, azure: Azure): string {
  const identity = world.identities.find(({ kind }) => kind === 'user-assigned');
  if (!identity) throw new Error('The world has no user-assigned identity.');
  identity.clientId = randomUUID();
  azureByIdentity.set(identity.clientId, new WeakRef(azure));
  return identity.clientId;
}

const identityOf = (request: Request): string => new URL(request.url).searchParams.get('client_id') ?? '';

function linesInto(lines: LogLine[]): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
}

export const codes = ({ errors = [] }: Answer): string[] => errors.map(({ extensions }) => extensions.code);

export const names = (records: readonly { readonly name: string }[]): string[] => records.map(({ name }) => name);

/** Resolves when a request whose URL passes `is` reaches Azure, before it is answered. */
export function arrival(azure: Azure, is: (url: string) => boolean): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { fetch } = azure;
  azure.fetch = (request) => {
    if (is(request.url)) resolve();
    return fetch(request);
  };
  return promise;
}
