import { GatewayError } from '../errors.ts';

/**
 * Where large answers are made: each takes several times its bytes until it is text. Who finds no room waits, and nobody is refused
 * as long as there is time for it.
 */
export interface Room {
  /** For one answer, until it ends. It waits no longer than to a moment of performance.now(). */
  claim(callerId: string, waitsUntil: number): Claim;
  /** One is made, and so many bytes lie there until they have left. */
  lie(callerId: string, bytes: number, whenOver: (listener: () => void) => void): void;
}

export interface Claim {
  /** Takes so many more bytes. Where there is no room for them: resolves once there is, or rejects with OVERLOADED. */
  take(bytes: number): Promise<void> | undefined;
  /** Gives the room back. */
  end(): void;
}

export interface RoomBounds {
  /** Of all answers that are being made, but for one. */
  readonly maxBytes: number;
  /** Of one caller's answers that have not left, before another is made for them. */
  readonly maxLyingBytes: number;
}

interface Making {
  readonly callerId: string;
  held: number;
  /** What it waits for. */
  wanted: number;
  turn: PromiseWithResolvers<void> | undefined;
}

export function createRoom({ maxBytes, maxLyingBytes }: RoomBounds): Room {
  const waiting = new Set<Making>();
  const held = new Sums();
  const lying = new Sums();
  let excessive: Making | undefined;

  return {
    claim(callerId, waitsUntil) {
      const making: Making = { callerId, held: 0, wanted: 0, turn: undefined };
      return {
        take: (bytes) => take(making, bytes, waitsUntil),
        end() {
          leave(making);
          if (excessive === making) excessive = undefined;
          held.add(callerId, -making.held);
          letIn();
        },
      };
    },
    lie(callerId, bytes, whenOver) {
      lying.add(callerId, bytes);
      whenOver(() => {
        lying.add(callerId, -bytes);
        letIn();
      });
    },
  };

  function take(making: Making, bytes: number, waitsUntil: number): Promise<void> | undefined {
    making.wanted += bytes;
    if (making.turn) return making.turn.promise;
    waiting.add(making);
    letIn();
    if (!waiting.has(making)) return undefined;
    const turn = Promise.withResolvers<void>();
    making.turn = turn;
    const timer = setTimeout(() => leave(making), Math.max(0, waitsUntil - performance.now())).unref();
    return turn.promise.finally(() => clearTimeout(timer));
  }

  function letIn(): void {
    for (let next = nextInLine(); next; next = nextInLine()) {
      waiting.delete(next);
      next.held += next.wanted;
      held.add(next.callerId, next.wanted);
      next.wanted = 0;
      // Between two answers all else of this process has its turn.
      if (next.turn) setImmediate(next.turn.resolve);
      next.turn = undefined;
    }
  }

  /** Of whose caller has least in here, the first. One at a time may exceed the bound: it goes on as it likes, until it ends. */
  function nextInLine(): Making | undefined {
    // It is not held up by what others of its caller do not read: nobody else could go on.
    if (excessive && waiting.has(excessive)) return excessive;
    const ready = [...waiting].filter(({ callerId }) => lying.of(callerId) <= maxLyingBytes);
    const next = least(ready, ({ callerId }) => held.of(callerId));
    if (!next || held.all + next.wanted <= maxBytes) return next;
    if (excessive) return undefined;
    excessive = next;
    return next;
  }

  function leave(making: Making): void {
    waiting.delete(making);
    making.turn?.reject(tooMuch());
    making.turn = undefined;
  }
}

/** Numbers by caller. */
class Sums {
  all = 0;
  readonly #byCaller = new Map<string, number>();

  of(callerId: string): number {
    return this.#byCaller.get(callerId) ?? 0;
  }

  add(callerId: string, change: number): void {
    this.all += change;
    const sum = this.of(callerId) + change;
    if (sum === 0) this.#byCaller.delete(callerId);
    else this.#byCaller.set(callerId, sum);
  }
}

/** The first of those for whom the number is least. */
const least = <T>(all: readonly T[], of: (one: T) => number): T | undefined =>
  all.reduce<T | undefined>((best, one) => (best === undefined || of(one) < of(best) ? one : best), undefined);

const tooMuch = (): GatewayError =>
  new GatewayError(
    'OVERLOADED',
    'More large answers are asked for than there is memory to make at a time. Try again in 1 s, or ask for smaller pages.',
    { retryAfterSeconds: 1 },
  );
