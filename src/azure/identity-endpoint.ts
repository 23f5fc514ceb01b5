import { AsyncLocalStorage } from 'node:async_hooks';
import type { HttpClient, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import type { AccessToken } from '@azure/identity';
import type { Clock } from '../clock.ts';
import { retryAfterSeconds } from './errors.ts';
import { retried, TRANSIENT_STATUS } from './retry.ts';
import { type Lifetime, tokenAnswer } from './token-answer.ts';

const TIMEOUT_IN_MS = 10_000;
const LONGEST_PAUSE_IN_MS = 60_000;
// https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#error-handling
const PASSING: ReadonlySet<number> = new Set([...TRANSIENT_STATUS, 404, 410, 429]);

/** What gives tokens to the gateway: an endpoint of this machine, or Entra. */
export interface IdentityEndpoint {
  /** Bounds each request to 10 s, its retries and its answer's last byte included. */
  readonly httpClient: HttpClient;
  /** What asks for a token by this endpoint is done within it. When the token ends is as the endpoint says. */
  within(work: () => Promise<AccessToken | null>): Promise<AccessToken | null>;
  /** For how long the endpoint wants to hear nothing more. */
  pausedForMs(): number;
}

// MSAL keeps the first client that it is given, for all managed identities of a process.
const current = new AsyncLocalStorage<Asking>();

interface Asking {
  readonly sendRequest: HttpClient['sendRequest'];
  lifetime?: Lifetime | undefined;
}

export function createIdentityEndpoint(transport: HttpClient, clock: Clock): IdentityEndpoint {
  let pausedUntil = 0;
  const pausedForMs = () => Math.max(0, pausedUntil - clock.now());
  return {
    httpClient: { sendRequest: (request) => (current.getStore()?.sendRequest ?? sendRequest)(request) },
    async within(work) {
      const asking: Asking = { sendRequest };
      const token = await current.run(asking, work);
      return token && { ...token, ...timesOf(asking.lifetime) };
    },
    pausedForMs,
  };

  /** By the wall, as the SDK tells them. */
  function timesOf(lifetime: Lifetime | undefined): Pick<AccessToken, 'expiresOnTimestamp'> | undefined {
    if (!lifetime) return undefined;
    const { endsInMs, refreshInMs } = lifetime;
    const now = clock.wall();
    return {
      expiresOnTimestamp: now + endsInMs,
      ...(refreshInMs !== undefined && { refreshAfterTimestamp: now + refreshInMs }),
    };
  }

  async function sendRequest(request: PipelineRequest): Promise<PipelineResponse> {
    if (pausedForMs() > 0) throw new Error('The identity endpoint asked to be left alone.');
    const [over, timeUp] = [new AbortController(), new AbortController()];
    clock.sleep(TIMEOUT_IN_MS, over.signal).then(
      () => timeUp.abort(),
      () => {},
    );
    // MSAL's clients wait for ever for an answer, and nobody's signal reaches them.
    request.abortSignal = timeUp.signal;
    try {
      const response = await retried(() => transport.sendRequest(request), {
        transient: PASSING,
        clock,
        signal: timeUp.signal,
      });
      const seconds = response.status === 429 ? retryAfterSeconds(response.headers) : undefined;
      if (seconds !== undefined) pausedUntil = clock.now() + Math.min(seconds * 1000, LONGEST_PAUSE_IN_MS);
      const answer = tokenAnswer(response, clock.wall());
      const asking = current.getStore();
      if (asking && answer.lifetime) asking.lifetime = answer.lifetime;
      return answer.response;
    } finally {
      over.abort();
    }
  }
}
