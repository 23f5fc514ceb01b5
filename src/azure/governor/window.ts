import type { Clock } from '../../clock.ts';
import { LONGEST_PAUSE_IN_MS, type Quota, type Word } from './quota.ts';

export interface WindowSize {
  /** Calls that Azure takes of all of us in a window. */
  readonly ceiling: number;
  /** What of them is ours. */
  readonly share: number;
  readonly lengthInMs: number;
}

// What others were seen to spend is believed in for so long, less and less. A refusal by itself may be chance: in the next window
// all is asked for again, and only one more says that others spend.
const FADES_IN_MS = 60_000;
const SHORTEST_PAUSE_IN_MS = 1000;
const SLOTS = 200;

/**
 * A window of Azure's, of which it is not known when it begins: a call counts from when it is sent until a whole window after its
 * answer, or until the window's end where Azure tells it. So wherever Azure's windows lie, none holds more calls than are counted here.
 */
export function createWindow({ ceiling: documented, share, lengthInMs }: WindowSize, clock: Clock): Quota {
  const counted = createLog(Math.ceil(lengthInMs / SLOTS), clock);
  let ceiling = documented;
  let underWay = 0;
  let pausedUntil = 0;
  let refusals = 0;
  let doubtsUntil = 0;
  let end = 0;
  let others = { count: 0, at: 0 };

  const ofOthers = (): number => Math.ceil(others.count * Math.max(0, 1 - (clock.now() - others.at) / FADES_IN_MS));
  const ours = (): number => Math.max(1, Math.min(Math.floor(ceiling * share), ceiling - ofOthers()));
  // After a refusal one call tries, whatever there should be.
  const free = (): number => Math.min(ours() - counted.size(), refusals > 0 ? 1 : ceiling) - underWay;

  return {
    ceiling: () => Math.max(1, Math.floor(ceiling * share)),
    remaining: () => Math.max(0, free()),
    msUntil: (nth) => Math.max(msUntilFree(nth), pausedUntil - clock.now()),
    isPaused: () => pausedUntil > clock.now(),
    resetsAt: () => counted.last() ?? (underWay > 0 ? clock.now() + lengthInMs : undefined),
    take() {
      underWay += 1;
    },
    settle(word) {
      underWay -= 1;
      if (word === 'unsent') return;
      if (word.isRefusal) refused(word);
      else {
        counted.add(endsAt(word));
        refusals = 0;
        if (word.remaining !== undefined) correct(word.remaining);
      }
    },
  };

  /** Those that were under way together are refused together. */
  function refused({ remaining = 0, retryAfterInMs }: Word): void {
    const now = clock.now();
    const isOneOfMany = now < pausedUntil;
    if (!isOneOfMany) {
      if (now < doubtsUntil) correct(remaining);
      doubtsUntil = now + FADES_IN_MS;
    }
    if (!isOneOfMany || retryAfterInMs !== undefined) pause(retryAfterInMs);
  }

  /** As long as Azure says, and no longer than is sensible; where it does not say, longer each time. */
  function pause(retryAfterInMs: number | undefined): void {
    const unsaid = Math.min(SHORTEST_PAUSE_IN_MS * 2 ** refusals, lengthInMs / 2);
    pausedUntil = Math.max(pausedUntil, clock.now() + Math.min(retryAfterInMs ?? unsaid, LONGEST_PAUSE_IN_MS));
    refusals += 1;
  }

  function msUntilFree(nth: number): number {
    const beyond = nth - free();
    if (beyond <= 0) return 0;
    const { at, missing } = counted.expiryOf(beyond);
    // All that are counted then are sent anew, and so on.
    return at - clock.now() + Math.ceil(missing / ours()) * lengthInMs;
  }

  /** Azure tells whole seconds, rounded up: of several answers in one window, the earliest end is the nearest. */
  function endsAt({ resetsAfterInMs }: Word): number {
    const now = clock.now();
    if (resetsAfterInMs === undefined) return now + lengthInMs;
    const latest = now + Math.min(resetsAfterInMs, lengthInMs);
    const isSameWindow = end >= latest - 1000 && end > now;
    end = isSameWindow ? Math.min(end, latest) : latest;
    return end;
  }

  function correct(left: number): void {
    if (left >= ceiling) ceiling = left + 1;
    const count = ceiling - left - underWay - counted.size();
    if (count > ofOthers()) others = { count, at: clock.now() };
  }
}

/** How many calls count, and until when; in slots, so that thousands are few entries. */
function createLog(slotInMs: number, clock: Clock) {
  const start = clock.now();
  let slots: { readonly at: number; count: number }[] = [];
  let total = 0;
  return { size, last, add, expiryOf };

  function expire(): void {
    const now = clock.now();
    let over = 0;
    for (const { at, count } of slots) {
      if (at > now) break;
      total -= count;
      over += 1;
    }
    if (over > 0) slots = slots.slice(over);
  }

  function size(): number {
    expire();
    return total;
  }

  function last(): number | undefined {
    expire();
    return slots.at(-1)?.at;
  }

  function add(until: number): void {
    const at = start + Math.ceil((until - start) / slotInMs) * slotInMs;
    const before = slots.findLastIndex((slot) => slot.at <= at);
    const slot = slots[before];
    if (slot?.at === at) slot.count += 1;
    else slots.splice(before + 1, 0, { at, count: 1 });
    total += 1;
  }

  /** When the nth of them counts no more; where they are fewer, when the last one does, and how many are missing. */
  function expiryOf(nth: number): { at: number; missing: number } {
    expire();
    let missing = nth;
    for (const { at, count } of slots) {
      missing -= count;
      if (missing <= 0) return { at, missing: 0 };
    }
    return { at: last() ?? clock.now(), missing };
  }
}
