import type { Clock } from '../../clock.ts';
import { LONGEST_PAUSE_IN_MS, type Quota } from './quota.ts';

export interface BucketSize {
  readonly capacity: number;
  readonly perSecond: number;
  /** Left alone, for what others spend between two answers. */
  readonly reserve: number;
}

/**
 * A token bucket, never fuller than Azure's own: until a call has come back, Azure's may still be full without it, so that
 * its place is not filled here either.
 */
export function createBucket({ capacity, perSecond, reserve }: BucketSize, clock: Clock): Quota {
  let tokens = capacity;
  let underWay = 0;
  // From when on it fills: where Azure wants to be left alone, not before.
  let at = clock.now();

  const refill = (): number => {
    const now = clock.now();
    const gained = (Math.max(0, now - at) / 1000) * perSecond;
    tokens = Math.min(capacity - underWay, tokens + gained);
    at = Math.max(at, now);
    return tokens;
  };
  const msUntilTokens = (wanted: number): number => {
    const ms = ((wanted - refill()) / perSecond) * 1000 - ROUNDING;
    return Math.max(0, at - clock.now()) + Math.max(0, Math.ceil(ms));
  };

  return {
    ceiling: () => capacity,
    remaining: () => Math.max(0, Math.floor(refill() + ROUNDING)),
    msUntil: (nth) => msUntilTokens(nth + reserve),
    isPaused: () => at > clock.now(),
    resetsAt: () => (refill() + underWay >= capacity ? undefined : clock.now() + msUntilTokens(capacity)),
    take() {
      tokens = refill() - 1;
      underWay += 1;
    },
    settle(word) {
      refill();
      underWay -= 1;
      if (word === 'unsent') tokens += 1;
      else if (word.isRefusal && word.retryAfterInMs !== undefined) pause(word.retryAfterInMs);
      else tokens = Math.min(tokens, word.remaining ?? (word.isRefusal ? 0 : tokens));
    },
  };

  /** There is one when Azure says, or says no more after a minute; from then on it fills. */
  function pause(ms: number): void {
    tokens = Math.min(reserve + 1, capacity - underWay);
    at = Math.max(at, clock.now() + Math.min(ms, LONGEST_PAUSE_IN_MS));
  }
}

// Of sums of fractions.
const ROUNDING = 1e-6;
