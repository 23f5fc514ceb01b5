import type { HttpClient } from '@azure/core-rest-pipeline';
import {
  AzureCliCredential,
  AzureDeveloperCliCredential,
  AzurePowerShellCredential,
  ChainedTokenCredential,
  ManagedIdentityCredential,
  type TokenCredential,
  WorkloadIdentityCredential,
} from '@azure/identity';
import { type Clock, systemClock } from '../clock.ts';
import type { Config } from '../config.ts';
import type { Log } from '../telemetry.ts';
import { createIdentityEndpoint } from './identity-endpoint.ts';
import { keepingTokens } from './token.ts';

/** The gateway's own identity: the one the configuration names, never a chain of guesses in production. */
export function createCredential(
  config: Pick<Config, 'credential' | 'cloud'>,
  transport: HttpClient,
  log: Log,
  clock: Clock = systemClock,
  expiries?: Map<string, number>,
) {
  const { httpClient, within, pausedForMs } = createIdentityEndpoint(transport, clock);
  const chosen = chosenCredential(config, httpClient);
  const credential: TokenCredential = { getToken: (...asked) => within(() => chosen.getToken(...asked)) };
  return keepingTokens(credential, log, { clock, pausedForMs, ...(expiries && { expiries }) });
}

function chosenCredential({ credential, cloud }: Pick<Config, 'credential' | 'cloud'>, httpClient: HttpClient) {
  const { authorityHost } = cloud;
  // The endpoint's client does what there is to do again.
  const options = { authorityHost, httpClient, retryOptions: { maxRetries: 0 } };
  switch (credential.kind) {
    case 'managed-identity': {
      const { clientId } = credential;
      return new ManagedIdentityCredential({ ...options, ...(clientId && { clientId }) });
    }
    case 'workload-identity': {
      const { clientId, tenantId, tokenFile: tokenFilePath } = credential;
      return anewAfterFailure(() => new WorkloadIdentityCredential({ ...options, clientId, tenantId, tokenFilePath }));
    }
    case 'developer':
      return new ChainedTokenCredential(
        new AzureCliCredential(),
        new AzureDeveloperCliCredential(),
        new AzurePowerShellCredential(),
      );
  }
}

// MSAL repeats a 429 or a 500 of Entra's for a minute without asking, and the SDK keeps the token file's text for five.
function anewAfterFailure(create: () => TokenCredential): TokenCredential {
  let current = create();
  return {
    async getToken(...asked) {
      const credential = current;
      try {
        return await credential.getToken(...asked);
      } catch (error) {
        if (current === credential) current = create();
        throw error;
      }
    },
  };
}
