import type { Clock } from '../../clock.ts';

/** How fast calls come back: what the line must wait for beside the quota. It knows what has been since the line was last empty. */
export interface Pace {
  /** When the nth that waits for a place has one, in ms from now, as calls have lately been; 0 while too little is known. */
  msUntilPlace(nth: number): number;
  /** What a call takes until its answer, in ms; 0 while too little is known. */
  msOfCall(): number;
  /** A place was held for so long: until the answer, or until the call was silent. */
  leftPlace(ms: number): void;
  /** A call took so long until its answer, or until nobody waited for it any more. */
  ended(ms: number): void;
  /** Nothing is under way. */
  rested(): void;
}

const RECENT = 32;
const FADES_IN_MS = 10_000;
// Nobody is refused for what a few slow calls took, such as the first ones, which connect.
const QUARTILE = 0.25;
const MEDIAN = 0.5;
// Each place twice.
const ROUNDS = 2;
const ENOUGH = 16;

/** `atATime`: places, Infinity where there is no such bound. */
export function createPace(atATime: number, clock: Clock): Pace {
  const places = Math.max(1, atATime);
  const held = createRecent(clock, { enough: Math.min(ROUNDS * places, RECENT), share: QUARTILE });
  const taken = createRecent(clock, { enough: Math.min(ROUNDS * places, ENOUGH), share: MEDIAN });

  return {
    msUntilPlace: (nth) => (nth > 0 ? (nth * held.ms()) / places : 0),
    // Where nothing is answered, at least as long as until it is silent.
    msOfCall: () => Math.max(taken.ms(), held.ms()),
    leftPlace: held.note,
    ended: taken.note,
    rested() {
      held.forget();
      taken.forget();
    },
  };
}

/** A share of the last times is shorter than `ms`; 0 while they are not enough. */
function createRecent(clock: Clock, { enough, share }: { readonly enough: number; readonly share: number }) {
  let recent: { readonly ms: number; readonly at: number }[] = [];
  let known: number | undefined;
  return { ms, note, forget };

  function ms(): number {
    const since = clock.now() - FADES_IN_MS;
    if (recent[0] && recent[0].at < since) {
      recent = recent.filter(({ at }) => at >= since);
      known = undefined;
    }
    known ??= recent.length < enough ? 0 : partOf(recent.map((each) => each.ms));
    return known;
  }

  function note(ms: number): void {
    recent.push({ ms, at: clock.now() });
    if (recent.length > RECENT) recent.shift();
    known = undefined;
  }

  function forget(): void {
    recent = [];
    known = undefined;
  }

  function partOf(numbers: readonly number[]): number {
    const sorted = numbers.toSorted((one, other) => one - other);
    return sorted[Math.floor(sorted.length * share)] ?? 0;
  }
}
