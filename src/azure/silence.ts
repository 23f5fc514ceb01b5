import type { Clock } from '../clock.ts';

const PART_IN_MS = 1000;
// Where this process was busy for all of the first, the answer may have been there, and not been read.
const PARTS = 2;

/** After which a call is silent. */
export const SILENT_IN_MS = PARTS * PART_IN_MS;

/** Who has waited for two seconds without an answer: it may be on a connection that is dead, and never be answered. */
export interface Silence {
  count(): number;
  /** From now on an answer is waited for, until the returned function is called. */
  listen(): () => void;
}

export interface Listening {
  /** Called when one more is silent. */
  fallen?(): void;
  /** Whether something else there is known to be silent already: one second is enough then. */
  readonly isFeared?: boolean;
}

export function createSilence(clock: Clock, { fallen, isFeared = false }: Listening = {}): Silence {
  let silent = 0;
  return { count: () => silent, listen };

  function listen(): () => void {
    const heard = new AbortController();
    let isSilent = false;
    fallSilent().catch(() => {});
    return () => {
      heard.abort();
      if (isSilent) silent -= 1;
      isSilent = false;
    };

    async function fallSilent(): Promise<void> {
      for (let part = isFeared ? 1 : 0; part < PARTS; part += 1) await clock.sleep(PART_IN_MS, heard.signal);
      silent += 1;
      isSilent = true;
      fallen?.();
    }
  }
}
