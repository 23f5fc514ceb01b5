import { setImmediate as turn } from 'node:timers/promises';
import { type Azure, createAzure, type World } from '../../emulator/azure.ts';
import { createManualClock, type ManualClock } from '../../emulator/clock.ts';
import { contoso } from '../../emulator/contoso.ts';
import { type Clients, createClients } from '../../src/azure/clients.ts';
import type { Upstream } from '../../src/azure/errors.ts';
import { createPlaces } from '../../src/azure/governor/place.ts';
import { working } from '../../src/azure/request.ts';
import { readConfig } from '../../src/config.ts';
import { GatewayError } from '../../src/errors.ts';
import { startTrace } from '../../src/telemetry/trace.ts';
import { networkOf, ownIdentity } from './gateway.ts';
import { telemetryWith } from './telemetry.ts';
import { transportTo } from './transport.ts';

type Read = <Answer>(upstream: Upstream, act: () => Promise<Answer>) => Promise<Answer>;

/** The gateway's clients and a local Azure, on one clock that stands still until it is moved. */
export interface Governed {
  readonly azure: Azure;
  readonly clock: ManualClock;
  readonly clients: Clients;
  /** For the SDKs' own clients, without a governor, beside those of the gateway. */
  readonly bare: ReturnType<typeof transportTo>;
  /** How a request of this caller's reads. */
  readerOf(callerId: string, options?: { readonly seconds?: number; readonly signal?: AbortSignal }): Read;
  /** Moves the clock on, each step when everything has come to rest that the one before has set off. */
  pass(ms: number, step?: number): Promise<void>;
  /** When everything has come to rest. */
  rest(): Promise<void>;
}

export interface GovernedOptions {
  readonly world?: World;
  readonly env?: Readonly<Record<string, string>>;
  readonly resourceGraphQuota?: number;
}

export function governedOver({ world = contoso(), env = {}, ...options }: GovernedOptions = {}): Governed {
  const clock = createManualClock();
  const azure = createAzure({ world, clock, ...options });
  const config = readConfig({
    AZURE_CLIENT_ID: ownIdentity(world, azure),
    AZURE_SUBSCRIPTION_ID: world.subscriptions[0]?.subscriptionId,
    KEYVAULT_VAULT_NAME: world.vaults[0]?.name,
    ...env,
  });
  let underWay = 0;
  const { fetch } = azure;
  azure.fetch = (request) => {
    underWay += 1;
    return fetch(request).finally(() => {
      underWay -= 1;
    });
  };
  const clients = createClients(config, telemetryWith(), networkOf(azure), clock);

  return { azure, clock, clients, bare: transportTo((request) => azure.fetch(request)), readerOf, pass, rest };

  function readerOf(callerId: string, { seconds = 25, signal = new AbortController().signal } = {}): Read {
    const origin = { requestId: callerId, trace: startTrace(null), calls: [], saved: [] };
    const endsAt = clock.now() + seconds * 1000;
    const work = { origin, operation: 'test', signal, places: createPlaces({ callerId, endsAt, isForced: false }) };
    return (upstream, act) => working(work, upstream, act);
  }

  async function pass(ms: number, step = ms): Promise<void> {
    await rest();
    for (let passed = 0; passed < ms; passed += step) {
      clock.advance(step);
      await rest();
    }
  }

  // What is on its way to Azure without having reached it takes a few turns of the event loop at most.
  async function rest(): Promise<void> {
    for (let quiet = 0; quiet < 4; quiet = underWay > 0 ? 0 : quiet + 1) await turn();
  }
}

/** Reads of one kind, as the sources make them. */
export type Kind = 'arm' | 'resource-graph' | 'key-vault';

/** One call to Azure of that kind. */
export async function callTo({ clients }: Governed, kind: Kind, read: Read): Promise<void> {
  const { subscriptionId = '' } = clients.defaults;
  const upstream = { host: kind, grant: 'a role' };
  if (kind === 'arm') {
    const [context, sdk] = await Promise.all([clients.resources(), import('@azure/arm-resources/api/resourceGroups')]);
    await read(upstream, () => sdk.get({ ...context, subscriptionId }, 'rg-aks-prod'));
  } else if (kind === 'resource-graph') {
    const [context, sdk] = await Promise.all([clients.resourceGraph(), import('@azure/arm-resourcegraph/api')]);
    await read(upstream, () => sdk.resources(context, { query: 'Resources | project id | limit 1' }));
  } else {
    const client = await clients.vault('contoso-vault').client();
    await read(upstream, () => client.getSecret('SampleSecret'));
  }
}

/** `ok`, or the code that it failed with. */
export async function outcomeOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    return error instanceof GatewayError ? error.code : String(error);
  }
}
