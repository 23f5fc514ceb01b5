import { setTimeout as wait } from 'node:timers/promises';

/** What the gateway knows of time where ages, quotas and waits are concerned. */
export interface Clock {
  /**
   * Milliseconds, for ages, quotas and waits: never set back, and set forward with the wall's. At the process's start they are those
   * since 1970; once the wall's was set back they are more.
   */
  now(): number;
  /** Milliseconds since 1970, as Azure and people count them; whoever sets the host's clock sets it, forward or back. */
  wall(): number;
  /** Resolves after `ms`; rejects when the signal aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** What a clock is made of. `elapsed`: milliseconds that nobody sets, which may stand still while the host sleeps. */
export interface Sources extends Pick<Clock, 'wall' | 'sleep'> {
  elapsed(): number;
}

// Less is rounding, and what the host's clock is set right by little by little.
const STEP_IN_MS = 100;

/** As fast as the faster of the two: nothing is taken for younger than it is, and no quota for spent, whichever is wrong. */
export function createClock({ wall, elapsed, sleep }: Sources): Clock {
  let apart = wall() - elapsed();
  let ahead = apart;
  return { now, wall, sleep };

  function now(): number {
    const since = elapsed();
    const step = wall() - since - apart;
    if (Math.abs(step) >= STEP_IN_MS) {
      apart += step;
      ahead += Math.max(0, step);
    }
    return since + ahead;
  }
}

/** When an instant of the wall's is, by `now()`. */
export const fromWall = ({ now, wall }: Pick<Clock, 'now' | 'wall'>, instant: number): number =>
  now() + instant - wall();

/** When an instant of `now()`'s is, by the wall. */
export const toWall = ({ now, wall }: Pick<Clock, 'now' | 'wall'>, instant: number): number => wall() + instant - now();

/** The host's. */
export const systemClock: Clock = createClock({
  wall: () => Date.now(),
  elapsed: () => performance.now(),
  sleep: (ms, signal) => wait(ms, undefined, signal && { signal }),
});
