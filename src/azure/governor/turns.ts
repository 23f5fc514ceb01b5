import type { Place } from './place.ts';

/** One who waits for a turn, in the places that others lend it too. */
export interface Waiting {
  readonly places: Set<Place>;
  admit(isForced: boolean): void;
  refuse(error: unknown): void;
}

interface Queue {
  readonly plain: Set<Waiting>;
  readonly forced: Set<Waiting>;
}

/** Callers take turns, whoever came first and however much each wants. */
export function createTurns() {
  // The next caller is the first; who had a turn goes to the end.
  const queues = new Map<string, Queue>();
  const all = new Set<Waiting>();
  return { count: () => all.size, of, join, leave, take, isPlainWaiting, before, inTurn, lastOfLongest };

  function of(callerId: string): number {
    return sizeOf(queues.get(callerId));
  }

  function join(waiting: Waiting, place: Place): void {
    const queue = queues.get(place.callerId) ?? { plain: new Set(), forced: new Set() };
    queues.set(place.callerId, queue);
    (place.isForced ? queue.forced : queue.plain).add(waiting);
    waiting.places.add(place);
    all.add(waiting);
  }

  function leave(waiting: Waiting): void {
    all.delete(waiting);
    for (const { callerId } of waiting.places) {
      const queue = queues.get(callerId);
      queue?.plain.delete(waiting);
      queue?.forced.delete(waiting);
      if (sizeOf(queue) === 0) queues.delete(callerId);
    }
  }

  /** Whose turn it is, who leaves with that; what is forced only where that may go. */
  function take(mayForced: () => boolean): { waiting: Waiting; isForced: boolean } | undefined {
    const isForcedOpen = mayForced();
    for (const [callerId, queue] of queues) {
      const [waiting] = queue.plain.size > 0 ? queue.plain : isForcedOpen ? queue.forced : [];
      if (!waiting) continue;
      const isForced = queue.plain.size === 0;
      leave(waiting);
      if (queues.delete(callerId)) queues.set(callerId, queue);
      return { waiting, isForced };
    }
    return undefined;
  }

  function isPlainWaiting(): boolean {
    return [...queues.values()].some(({ plain }) => plain.size > 0);
  }

  /** Of each other caller as many go before as of one's own, and one more. */
  function before({ callerId }: Place): { all: number; forced: number } {
    const own = of(callerId);
    let [among, forced] = [own, 0];
    for (const [id, queue] of queues) {
      if (id !== callerId) among += Math.min(sizeOf(queue), own + 1);
      forced += id === callerId ? queue.forced.size : Math.min(queue.forced.size, own + 1);
    }
    return { all: Math.min(among, all.size), forced: Math.min(forced, all.size) };
  }

  /** All who wait, as their turns will come. */
  function inTurn(): Iterable<Waiting> {
    const lines = [...queues.values()].map(({ plain, forced }) => [...plain, ...forced]);
    const longest = Math.max(0, ...lines.map(({ length }) => length));
    const found = new Set<Waiting>();
    for (let round = 0; round < longest; round += 1) {
      for (const line of lines) {
        const waiting = line[round];
        if (waiting) found.add(waiting);
      }
    }
    return found;
  }

  /** Of whoever has most, the last. */
  function lastOfLongest(): Waiting | undefined {
    const longest = [...queues.values()].reduce((one, other) => (sizeOf(other) > sizeOf(one) ? other : one));
    return [...longest.plain, ...longest.forced].at(-1);
  }
}

const sizeOf = (queue: Queue | undefined): number => (queue ? queue.plain.size + queue.forced.size : 0);
