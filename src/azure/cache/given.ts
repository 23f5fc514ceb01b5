import { timedOut } from '../errors.ts';
import type { Asked } from './asked.ts';
import type { Hold } from './holds.ts';
import type { Kept } from './kept.ts';

/** What one request is given of what is read, until it is over. */
export interface Given {
  /** An answer of Azure, good until a time by the clock's `now()` at most. What is lent is wiped when the request is over. */
  give<Answer>(kept: Kept<Answer>, asked: Asked<Answer>, until: number): Answer;
  /** Until when all of it is as good as new; Infinity: nothing was given. */
  validUntil(): number;
  end(): void;
}

export function createGiven(hold: Hold): Given {
  const loans: (() => void)[] = [];
  let validUntil = Number.POSITIVE_INFINITY;
  let isOver = false;
  return {
    give(kept, asked, until) {
      validUntil = Math.min(validUntil, until);
      if (isOver) throw timedOut(asked.upstream);
      hold.take(kept);
      const loan = asked.lend?.(kept.answer);
      if (!loan) return kept.answer;
      loans.push(loan.wipe);
      return loan.answer;
    },
    validUntil: () => validUntil,
    end() {
      isOver = true;
      for (const wipe of loans.splice(0)) wipe();
      hold.end();
    },
  };
}
