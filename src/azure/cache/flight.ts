import type { Clock } from '../../clock.ts';
import { endSpan, startReadTrace } from '../../telemetry/trace.ts';
import { asGatewayError } from '../errors.ts';
import { createPlaces, type Place } from '../governor/place.ts';
import { type Reader, untilAborted, type Work, working } from '../request.ts';
import { createSilence } from '../silence.ts';
import type { Asked } from './asked.ts';
import type { Kept } from './kept.ts';

/** A read that is under way, and everybody who waits for it. Its end is in no one's hands alone. */
export interface Flight<Answer = unknown> {
  /** Where it began in the order of all reads of this process. */
  readonly order: number;
  /** By the clock's `now()`. */
  readonly startedAt: number;
  /** Whether its own time has run out. */
  isOver(): boolean;
  /** Whether a call of its own was silent: it may never be answered. */
  isSilent(): boolean;
  /** Whether an answer is still to come. */
  isUnderWay(): boolean;
  /** Those under way because of whose silence this one was begun. */
  silentBefore(): readonly Flight<Answer>[];
  /** Whoever waits for this one is given the answer of that one too, if it is there first. */
  orAnswerOf(other: Flight<Answer>): void;
  /**
   * What `take` makes of the answer, which is held until then. The abort of `signal` ends this wait; the last wait's end ends the read.
   * Where this one was begun because others were silent, the first answer is taken, its own or one of theirs that suits.
   */
  wait<Taken>(
    signal: AbortSignal | undefined,
    take: (kept: Kept<Answer>) => Taken,
    waiting?: Waiting<Answer>,
  ): Promise<Taken>;
}

export interface Waiting<Answer> {
  /** Is lent to the read, for as long as it stands in line. */
  readonly place?: Place | undefined;
  /** Whether the answer of that one, which began before, is good enough; absent: none is. */
  suits?(older: Flight<Answer>): boolean;
  /** Called where this one falls silent, before it is left; absent: it is not left. */
  readonly whenSilent?: (() => void) | undefined;
}

const SILENT = new Error('The read may never be answered.');

export interface Departure<Answer> {
  readonly asked: Asked<Answer>;
  /** Who asks for it first: it is told of as this request's. */
  readonly reader: Reader;
  /** Whoever asks first stands there for it. */
  readonly place: Place;
  /** Makes the answer one that can be held, and keeps it where it may be. */
  landed(answer: Answer, of: Landing): Kept<Answer>;
  failed(error: unknown): void;
}

/** Of which read an answer is, and its size in Azure's characters. */
export interface Landing {
  readonly seen: { readonly observedAt: Date; readonly source: Asked<unknown>['source'] };
  readonly order: number;
  readonly startedAt: number;
  readonly size: number;
}

interface Bounds {
  readonly order: number;
  readonly clock: Clock;
  readonly timeoutInMs: number;
  /** Throws where it has read more than may be. */
  allow(size: number): void;
}

/** `silent`: because of whom it is begun. */
export function flightOf<Answer>(
  { order, clock, timeoutInMs, allow }: Bounds,
  departure: Departure<Answer>,
  silent: readonly Flight<Answer>[],
  leave: () => void,
): Flight<Answer> {
  const startedAt = clock.now();
  const { asked, reader, place } = departure;
  const [ended, timeUp] = [new AbortController(), new AbortController()];
  clock.sleep(timeoutInMs, ended.signal).then(
    () => timeUp.abort(),
    () => {},
  );
  const seen = { observedAt: new Date(clock.wall()), source: asked.source };
  const trace = startReadTrace(asked.operation, reader.trace);
  const { promise: fallenSilent, reject: fallSilent } = Promise.withResolvers<never>();
  let isSilent = false;
  const fallen = () => {
    isSilent = true;
    fallSilent(SILENT);
  };
  const silence = createSilence(clock, { fallen, isFeared: silent.length > 0 });
  const endsAt = startedAt + timeoutInMs;
  const until = (each: Place): Place => ({ ...each, endsAt: Math.min(each.endsAt, endsAt) });
  const places = createPlaces(until(place));
  let older = silent;
  let size = 0;
  let waiting = 0;
  let kept: Kept<Answer> | undefined;
  const work: Work = {
    signal: AbortSignal.any([ended.signal, timeUp.signal]),
    origin: { requestId: reader.requestId, trace, calls: reader.calls, saved: reader.saved },
    operation: asked.operation,
    places,
    received: (characters) => {
      size += characters;
      allow(size);
    },
    silence,
  };
  const own = working(work, asked.upstream, () => asked.act(seen)).then(
    (answer) => {
      leave();
      endSpan(trace.span, {});
      return held(departure.landed(answer, { seen, order, startedAt, size }));
    },
    (error) => {
      leave();
      const failure = asGatewayError(error, asked.upstream, work.signal);
      endSpan(trace.span, {}, failure.code);
      departure.failed(failure);
      throw failure;
    },
  );
  const { promise: overtaken, resolve: overtake } = Promise.withResolvers<Kept<Answer>>();
  const landing = Promise.race([own, overtaken]);
  const landingInTime = Promise.race([landing, fallenSilent]);
  // Nobody may be left to hear of it.
  landingInTime.catch(() => {});
  landing.catch(() => {}).then(() => ended.abort());
  // Or each would hold all that were silent before it.
  ended.signal.addEventListener('abort', () => {
    older = [];
  });

  return {
    order,
    startedAt,
    isOver: () => timeUp.signal.aborted,
    isSilent: () => isSilent,
    isUnderWay: () => !kept && !ended.signal.aborted,
    silentBefore,
    orAnswerOf(other) {
      other.wait(work.signal, (theirs) => overtake(held(theirs))).catch(() => {});
    },
    async wait(signal, take, options = {}) {
      const { suits, place: lent } = options;
      const others = silentBefore().filter((each) => suits?.(each));
      if (others.length === 0) return waitAlone(signal, take, options);
      const taken = new AbortController();
      const takeOnce = once(take);
      const own = waitAlone(signal ? AbortSignal.any([signal, taken.signal]) : taken.signal, takeOnce, options);
      // A failure of theirs is told to those who wait for nothing else.
      const theirs = others.map((each) => each.wait(taken.signal, takeOnce, { place: lent }).catch(() => own));
      try {
        return await Promise.race([own, ...theirs]);
      } finally {
        taken.abort();
      }
    },
  };

  function silentBefore(): readonly Flight<Answer>[] {
    return older.filter((each) => each.isUnderWay());
  }

  async function waitAlone<Taken>(
    signal: AbortSignal | undefined,
    take: (kept: Kept<Answer>) => Taken,
    { place: lent, whenSilent }: Waiting<Answer>,
  ): Promise<Taken> {
    waiting += 1;
    if (lent) places.lend(until(lent));
    try {
      return take(await untilAborted(whenSilent ? landingInTime : landing, signal));
    } catch (error) {
      if (error === SILENT) whenSilent?.();
      throw error;
    } finally {
      waiting -= 1;
      if (waiting === 0) last();
    }
  }

  function held(answer: Kept<Answer>): Kept<Answer> {
    answer.hold();
    if (kept || waiting === 0) answer.release();
    kept ??= answer;
    return kept;
  }

  function last(): void {
    if (kept) {
      kept.release();
    } else {
      leave();
      ended.abort();
    }
  }
}

/** Whichever answer comes first, nothing is made of another. */
function once<Argument, Result>(make: (argument: Argument) => Result): (argument: Argument) => Result {
  let made: { readonly result: Result } | undefined;
  return (argument) => {
    made ??= { result: make(argument) };
    return made.result;
  };
}
