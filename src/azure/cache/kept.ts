import type { Seen } from './asked.ts';

/** An answer of Azure that may be given again, for as long as somebody holds it. */
export interface Kept<Answer = unknown> {
  readonly answer: Answer;
  readonly seen: Seen;
  /** Whether it says of anything that it is not there. */
  readonly isAbsent: boolean;
  /** Where it began in the order of all reads of this process. */
  readonly order: number;
  /** When it was asked for. This and all other times: by the clock's `now()`. */
  readonly startedAt: number;
  /** Until when it is as good as new. */
  readonly freshUntil: number;
  /** From when on it is read again beside those who are given it; moves on with every attempt. */
  readAgainAt: number;
  /**
   * Until when Azure is taken to be away: past its time it is given at once, and read again behind. Moves on with every failure; 0:
   * no reading again has found it away.
   */
  awayUntil: number;
  readonly policyVersion: string;
  readonly size: number;
  readonly standing: Standing;
  /** Takes hold of it; `release` lets go. */
  hold(): void;
  release(): void;
}

/** Whether an answer is the one that is kept of what was asked: it is not once that was read anew, was refused or had to go. */
export interface Standing {
  isCurrent: boolean;
}

/** `wipe` is called once, when nobody holds it any more. */
export function keptOf<Answer>(
  kept: Omit<Kept<Answer>, 'standing' | 'hold' | 'release'>,
  wipe: ((answer: Answer) => void) | undefined,
): Kept<Answer> {
  let holders = 0;
  return {
    ...kept,
    standing: { isCurrent: false },
    hold() {
      holders += 1;
    },
    release() {
      holders -= 1;
      if (holders === 0) wipe?.(kept.answer);
    },
  };
}
