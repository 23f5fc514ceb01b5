/** What Azure says of a quota beside an answer. */
export interface Word {
  /** How many more calls it would take. */
  readonly remaining?: number | undefined;
  /** When it counts anew, in ms from now at the latest. */
  readonly resetsAfterInMs?: number | undefined;
  /** It refused the call for its quota, which costs nothing of it. */
  readonly isRefusal?: boolean;
  /** For how long it wants to hear nothing more. */
  readonly retryAfterInMs?: number | undefined;
  /** It only said where its token is to come from: the call itself is still to be made. */
  readonly isChallenge?: boolean;
  /** It was no answer, or none that is of use: it may be sent again. */
  readonly isFailure?: boolean;
}

/** A limit of Azure's, as far as it can be known from here: what has been sent, and what Azure said. It never hopes. */
export interface Quota {
  /** How many calls Azure takes at once where nothing is spent. */
  ceiling(): number;
  /** How many it would take now. */
  remaining(): number;
  /** When the nth call from now may be sent, in ms from now; 0: now. */
  msUntil(nth: number): number;
  /** Whether Azure has refused a call, and wants to hear nothing more for now. */
  isPaused(): boolean;
  /** When all of it is there again, by the clock's `now()`; undefined where it is. */
  resetsAt(): number | undefined;
  /** A call is sent. */
  take(): void;
  /** It came back: with Azure's word, without one (nobody knows whether it counted), or `unsent`. */
  settle(word: Word | 'unsent'): void;
}

/** However long Azure, or who answers in its place, wants to be left alone: after so long a call tries. */
export const LONGEST_PAUSE_IN_MS = 60_000;
