import type { Clock } from '../../clock.ts';

/** How fast calls come back where only so many are let in at a time: what the line must wait for beside the quota. */
export interface Pace {
  /** When the nth that waits for a place has one, in ms from now, as calls have lately been; 0 while too little is known. */
  msUntilPlace(nth: number): number;
  /** What a call takes, in ms; 0 while too little is known. */
  msOfCall(): number;
  /** A call came back, or gave up its place, after so many ms. */
  note(ms: number): void;
}

const RECENT = 32;
// What it was before a pause says little.
const FADES_IN_MS = 60_000;
// Nobody is refused for what a few slow calls took, such as the first ones, which connect.
const QUARTILE = 0.25;
// Each place twice.
const ROUNDS = 2;

/** `atATime`: places, Infinity where there is no such bound. */
export function createPace(atATime: number, clock: Clock): Pace {
  const places = Math.max(1, atATime);
  const enough = Math.min(ROUNDS * places, RECENT);
  let recent: { readonly ms: number; readonly at: number }[] = [];
  let known: number | undefined;

  return {
    msUntilPlace: (nth) => (nth > 0 ? (nth * msOfCall()) / places : 0),
    msOfCall,
    note(ms) {
      recent.push({ ms, at: clock.now() });
      if (recent.length > RECENT) recent.shift();
      known = undefined;
    },
  };

  function msOfCall(): number {
    const until = clock.now() - FADES_IN_MS;
    if (recent[0] && recent[0].at < until) {
      recent = recent.filter(({ at }) => at >= until);
      known = undefined;
    }
    known ??= recent.length < enough ? 0 : quartileOf(recent.map(({ ms }) => ms));
    return known;
  }
}

function quartileOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length * QUARTILE)] ?? 0;
}
