import type { Clock } from '../clock.ts';
import type { Reader } from './request.ts';

/** Waits for what may be late, for half of the request's time at most: the other half is for what goes on without it. Whether it is done; never rejects. */
export type UntilHalfway = (work: Promise<unknown>) => Promise<boolean>;

// The longest that timers take.
const LONGEST_IN_MS = 2 ** 31 - 1;

export function untilHalfway({ halfwayAt }: Reader, clock: Pick<Clock, 'now' | 'sleep'>): UntilHalfway {
  return async (work) => {
    const over = new AbortController();
    const done = () => true;
    const ms = Math.min(Math.max(0, halfwayAt - clock.now()), LONGEST_IN_MS);
    const halfway = clock.sleep(ms, over.signal).then(() => false, done);
    return Promise.race([work.then(done, done), halfway]).finally(() => over.abort());
  };
}
