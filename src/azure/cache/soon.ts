import type { Clock } from '../../clock.ts';

// Who can be given something older waits no longer for Azure.
const SOON_IN_MS = 5000;

/** What comes of the work, if it does soon; else throws what `late` makes, and the work goes on. */
export async function soon<Result>(work: Promise<Result>, clock: Clock, late: () => Error): Promise<Result> {
  const over = new AbortController();
  const tooLate = clock.sleep(SOON_IN_MS, over.signal).then(() => Promise.reject(late()));
  for (const each of [work, tooLate]) each.catch(() => {});
  return Promise.race([work, tooLate]).finally(() => over.abort());
}
