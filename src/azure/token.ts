import type { AccessToken, GetTokenOptions, TokenCredential } from '@azure/identity';
import { type Clock, fromWall, systemClock } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import type { Log } from '../telemetry.ts';
import { createSilence } from './silence.ts';

const REFRESH_AHEAD_IN_MS = 4 * 60_000;
const REFRESH_PAUSE_IN_MS = 30_000;
// Where clocks differ a token may seem over when it comes. It is Azure's to judge: each request would ask for another one.
const LEAST_USE_IN_MS = 1000;

// Each of the SDK's clients would keep it for itself, refresh it in a way of its own, and take a clock of its own for it.
const ALWAYS_ASK = 0;

export interface Keeping {
  readonly clock?: Clock;
  /** For how long whoever gives tokens wants to hear nothing more. */
  pausedForMs?(): number;
  /** When the kept token of each audience ends, in ms since 1970. */
  readonly expiries?: Map<string, number>;
}

interface Kept {
  token?: AccessToken;
  /** By the clock's `now()`, as are the others: the wall's may be set back after the token has come. */
  endsAt?: number;
  refreshAt?: number;
  asked?: Promise<AccessToken>;
  refreshedAt?: number;
}

/**
 * Keeps one token an audience: asks once for all who wait, and once more each second that brings none; serves it until its real
 * expiry (the SDK gives it up five minutes before), refreshes ahead in the background, and never keeps a failure. Nobody's signal
 * ends the wait, since the SDKs share one among their callers; the endpoint's time does. Throws IDENTITY_UNAVAILABLE.
 */
export function keepingTokens(credential: TokenCredential, log: Log, keeping: Keeping = {}): TokenCredential {
  const { clock = systemClock, pausedForMs = () => 0, expiries = new Map<string, number>() } = keeping;
  const keptByAudience = new Map<string, Kept>();
  return { getToken: async (...asked) => ({ ...(await getToken(...asked)), expiresOnTimestamp: ALWAYS_ASK }) };

  async function getToken(scopes: string | string[], options: GetTokenOptions = {}): Promise<AccessToken> {
    const audience = JSON.stringify([[scopes].flat(), options.tenantId]);
    const kept = keptByAudience.get(audience) ?? {};
    keptByAudience.set(audience, kept);
    // Claims come with a challenge: the kept token is the one that was just refused.
    const usable = options.claims ? undefined : kept.token;
    if (!usable || (kept.endsAt ?? 0) <= clock.now()) return fetch();
    if (isDueForRefresh(kept)) fetch().catch((error) => log.warn({ event: 'token-refresh-failed', error }));
    return usable;

    function fetch(): Promise<AccessToken> {
      kept.refreshedAt = clock.now();
      kept.asked ??= ask(fetched).finally(() => {
        delete kept.asked;
      });
      return kept.asked;
    }

    async function fetched(): Promise<AccessToken> {
      const token = await fetchToken(credential, scopes, options);
      kept.token = token;
      kept.endsAt = Math.max(fromWall(clock, token.expiresOnTimestamp), clock.now() + LEAST_USE_IN_MS);
      kept.refreshAt = fromWall(clock, token.refreshAfterTimestamp ?? token.expiresOnTimestamp - REFRESH_AHEAD_IN_MS);
      expiries.set(audienceOf(scopes), token.expiresOnTimestamp);
      return token;
    }
  }

  /** Asks, and once more whenever that is silent. Ends with the first token, or the failure of the first. */
  async function ask(fetched: () => Promise<AccessToken>): Promise<AccessToken> {
    const { promise: token, resolve, reject } = Promise.withResolvers<AccessToken>();
    const over = new AbortController();
    again();
    return token.finally(() => over.abort());

    function again(isFeared = false): void {
      if (over.signal.aborted) return;
      const silence = createSilence(clock, { fallen: () => again(true), isFeared });
      const answered = silence.listen();
      over.signal.addEventListener('abort', answered);
      fetched().then(resolve, isFeared ? () => {} : (cause) => reject(unavailable(cause, pausedForMs())));
    }
  }

  function isDueForRefresh({ refreshAt = 0, refreshedAt = 0 }: Kept): boolean {
    return refreshAt <= clock.now() && refreshedAt + REFRESH_PAUSE_IN_MS <= clock.now();
  }
}

const audienceOf = (scopes: string | string[]): string => [scopes].flat().join(' ').replaceAll('/.default', '');

async function fetchToken(credential: TokenCredential, scopes: string | string[], options: GetTokenOptions) {
  const { abortSignal: _ofOne, ...shared } = options;
  const token = await credential.getToken(scopes, shared);
  if (!token) throw new Error('There is no token.');
  return token;
}

function unavailable(cause: unknown, pausedForMs: number): GatewayError {
  const seconds = Math.ceil(pausedForMs / 1000);
  const when = seconds > 0 ? `in ${seconds} s` : 'in a moment';
  return new GatewayError(
    'IDENTITY_UNAVAILABLE',
    `The gateway's identity gives no token for Azure just now. Try again ${when}; if it lasts, check that the identity is assigned to the gateway, and AZURE_CLIENT_ID.`,
    { cause, ...(seconds > 0 && { retryAfterSeconds: seconds }) },
  );
}
