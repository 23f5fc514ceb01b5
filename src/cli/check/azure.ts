import { randomUUID } from 'node:crypto';
import type { HttpClient } from '@azure/core-rest-pipeline';
import pLimit from 'p-limit';
import { createCache } from '../../azure/cache.ts';
import { createClients } from '../../azure/clients.ts';
import { isName } from '../../azure/name.ts';
import { azureProbes } from '../../azure/probe.ts';
import type { Config } from '../../config.ts';
import type { Reach } from '../../policy/reach.ts';
import { startTrace } from '../../telemetry/trace.ts';
import type { Telemetry } from '../../telemetry.ts';
import { checkIdentity } from './identity.ts';
import { type Row, skipped } from './row.ts';
import { checkSubscriptions } from './subscription.ts';
import { checkVault, misnamedVault, skippedVault } from './vault.ts';

const VAULTS_AT_A_TIME = 8;
const NO_IDENTITY = 'the identity has failed';

/** Asks Azure through the gateway's own clients: whom it takes the gateway for, then what that identity may read. */
export async function checkAzure(
  config: Config,
  reach: Reach,
  telemetry: Telemetry,
  { signal, httpClient }: { readonly signal: AbortSignal; readonly httpClient?: HttpClient | undefined },
): Promise<readonly Row[]> {
  const clients = createClients(config, telemetry, httpClient);
  const cache = createCache(config.cache, config.requestTimeoutInMs, telemetry.metrics);
  const azure = azureProbes(
    { clients, cache },
    {
      requestId: randomUUID(),
      trace: startTrace(null),
      calls: [],
      saved: [],
      callerId: 'check',
      endsAt: Number.POSITIVE_INFINITY,
      halfwayAt: Number.POSITIVE_INFINITY,
      signal,
      deadline: signal,
      deadlineAt: Number.POSITIVE_INFINITY,
      rights: { policyVersion: '', scopeKey: () => '' },
    },
  );
  const all = vaultsOf(config, reach);
  const vaults = all.filter(isName.vaultName);
  const misnamed = all.filter((name) => !isName.vaultName(name)).map(misnamedVault);
  const { row, identity } = await checkIdentity(clients, config.credential, signal);
  if (!identity) {
    const skippedVaults = vaults.flatMap((vault) => skippedVault(vault, NO_IDENTITY));
    return [row, skipped('subscriptions', NO_IDENTITY), ...skippedVaults, ...misnamed];
  }
  const limit = pLimit(VAULTS_AT_A_TIME);
  const [subscriptions, ...ofVaults] = await Promise.all([
    reach.estate
      ? checkSubscriptions(azure, identity, config.subscriptionId)
      : [skipped('subscriptions', 'no policy grants readEstate')],
    ...vaults.map((vault) => limit(() => checkVault(azure, identity, { vault, actions: reach.actionsIn(vault) }))),
  ]);
  const none = all.length === 0 ? [skipped('vaults', NO_VAULT)] : [];
  return [row, ...subscriptions, ...ofVaults.flat(), ...misnamed, ...none];
}

const NO_VAULT = 'KEYVAULT_VAULT_NAME is not set, and the policy names none';

/** The default vault first, then those that the policy names. */
function vaultsOf({ vaultName }: Config, { vaults }: Reach): readonly string[] {
  return [...new Set([...(vaultName ? [vaultName.toLowerCase()] : []), ...vaults])];
}
