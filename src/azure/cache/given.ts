import { timedOut } from '../errors.ts';
import type { Asked } from './asked.ts';
import type { Hold } from './holds.ts';
import type { Kept, Standing } from './kept.ts';

/** What one request is given of what is read, until it is over. */
export interface Given {
  /** An answer of Azure, good until a time by the clock's `now()` at most. What is lent is wiped when the request is over. */
  give<Answer>(kept: Kept<Answer>, asked: Asked<Answer>, until: number): Answer;
  validity(): Validity;
  end(): void;
}

/** For how long what is made of it is as good as new. */
export interface Validity {
  /** By the clock's `now()`; Infinity: nothing was given. */
  readonly until: number;
  /** Whether nothing of it has been read anew since. */
  isCurrent(): boolean;
}

export function createGiven(hold: Hold): Given {
  const loans: (() => void)[] = [];
  const standings = new Set<Standing>();
  let validUntil = Number.POSITIVE_INFINITY;
  let isOver = false;
  return {
    give(kept, asked, until) {
      validUntil = Math.min(validUntil, until);
      standings.add(kept.standing);
      if (isOver) throw timedOut(asked.upstream);
      hold.take(kept);
      const loan = asked.lend?.(kept.answer);
      if (!loan) return kept.answer;
      loans.push(loan.wipe);
      return loan.answer;
    },
    validity: () => validityOf(validUntil, [...standings]),
    end() {
      isOver = true;
      for (const wipe of loans.splice(0)) wipe();
      hold.end();
    },
  };
}

// It outlives the request, and holds nothing of it.
const validityOf = (until: number, standings: readonly Standing[]): Validity => ({
  until,
  isCurrent: () => standings.every(({ isCurrent }) => isCurrent),
});
