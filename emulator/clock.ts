/** What the emulator knows of time; every expiry, quota and delay runs on it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface ManualClock extends Clock {
  /** Moves time on and wakes the sleepers that are due. */
  advance(ms: number): void;
  /** What a clock shows that runs as this one does, and that somebody sets. */
  wall(): number;
  /** Sets that one forward, or with less than 0 back; time goes on as it did. */
  set(ms: number): void;
}

/** The clock on the wall. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    sleepUntil(signal, (wake) => {
      const timer = setTimeout(wake, ms);
      return () => clearTimeout(timer);
    }),
};

/** A clock that stands still until a test moves it. */
export function createManualClock(start: number = Date.now()): ManualClock {
  let time = start;
  let skew = 0;
  const sleepers = new Set<{ due: number; wake: () => void }>();
  return {
    now: () => time,
    wall: () => time + skew,
    set(ms) {
      skew += ms;
    },
    sleep: (ms, signal) =>
      sleepUntil(signal, (wake) => {
        const sleeper = { due: time + ms, wake };
        sleepers.add(sleeper);
        return () => sleepers.delete(sleeper);
      }),
    advance(ms) {
      time += ms;
      for (const sleeper of [...sleepers].sort((a, b) => a.due - b.due)) {
        if (sleeper.due > time) break;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
    },
  };
}

function sleepUntil(signal: AbortSignal | undefined, start: (wake: () => void) => () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const cancel = start(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    const abort = () => {
      cancel();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
  });
}
