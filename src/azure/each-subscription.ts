import pLimit from 'p-limit';
import type { Read } from './cache/asked.ts';
import type { UntilHalfway } from './halfway.ts';
import type { Reader } from './request.ts';

const SUBSCRIPTIONS_AT_A_TIME = 8;

export interface OfEach<Subscription, Answer, Missing> {
  of(subscription: Subscription, read: Read): Promise<Answer>;
  /** What is told of one that failed. Throws what fails them all. */
  missing(subscription: Subscription, error: unknown): Missing;
}

/**
 * Reads something of each subscription. Where some have answered by the middle of the request's time, the others are given up
 * then: UPSTREAM_TIMEOUT is what they are missing for.
 */
export type EachSubscription = <Subscription, Answer, Missing>(
  subscriptions: readonly Subscription[],
  work: OfEach<Subscription, Answer, Missing>,
) => Promise<{ readonly answers: readonly Answer[]; readonly missing: readonly Missing[] }>;

/** `readAs`: what reads as somebody whose waits end with another signal. */
export function eachSubscription(
  reader: Reader,
  readAs: (reader: Reader) => Read,
  untilHalfway: UntilHalfway,
): EachSubscription {
  return async (subscriptions, work) => {
    const waits = new AbortController();
    const giveUp = () => waits.abort();
    if (reader.signal.aborted) giveUp();
    reader.signal.addEventListener('abort', giveUp, { once: true });
    const read = readAs({ ...reader, signal: waits.signal });
    const limit = pLimit(SUBSCRIPTIONS_AT_A_TIME);
    let isAnyThere = false;
    const all = Promise.all(subscriptions.map((each) => limit(() => outcomeOf(each))));
    const isDone = await untilHalfway(all);
    if (!isDone && isAnyThere) giveUp();
    const outcomes = await all;
    return {
      answers: outcomes.flatMap((each) => ('answer' in each ? [each.answer] : [])),
      missing: outcomes.flatMap((each) => ('missing' in each ? [each.missing] : [])),
    };

    async function outcomeOf(each: (typeof subscriptions)[number]) {
      try {
        const answer = await work.of(each, read);
        isAnyThere = true;
        return { answer };
      } catch (error) {
        return { missing: work.missing(each, error) };
      }
    }
  };
}
