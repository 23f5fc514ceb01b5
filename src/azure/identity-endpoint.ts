import { AsyncLocalStorage } from 'node:async_hooks';
import type { HttpClient, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import type { Clock } from '../clock.ts';
import { retryAfterSeconds } from './errors.ts';
import { retried, TRANSIENT_STATUS } from './retry.ts';

const TIMEOUT_IN_MS = 10_000;
const LONGEST_PAUSE_IN_MS = 60_000;
// https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token#error-handling
const PASSING: ReadonlySet<number> = new Set([...TRANSIENT_STATUS, 404, 410, 429]);

/** What gives tokens to the gateway: an endpoint of this machine, or Entra. */
export interface IdentityEndpoint {
  /** Bounds each request to 10 s, its retries and its answer's last byte included. */
  readonly httpClient: HttpClient;
  /** What asks for a token by this endpoint is done within it. */
  within<Result>(work: () => Result): Result;
  /** For how long the endpoint wants to hear nothing more. */
  pausedForMs(): number;
}

// MSAL keeps the first client that it is given, for all managed identities of a process.
const current = new AsyncLocalStorage<HttpClient['sendRequest']>();

export function createIdentityEndpoint(transport: HttpClient, clock: Clock): IdentityEndpoint {
  let pausedUntil = 0;
  const pausedForMs = () => Math.max(0, pausedUntil - clock.now());
  return {
    httpClient: { sendRequest: (request) => (current.getStore() ?? sendRequest)(request) },
    within: (work) => current.run(sendRequest, work),
    pausedForMs,
  };

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
      return withoutGarbage(response);
    } finally {
      over.abort();
    }
  }
}

// MSAL quotes what it cannot read, and that may be half of a token; and it keeps as a token whatever has the name of one.
const withoutGarbage = (response: PipelineResponse): PipelineResponse =>
  response.status < 300 && isGarbage(response.bodyAsText) ? { ...response, bodyAsText: '{}' } : response;

function isGarbage(text: string | null | undefined): boolean {
  try {
    // What Entra says of its endpoints comes this way too, and holds none.
    const { access_token: token = 'none' } = Object(JSON.parse(text ?? ''));
    return typeof token !== 'string';
  } catch {
    return true;
  }
}
