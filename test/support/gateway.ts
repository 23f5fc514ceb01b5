import { randomUUID } from 'node:crypto';
import { type Azure, createAzure, type World } from '../../emulator/azure.ts';
import { contoso } from '../../emulator/contoso.ts';
import { type App, createApp } from '../../src/app.ts';
import { type Clients, createClients } from '../../src/azure/clients.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/telemetry.ts';
import { transportTo } from './transport.ts';

export interface Gateway {
  /** Asks as a caller does, and gives the parsed answer. */
  ask(query: string, variables?: object): Promise<Answer>;
  /** The gateway as a function, for what is about HTTP. */
  readonly app: App;
  readonly azure: Azure;
  readonly clients: { -readonly [Name in keyof Clients]: Clients[Name] };
  /** The services asked so far, in order: what this cost. */
  upstream(): readonly string[];
  readonly log: readonly LogLine[];
}

export interface Answer {
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what each test is about
  readonly data?: any;
  readonly errors?: readonly { message: string; path?: readonly string[]; extensions: { code: string } }[];
}

export type LogLine = Readonly<Record<string, unknown>>;

export interface GatewayOptions {
  readonly world?: World;
  readonly pageSize?: number;
  readonly env?: Readonly<Record<string, string>>;
}

const GATEWAY = 'https://gateway.test/graphql';
// MSAL keeps one managed-identity client and one token cache a process: each world has an identity of its own in them.
const azureByIdentity = new Map<string, Azure>();

/** The whole gateway over a local Azure of its own, in process: real SDKs, real signed tokens, no sockets. */
export function gatewayOver({ world = contoso(), pageSize = 100, env = {} }: GatewayOptions = {}): Gateway {
  const azure = createAzure({ world, pageSize });
  const identity = world.identities.find(({ kind }) => kind === 'user-assigned');
  if (!identity) throw new Error('The world has no user-assigned identity.');
  identity.clientId = randomUUID();
  azureByIdentity.set(identity.clientId, azure);

  const config = readConfig({
    AZURE_CLIENT_ID: identity.clientId,
    AZURE_SUBSCRIPTION_ID: world.subscriptions[0]?.subscriptionId,
    KEYVAULT_VAULT_NAME: world.vaults[0]?.name,
    LOG_LEVEL: 'debug',
    ...env,
  });
  const log: LogLine[] = [];
  const logger = createLog(config.logLevel, { write: (line) => log.push(JSON.parse(line)) });
  const network = transportTo((request) => (azureByIdentity.get(identityOf(request)) ?? azure).fetch(request));
  const clients = createClients(config, logger, network);
  const app = createApp(config, clients, logger);
  return { app, azure, clients, log, ask: askThrough(app), upstream: () => azure.calls.map(({ service }) => service) };
}

const identityOf = (request: Request): string => new URL(request.url).searchParams.get('client_id') ?? '';

function askThrough(app: App): Gateway['ask'] {
  return async (query, variables) => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ query, variables });
    const response = await app(new Request(GATEWAY, { method: 'POST', headers, body }));
    return (await response.json()) as Answer;
  };
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
