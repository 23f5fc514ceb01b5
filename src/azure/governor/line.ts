import type { Clock } from '../../clock.ts';
import { createSilence } from '../silence.ts';
import type { Quota, Word } from './quota.ts';
import { tooLate, tooMany } from './refusal.ts';

/** What a line leads to. */
export interface Gate {
  /** Such as `contoso-vault.vault.azure.net`. */
  readonly host: string;
  readonly all: Quota;
  /** Half of it, which is all that reads forced below the TTL may take. */
  readonly forced: Quota;
  /** Calls under way at once; those that are silent are not counted. */
  readonly atATime: number;
}

/** Who wants to call. */
export interface Asker {
  readonly callerId: string;
  readonly isForced: boolean;
  /** In ms since 1970: later the call is of no use. */
  readonly endsAt: number;
  readonly signal: AbortSignal | undefined;
}

export interface Line {
  /**
   * Resolves when the call may be sent; then it must be told how it ended. Throws THROTTLED at once where that cannot be in time
   * or too many wait, and leaves the line with an AbortError.
   */
  enter(asker: Asker): Promise<(word: Word | 'unsent') => void>;
  waiting(): number;
}

const MOST_OF_ONE = 1000;
const MOST_IN_ALL = 5000;

interface Waiting extends Asker {
  readonly admit: () => void;
  readonly refuse: (error: unknown) => void;
}

interface Queue {
  readonly plain: Set<Waiting>;
  readonly forced: Set<Waiting>;
}

/** A fair line: callers take turns, whoever came first and however much each wants. */
export function createLine({ host, all, forced, atATime }: Gate, clock: Clock): Line {
  // The next caller is the first; who had a turn goes to the end.
  const queues = new Map<string, Queue>();
  let count = 0;
  let underWay = 0;
  const silence = createSilence(clock, { fallen: advance });
  let wakesAt = Number.POSITIVE_INFINITY;

  return { enter, waiting: () => count };

  async function enter(asker: Asker): Promise<(word: Word | 'unsent') => void> {
    if (count > 0 || !isOpen(asker.isForced)) await wait(asker);
    else take(asker);
    const heard = silence.listen();
    return (word) => {
      heard();
      underWay -= 1;
      all.settle(word);
      if (asker.isForced) forced.settle(word === 'unsent' ? word : {});
      if (word !== 'unsent' && word.isRefusal) refuseTheLate();
      advance();
    };
  }

  function wait(asker: Asker): Promise<void> {
    asker.signal?.throwIfAborted();
    const own = sizeOf(queues.get(asker.callerId));
    if (own >= MOST_OF_ONE) return Promise.reject(tooMany(host));
    const ms = msUntilTurn(asker, own);
    if (clock.now() + ms >= asker.endsAt) return Promise.reject(tooLate(host, ms));
    if (count >= MOST_IN_ALL) makeRoom();
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        leave(waiting);
        reject(aborted());
      };
      const waiting: Waiting = {
        ...asker,
        admit() {
          asker.signal?.removeEventListener('abort', onAbort);
          take(asker);
          resolve();
        },
        refuse(error) {
          asker.signal?.removeEventListener('abort', onAbort);
          reject(error);
        },
      };
      asker.signal?.addEventListener('abort', onAbort, { once: true });
      join(waiting);
      advance();
    });
  }

  function take({ isForced }: Asker): void {
    underWay += 1;
    all.take();
    if (isForced) forced.take();
  }

  function isOpen(isForced: boolean): boolean {
    return underWay - silence.count() < atATime && all.msUntil(1) <= 0 && (!isForced || forced.msUntil(1) <= 0);
  }

  /** Lets in whoever may go, and comes back when the next may. */
  function advance(): void {
    for (let next = first(); next; next = first()) {
      leave(next);
      const queue = queues.get(next.callerId);
      if (queue) {
        queues.delete(next.callerId);
        queues.set(next.callerId, queue);
      }
      next.admit();
    }
    if (count > 0) comeBack();
  }

  function first(): Waiting | undefined {
    if (count === 0 || !isOpen(false)) return undefined;
    const isForcedOpen = isOpen(true);
    for (const { plain, forced: forcedOnes } of queues.values()) {
      const [waiting] = plain.size > 0 ? plain : isForcedOpen ? forcedOnes : [];
      if (waiting) return waiting;
    }
    return undefined;
  }

  function comeBack(): void {
    const isPlainWaiting = [...queues.values()].some(({ plain }) => plain.size > 0);
    const ms = Math.max(all.msUntil(1), isPlainWaiting ? 0 : forced.msUntil(1));
    // Where it is only that many are under way, the first that comes back calls the next.
    if (ms <= 0 || clock.now() + ms >= wakesAt) return;
    wakesAt = clock.now() + ms;
    void clock.sleep(ms).then(() => {
      wakesAt = Number.POSITIVE_INFINITY;
      advance();
      refuseTheLate();
    });
  }

  /** Others came, or Azure gave less than was thought: who cannot be served any more hears it now. */
  function refuseTheLate(): void {
    const lines = [...queues.values()].map(({ plain, forced: forcedOnes }) => [...plain, ...forcedOnes]);
    const longest = Math.max(0, ...lines.map(({ length }) => length));
    const now = clock.now();
    let turn = 0;
    for (let round = 0; round < longest; round += 1) {
      for (const line of lines) {
        const waiting = line[round];
        if (!waiting) continue;
        const ms = all.msUntil(turn + 1);
        if (now + ms < waiting.endsAt) turn += 1;
        else {
          leave(waiting);
          waiting.refuse(tooLate(host, ms));
        }
      }
    }
  }

  /** Of each other caller as many go before as of one's own, and one more. */
  function msUntilTurn({ callerId, isForced }: Asker, own: number): number {
    let before = own;
    let forcedBefore = 0;
    for (const [id, queue] of queues) {
      if (id !== callerId) before += Math.min(sizeOf(queue), own + 1);
      forcedBefore += id === callerId ? queue.forced.size : Math.min(queue.forced.size, own + 1);
    }
    return Math.max(all.msUntil(before + 1), isForced ? forced.msUntil(forcedBefore + 1) : 0);
  }

  function join(waiting: Waiting): void {
    const queue = queues.get(waiting.callerId) ?? { plain: new Set(), forced: new Set() };
    queues.set(waiting.callerId, queue);
    (waiting.isForced ? queue.forced : queue.plain).add(waiting);
    count += 1;
  }

  function leave(waiting: Waiting): void {
    const queue = queues.get(waiting.callerId);
    if (!queue) return;
    if (queue.plain.delete(waiting) || queue.forced.delete(waiting)) count -= 1;
    if (sizeOf(queue) === 0) queues.delete(waiting.callerId);
  }

  /** Whoever has most in the line loses the last of it. */
  function makeRoom(): void {
    const longest = [...queues.values()].reduce((one, other) => (sizeOf(other) > sizeOf(one) ? other : one));
    const last = [...longest.plain, ...longest.forced].at(-1);
    if (!last) return;
    leave(last);
    last.refuse(tooMany(host));
  }
}

const sizeOf = (queue: Queue | undefined): number => (queue ? queue.plain.size + queue.forced.size : 0);

const aborted = () => new DOMException('The request was aborted.', 'AbortError');
