import DataLoader from 'dataloader';
import type { UntilHalfway } from './halfway.ts';

/** Gives what comes of the work when it is there for all that was asked for in the same moment. */
export type InOneMoment = <Answer>(work: Promise<Answer>) => Promise<Answer>;

/**
 * What is asked for in one moment arrives in one, so that what is below it is asked for together, too: a query a level, whatever
 * the number of parents. Beyond half of the request's time nothing is held up by what is late.
 */
export function inOneMoment(untilHalfway: UntilHalfway): InOneMoment {
  const moments = new DataLoader<Promise<unknown>, true>(
    async (works) => {
      if (works.length > 1) await untilHalfway(Promise.allSettled(works));
      return works.map(() => true);
    },
    { cache: false },
  );
  return async (work) => {
    // It is waited for a moment later.
    work.catch(() => {});
    await moments.load(work);
    return work;
  };
}
