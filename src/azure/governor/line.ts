import type { Clock } from '../../clock.ts';
import type { GatewayError } from '../../errors.ts';
import { createSilence, SILENT_IN_MS } from '../silence.ts';
import { createPace } from './pace.ts';
import type { Place, Places } from './place.ts';
import type { Quota, Word } from './quota.ts';
import { tooLate, tooMany } from './refusal.ts';
import { createTurns, type Waiting } from './turns.ts';

/** What a line leads to. */
export interface Gate {
  /** Such as `contoso-vault.vault.azure.net`. */
  readonly host: string;
  readonly all: Quota;
  /** Half of it, or every other call where it is one at a time: all that reads forced below the TTL may take. */
  readonly forced: Quota;
  /** Calls under way at once; those that are silent are not counted. */
  readonly atATime: number;
}

/** What wants to call. */
export interface Asker {
  readonly places: Places;
  readonly signal: AbortSignal | undefined;
}

export interface Line {
  /**
   * Resolves when the call may be sent; then it must be told how it ended. Throws THROTTLED at once where it cannot be answered in
   * time in any of its places, as far as is known, or too many wait; and leaves the line with an AbortError.
   */
  enter(asker: Asker): Promise<(word: Word | 'unsent') => void>;
  waiting(): number;
}

const MOST_OF_ONE = 1000;
const MOST_IN_ALL = 5000;
// How often those who wait are looked at, and how much slower calls must have become to look at once.
const LOOK_EVERY_MS = 250;
const MUCH_SLOWER = 1.5;

/** A fair line: callers take turns, and a call goes with the first turn of those who wait for it. */
export function createLine({ host, all, forced, atATime }: Gate, clock: Clock): Line {
  const turns = createTurns();
  let underWay = 0;
  const pace = createPace(atATime, clock);
  const silence = createSilence(clock, { fallen });
  let looked = { at: clock.now(), msOfCall: 0 };
  let wakesAt = Number.POSITIVE_INFINITY;

  return { enter, waiting: turns.count };

  async function enter(asker: Asker): Promise<(word: Word | 'unsent') => void> {
    const isForced = await turnOf(asker);
    const heard = silence.listen();
    const sentAt = clock.now();
    return (word) => {
      heard();
      underWay -= 1;
      all.settle(word);
      if (isForced) forced.settle(word === 'unsent' ? word : {});
      if (word !== 'unsent') noteEnd(clock.now() - sentAt);
      if ((word !== 'unsent' && word.isRefusal) || isTimeToLook()) refuseTheLate();
      advance();
      if (underWay === 0 && turns.count() === 0) pace.rested();
    };
  }

  function noteEnd(ms: number): void {
    if (ms < SILENT_IN_MS) pace.leftPlace(ms);
    pace.ended(ms);
  }

  /** A call is silent, whose place another may have. */
  function fallen(): void {
    pace.leftPlace(SILENT_IN_MS);
    if (isTimeToLook()) refuseTheLate();
    advance();
  }

  /** Whether the turn that it goes with is one of those that are forced. */
  function turnOf(asker: Asker): Promise<boolean> | boolean {
    const isForced = asker.places.all().every((place) => place.isForced);
    if (turns.count() > 0 || !isOpen(isForced)) return wait(asker);
    take(isForced);
    return isForced;
  }

  function wait({ places, signal }: Asker): Promise<boolean> {
    signal?.throwIfAborted();
    const allowed = places.all().filter(({ callerId }) => turns.of(callerId) < MOST_OF_ONE);
    if (allowed.length === 0) return Promise.reject(tooMany(host));
    const waits = allowed.map((place) => ({ ms: msUntilTurn(place), place }));
    if (waits.every(({ ms, place }) => isTooLate(ms, place))) {
      return Promise.reject(late(Math.min(...waits.map(({ ms }) => ms))));
    }
    if (turns.count() >= MOST_IN_ALL) makeRoom();
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        places: new Set(),
        admit(isForced) {
          away();
          take(isForced);
          resolve(isForced);
        },
        refuse(error) {
          away();
          turns.leave(waiting);
          reject(error);
        },
      };
      const onAbort = () => waiting.refuse(aborted());
      const takeBack = places.whenLent((place) => {
        if (turns.of(place.callerId) >= MOST_OF_ONE) return;
        turns.join(waiting, place);
        advance();
      });
      const away = () => {
        signal?.removeEventListener('abort', onAbort);
        takeBack();
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      for (const place of allowed) turns.join(waiting, place);
      advance();
    });
  }

  function take(isForced: boolean): void {
    underWay += 1;
    all.take();
    if (isForced) forced.take();
  }

  function isOpen(isForced: boolean): boolean {
    return hasPlace() && all.msUntil(1) <= 0 && (!isForced || forced.msUntil(1) <= 0);
  }

  function hasPlace(): boolean {
    return free() > 0;
  }

  function free(): number {
    return atATime - underWay + silence.count();
  }

  function isTimeToLook(): boolean {
    if (turns.count() === 0) return false;
    return clock.now() - looked.at >= LOOK_EVERY_MS || pace.msOfCall() > MUCH_SLOWER * looked.msOfCall;
  }

  /** Lets in whoever may go, and comes back when the next may. */
  function advance(): void {
    for (let next = nextTurn(); next; next = nextTurn()) next.waiting.admit(next.isForced);
    if (turns.count() > 0) comeBack();
  }

  function nextTurn() {
    return turns.count() > 0 && isOpen(false) ? turns.take(() => isOpen(true)) : undefined;
  }

  function comeBack(): void {
    const ms = Math.max(all.msUntil(1), turns.isPlainWaiting() ? 0 : forced.msUntil(1));
    // Time has passed since it was looked at: where nobody is under way, nobody else would call the next.
    if (ms <= 0 && hasPlace()) advance();
    // Where it is only that many are under way, the first that comes back does.
    if (ms <= 0 || clock.now() + ms >= wakesAt) return;
    wakesAt = clock.now() + ms;
    void clock.sleep(ms).then(() => {
      wakesAt = Number.POSITIVE_INFINITY;
      advance();
      refuseTheLate();
    });
  }

  /** Others came, calls take longer, or Azure gave less than was thought: who cannot be served any more hears it now. */
  function refuseTheLate(): void {
    looked = { at: clock.now(), msOfCall: pace.msOfCall() };
    let turn = 0;
    for (const waiting of turns.inTurn()) {
      const ms = msUntil(turn + 1);
      if ([...waiting.places].every((place) => isTooLate(ms, place))) waiting.refuse(late(ms));
      else turn += 1;
    }
  }

  function late(ms: number): GatewayError {
    return tooLate(host, ms, all.isPaused());
  }

  function isTooLate(ms: number, { endsAt }: Place): boolean {
    const msOfCall = pace.msOfCall();
    return clock.now() + ms + msOfCall + (msOfCall > 0 ? LOOK_EVERY_MS : 0) >= endsAt;
  }

  function msUntilTurn(place: Place): number {
    const before = turns.before(place);
    return Math.max(msUntil(before.all + 1), place.isForced ? forced.msUntil(before.forced + 1) : 0);
  }

  /** When the nth may be sent: by the quota, and by the places of those under way. */
  function msUntil(nth: number): number {
    return Math.max(all.msUntil(nth), pace.msUntilPlace(nth - free()));
  }

  /** Whoever has most in the line loses the last of it. */
  function makeRoom(): void {
    turns.lastOfLongest()?.refuse(tooMany(host));
  }
}

const aborted = () => new DOMException('The request was aborted.', 'AbortError');
