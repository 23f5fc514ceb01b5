import type { HttpClient } from '@azure/core-rest-pipeline';
import {
  type AccessToken,
  AzureCliCredential,
  AzureDeveloperCliCredential,
  AzurePowerShellCredential,
  ChainedTokenCredential,
  type GetTokenOptions,
  ManagedIdentityCredential,
  type TokenCredential,
  WorkloadIdentityCredential,
} from '@azure/identity';
import type { Config } from '../config.ts';
import { GatewayError } from '../errors.ts';
import type { Log } from '../telemetry.ts';
import { untilAborted } from './request.ts';

const TOKEN_TIMEOUT_IN_MS = 10_000;
const REFRESH_AHEAD_IN_MS = 4 * 60_000;
const REFRESH_PAUSE_IN_MS = 30_000;

/** The gateway's own identity: the one the configuration names, never a chain of guesses in production. */
export function createCredential(
  config: Pick<Config, 'credential' | 'cloud'>,
  transport: HttpClient,
  log: Log,
  expiries?: Expiries,
) {
  return keepingTokens(chosenCredential(config, transport), log, expiries);
}

/** When the kept token of each audience ends, in ms since 1970. */
type Expiries = Map<string, number>;

function chosenCredential({ credential, cloud }: Pick<Config, 'credential' | 'cloud'>, transport: HttpClient) {
  const { authorityHost } = cloud;
  // One attempt: callers are waiting, and the next request tries again at once.
  const options = { authorityHost, httpClient: timeLimited(transport), retryOptions: { maxRetries: 0 } };
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

// MSAL's own clients wait for ever on an endpoint that accepts and never answers.
const timeLimited = (transport: HttpClient): HttpClient => ({
  sendRequest(request) {
    request.timeout = TOKEN_TIMEOUT_IN_MS;
    return transport.sendRequest(request);
  },
});

interface Kept {
  token?: AccessToken;
  flight?: Promise<AccessToken>;
  refreshedAt?: number;
}

/**
 * Keeps one token an audience: asks once for all who wait, serves it until its real expiry (the SDK gives it up five minutes
 * before), refreshes ahead in the background, and never keeps a failure. Throws IDENTITY_UNAVAILABLE.
 */
export function keepingTokens(credential: TokenCredential, log: Log, expiries: Expiries = new Map()): TokenCredential {
  const keptByAudience = new Map<string, Kept>();
  return { getToken };

  async function getToken(scopes: string | string[], options: GetTokenOptions = {}): Promise<AccessToken> {
    const audience = JSON.stringify([scopes, options.tenantId]);
    const kept = keptByAudience.get(audience) ?? {};
    keptByAudience.set(audience, kept);
    // Claims come with a challenge: the kept token is the one that was just refused.
    const usable = options.claims ? undefined : kept.token;
    if (!usable || usable.expiresOnTimestamp <= Date.now()) return untilAborted(fetch(), options.abortSignal);
    if (isDueForRefresh(kept, usable)) fetch().catch((error) => log.warn({ event: 'token-refresh-failed', error }));
    return usable;

    function fetch(): Promise<AccessToken> {
      kept.refreshedAt = Date.now();
      kept.flight ??= fetchToken(credential, scopes, options)
        .then((token) => {
          kept.token = token;
          expiries.set(audienceOf(scopes), token.expiresOnTimestamp);
          return token;
        })
        .finally(() => {
          delete kept.flight;
        });
      return kept.flight;
    }
  }
}

const audienceOf = (scopes: string | string[]): string => [scopes].flat().join(' ').replaceAll('/.default', '');

function isDueForRefresh({ refreshedAt = 0 }: Kept, token: AccessToken): boolean {
  const refreshAt = token.refreshAfterTimestamp ?? token.expiresOnTimestamp - REFRESH_AHEAD_IN_MS;
  return refreshAt <= Date.now() && refreshedAt + REFRESH_PAUSE_IN_MS <= Date.now();
}

async function fetchToken(credential: TokenCredential, scopes: string | string[], options: GetTokenOptions) {
  const { abortSignal: _callersOwn, ...shared } = options;
  try {
    const token = await credential.getToken(scopes, shared);
    if (token) return token;
  } catch (cause) {
    throw unavailable(cause);
  }
  throw unavailable(undefined);
}

const unavailable = (cause: unknown): GatewayError =>
  new GatewayError(
    'IDENTITY_UNAVAILABLE',
    "The gateway's identity gives no token for Azure just now. Try again in a moment; if it lasts, check that the identity is assigned to the gateway, and AZURE_CLIENT_ID.",
    { cause },
  );
