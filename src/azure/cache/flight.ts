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
  /** Whoever waits for this one is given the answer of that one too, if it is there first. */
  orAnswerOf(other: Flight<Answer>): void;
  /**
   * What `take` makes of the answer, which is held until then. The abort of `signal` ends this wait; the last wait's end ends the read.
   * `isPatient` false: throws SILENT where it falls silent. `place`: is lent to the read, for as long as it stands in line.
   */
  wait<Taken>(
    signal: AbortSignal | undefined,
    take: (kept: Kept<Answer>) => Taken,
    waiting?: { readonly isPatient?: boolean; readonly place?: Place | undefined },
  ): Promise<Taken>;
}

export const SILENT = new Error('The read may never be answered.');

export interface Flights {
  /** The order of the one that began last. */
  latest(): number;
  get(key: string): Flight | undefined;
  begin<Answer>(key: string, departure: Departure<Answer>): Flight<Answer>;
}

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

/** One read a key at a time, for at most `timeoutInMs`; another may overtake it, for those to whom it is too old or too silent. */
export function createFlights(clock: Clock, timeoutInMs: number): Flights {
  const underWay = new Map<string, Flight>();
  let latest = 0;
  return {
    latest: () => latest,
    get: (key) => underWay.get(key),
    begin(key, departure) {
      latest += 1;
      const before = underWay.get(key);
      const times = { order: latest, clock, timeoutInMs, isSilenceFeared: before?.isSilent() ?? false };
      const flight = flightOf(times, departure, () => {
        if (underWay.get(key) === flight) underWay.delete(key);
      });
      before?.orAnswerOf(flight as Flight);
      underWay.set(key, flight as Flight);
      return flight;
    },
  };
}

interface Times {
  readonly order: number;
  readonly clock: Clock;
  readonly timeoutInMs: number;
  readonly isSilenceFeared: boolean;
}

function flightOf<Answer>(times: Times, departure: Departure<Answer>, leave: () => void): Flight<Answer> {
  const { order, clock, timeoutInMs, isSilenceFeared: isFeared } = times;
  const startedAt = clock.now();
  const { asked, reader, place } = departure;
  const [ended, timeUp] = [new AbortController(), new AbortController()];
  clock.sleep(timeoutInMs, ended.signal).then(
    () => timeUp.abort(),
    () => {},
  );
  const seen = { observedAt: new Date(clock.wall()), source: asked.source };
  const trace = startReadTrace(asked.operation, reader.trace);
  const { promise: silent, reject: fallSilent } = Promise.withResolvers<never>();
  let isSilent = false;
  const fallen = () => {
    isSilent = true;
    fallSilent(SILENT);
  };
  const silence = createSilence(clock, { fallen, isFeared });
  const endsAt = startedAt + timeoutInMs;
  const until = (each: Place): Place => ({ ...each, endsAt: Math.min(each.endsAt, endsAt) });
  const places = createPlaces(until(place));
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
  const landingInTime = Promise.race([landing, silent]);
  // Nobody may be left to hear of it.
  landingInTime.catch(() => {});
  landing.catch(() => {}).then(() => ended.abort());

  return {
    order,
    startedAt,
    isOver: () => timeUp.signal.aborted,
    isSilent: () => isSilent,
    orAnswerOf(other) {
      other.wait(work.signal, (theirs) => overtake(held(theirs))).catch(() => {});
    },
    async wait(signal, take, { isPatient = true, place: lent } = {}) {
      waiting += 1;
      if (lent) places.lend(until(lent));
      try {
        return take(await untilAborted(isPatient ? landing : landingInTime, signal));
      } finally {
        waiting -= 1;
        if (waiting === 0) last();
      }
    },
  };

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
