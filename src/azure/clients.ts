import type { ResourceGraphContext } from '@azure/arm-resourcegraph/api';
import type { ResourceManagementContext } from '@azure/arm-resources/api';
import type { SubscriptionContext } from '@azure/arm-resources-subscriptions/api';
import type { HttpClient } from '@azure/core-rest-pipeline';
import type { SecretClient } from '@azure/keyvault-secrets';
import { LRUCache } from 'lru-cache';
import { type Clock, systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Telemetry } from '../telemetry.ts';
import { createGovernor, type Governor } from './governor/governor.ts';
import { type Identity, identityIn } from './identity.ts';
import { folded } from './name.ts';

const MAX_VAULTS = 1000;

/** One client a service, one SecretClient a vault, for the life of the process; each built when it is first needed. */
export interface Clients {
  readonly defaults: Pick<Config, 'subscriptionId' | 'vaultName' | 'maxRowsPerLevel'>;
  /** Where ARM is, such as management.azure.com. */
  readonly armHost: string;
  /** Where vaults are, such as vault.azure.net. */
  readonly vaultSuffix: string;
  resources(): Promise<ResourceManagementContext>;
  resourceGraph(): Promise<ResourceGraphContext>;
  subscriptions(): Promise<SubscriptionContext>;
  vault(name: string): Vault;
  /** What all of them send goes through it. */
  readonly governor: Governor;
  readonly clock: Clock;
  /** Resolves when the gateway's identity has a token for ARM. Throws IDENTITY_UNAVAILABLE. */
  identity(): Promise<void>;
  /** Whom that token names. Throws IDENTITY_UNAVAILABLE. */
  whoAmI(): Promise<Identity>;
  /** When each token ends that is kept, in ms since 1970, by its audience. */
  tokenExpiries(): ReadonlyMap<string, number>;
}

export interface Vault {
  readonly name: string;
  /** Where it is, such as contoso-vault.vault.azure.net. */
  readonly host: string;
  client(): Promise<SecretClient>;
}

/** `httpClient` stands in for the network, `clock` for time as far as quotas and what Azure keeps for some days go. */
export function createClients(
  config: ClientsConfig,
  telemetry: Telemetry,
  httpClient?: HttpClient,
  clock: Clock = systemClock,
): Clients {
  const { endpoint, scope, vaultSuffix } = config.cloud;
  const expiries = new Map<string, number>();
  const governor = createGovernor(config.governor, clock);
  // The Azure SDKs take longer to load than all the rest: the port is open before they are.
  const base = once(async () => {
    const [{ createCredential }, pipeline, { createGoverned }] = await Promise.all([
      import('./credential.ts'),
      import('./pipeline.ts'),
      import('./governor/policy.ts'),
    ]);
    const transport = pipeline.createTransport(config.cloud, telemetry, httpClient);
    const credential = createCredential(config, transport, telemetry.log, clock, expiries);
    const governed = createGoverned(governor, config.cloud, telemetry.log, clock);
    return { ...pipeline, transport, credential, governed };
  });
  const arm = once(async () => {
    const { clientOptions, transport, credential, governed } = await base();
    const options = {
      ...clientOptions(transport, governed, clock, new URL(endpoint).origin),
      endpoint,
      credentials: { scopes: [scope] },
    };
    return { credential, options };
  });
  const vaults = new LRUCache<string, Vault>({ max: MAX_VAULTS });

  return {
    defaults: config,
    armHost: new URL(endpoint).host,
    vaultSuffix,
    governor,
    clock,
    resources: once(async () => {
      const [{ credential, options }, sdk] = await Promise.all([arm(), import('@azure/arm-resources/api')]);
      // Each call names its own subscription.
      return sdk.createResourceManagement(credential, '', options);
    }),
    resourceGraph: once(async () => {
      const [{ credential, options }, sdk] = await Promise.all([arm(), import('@azure/arm-resourcegraph/api')]);
      return sdk.createResourceGraph(credential, '', options);
    }),
    subscriptions: once(async () => {
      const [{ credential, options }, sdk] = await Promise.all([
        arm(),
        import('@azure/arm-resources-subscriptions/api'),
      ]);
      return sdk.createSubscription(credential, options);
    }),
    vault(name) {
      const key = folded(name);
      const known = vaults.get(key) ?? createVault(key);
      vaults.set(key, known);
      return known;
    },
    async identity() {
      const { credential } = await base();
      await credential.getToken(scope);
    },
    async whoAmI() {
      const { credential } = await base();
      const { token = '' } = (await credential.getToken(scope)) ?? {};
      return identityIn(token);
    },
    tokenExpiries: () => expiries,
  };

  function createVault(name: string): Vault {
    const host = `${name}.${vaultSuffix}`;
    const client = once(async () => {
      const [{ clientOptions, oneChallenge, transport, credential, governed }, { SecretClient }] = await Promise.all([
        base(),
        import('@azure/keyvault-secrets'),
      ]);
      const options = clientOptions(transport, governed, clock, `https://${host}`);
      const additionalPolicies = [...options.additionalPolicies, ...oneChallenge(clock)];
      return new SecretClient(`https://${host}`, credential, { ...options, additionalPolicies });
    });
    return { name, host, client };
  }
}

export type ClientsConfig = Pick<
  Config,
  'cloud' | 'credential' | 'subscriptionId' | 'vaultName' | 'maxRowsPerLevel' | 'governor'
>;

function once<Result>(create: () => Promise<Result>): () => Promise<Result> {
  let created: Promise<Result> | undefined;
  return () => {
    created ??= create().catch((error) => {
      created = undefined;
      throw error;
    });
    return created;
  };
}
