import type { PipelinePolicy, PipelineResponse } from '@azure/core-rest-pipeline';
import type { Clock } from '../clock.ts';
import { retryAfterSeconds } from './errors.ts';
import { currentWork, type Work } from './request.ts';

const MAX_RETRIES = 2;
const FIRST_DELAY_IN_MS = 200;
const LONGEST_RETRY_AFTER_IN_SECONDS = 2;
const TRANSIENT_FAILURE = new Set(['ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN']);

export const TRANSIENT_STATUS: ReadonlySet<number> = new Set([408, 500, 502, 503, 504]);

/** The SDK's own retry sleeps by the clock on the wall alone, and for as long as a Retry-After says. */
export const cappedRetry = (clock: Clock): PipelinePolicy => ({
  name: 'cappedRetry',
  sendRequest(request, next) {
    // The SDK's own type of signal lacks what it never uses; the object is an AbortSignal.
    const signal = request.abortSignal as AbortSignal | undefined;
    return retried(() => next(request), { transient: TRANSIENT_STATUS, clock, signal, endsAt: endOf(currentWork()) });
  },
});

export interface Retrying {
  /** The statuses worth another try. A 429 is one where it says how short a wait will do. */
  readonly transient: ReadonlySet<number>;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  /** After which nobody waits for it, by the clock's `now()`; absent: somebody does. */
  readonly endsAt?: number;
}

/**
 * Sends again what failed in passing: two times, each after at most 2 s and while somebody waits for it. Only reads are sent, so each may be
 * sent again.
 */
export async function retried(
  send: () => Promise<PipelineResponse>,
  { transient, clock, signal, endsAt = Number.POSITIVE_INFINITY }: Retrying,
): Promise<PipelineResponse> {
  for (let retries = 0; ; retries += 1) {
    const outcome = await outcomeOf(send());
    const delayInMs = retries < MAX_RETRIES ? delayAfter(outcome, retries) : undefined;
    if (delayInMs === undefined || clock.now() + delayInMs >= endsAt) {
      if ('error' in outcome) throw outcome.error;
      return outcome.response;
    }
    await clock.sleep(delayInMs, signal);
  }

  function delayAfter(outcome: Outcome, retries: number): number | undefined {
    const { status, headers } = 'response' in outcome ? outcome.response : {};
    const asked = retryAfterSeconds(headers);
    if (asked !== undefined) {
      const isWorthIt = asked <= LONGEST_RETRY_AFTER_IN_SECONDS && (status === 429 || transient.has(status ?? 0));
      return isWorthIt ? asked * 1000 : undefined;
    }
    const isTransient = status ? transient.has(status) : TRANSIENT_FAILURE.has(codeOf(outcome));
    if (!isTransient) return undefined;
    const delayInMs = FIRST_DELAY_IN_MS * 2 ** retries;
    return delayInMs / 2 + Math.random() * (delayInMs / 2);
  }
}

const endOf = (work: Work | undefined): number =>
  work ? Math.max(...work.places.all().map(({ endsAt }) => endsAt)) : Number.POSITIVE_INFINITY;

type Outcome = { readonly response: PipelineResponse } | { readonly error: unknown };

const outcomeOf = (sent: Promise<PipelineResponse>): Promise<Outcome> =>
  sent.then(
    (response) => ({ response }),
    (error: unknown) => ({ error }),
  );

const codeOf = (outcome: Outcome): string =>
  'error' in outcome ? ((outcome.error as { readonly code?: string }).code ?? '') : '';
