import { AsyncLocalStorage } from 'node:async_hooks';

/** What some work was given past its time: the age of the oldest; 0: nothing was. */
export interface Staleness {
  ageInMs: number;
}

const current = new AsyncLocalStorage<Staleness | undefined>();

/** Does work that takes note of what it is given past its time. */
export const notingIn = <Result>(staleness: Staleness, work: () => Result): Result => current.run(staleness, work);

/** Tells the work that asks for something that it is given it past its time. */
export function noteStale(ageInMs: number): void {
  const staleness = current.getStore();
  if (staleness) staleness.ageInMs = Math.max(staleness.ageInMs, ageInMs);
}

/** Work that is done once, and given to several: each of them takes note of what it was made of. */
export function shared<Result>(work: () => Promise<Result>): () => Promise<Result> {
  const staleness = { ageInMs: 0 };
  const result = current.run(staleness, work);
  // Nobody may be left to hear of its failure.
  result.catch(() => {});
  return async () => {
    try {
      return await result;
    } finally {
      noteStale(staleness.ageInMs);
    }
  };
}

/** Prepares what is shared: whoever happens to ask first takes no note of what is the others'. */
export const forAll = <Result>(work: () => Result): Result => current.run(undefined, work);
