import {
  CircuitState,
  circuitBreaker,
  handleWhen,
  type IBackoff,
  type IBreaker,
  type IHalfOpenAfterBackoffContext,
  isBrokenCircuitError,
} from 'cockatiel';
import type { Clock } from '../../clock.ts';

const FAILURES_IN_A_ROW = 5;
// Connections that are reset together fail in a row too, and are well a moment later.
const FAILING_FOR_IN_MS = 1000;
// A process is to be back within 1 s of its upstream's return.
const OPEN_IN_MS = 500;
const LONGEST_PROBE_IN_MS = 400;

/** Spares an upstream that fails, and whoever would wait for it. */
export interface Breaker<Answer> {
  isOpen(): boolean;
  /** Makes the call; where another tries already whether the upstream is back, waits for that. `instead` says why none is made. */
  run(call: () => Promise<Answer>, signal: AbortSignal | undefined): Promise<Answer>;
}

export interface BreakerRules<Answer> {
  isFailure(answer: Answer): boolean;
  isFailureOf(error: unknown): boolean;
  /** What of the upstream has failed: one thing that does, however often, says nothing of the others. Absent: the upstream is one thing. */
  placeOf?(failure: unknown): string;
  /** What is thrown where no call is made. */
  instead(): Error;
  /** Told once, however often it is tried in between. */
  changed(to: 'open' | 'closed'): void;
}

/** Open after five failures in a row, over at least a second and of more than one place; half a second later one call tries. */
export function createBreaker<Answer>(rules: BreakerRules<Answer>, clock: Clock): Breaker<Answer> {
  let opensAgainAt = 0;
  const backoff: IBackoff<Opening> = {
    // Cockatiel compares it with the clock on the wall; ours says whether the time is over.
    get duration() {
      return clock.now() >= opensAgainAt ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    },
    next({ result }) {
      const isUntold = 'error' in result && result.error === UNTOLD;
      opensAgainAt = clock.now() + (isUntold ? 0 : OPEN_IN_MS);
      return backoff;
    },
  };
  const failures = failuresInARow(clock, rules.placeOf ? 2 : 1);
  const noted = (isFailure: boolean, failure: unknown): boolean => {
    if (isFailure && failure !== LATE && failure !== UNTOLD) failures.places.add(rules.placeOf?.(failure) ?? '');
    return isFailure;
  };
  const policy = circuitBreaker(
    handleWhen((error) => noted(error === LATE || error === UNTOLD || rules.isFailureOf(error), error)).orWhenResult(
      (answer) => noted(rules.isFailure(answer as Answer), answer),
    ),
    { breaker: failures, halfOpenAfter: backoff },
  );
  let known: 'open' | 'closed' = 'closed';
  const tell = (state: typeof known) => {
    if (state !== known) rules.changed(state);
    known = state;
  };
  policy.onBreak(() => tell('open'));
  policy.onReset(() => tell('closed'));
  return {
    isOpen: () => policy.state === CircuitState.Open && clock.now() < opensAgainAt,
    run,
  };

  async function run(call: () => Promise<Answer>, signal: AbortSignal | undefined): Promise<Answer> {
    // Where the call that tried has told nothing, the first of those who waited tries at once, and the others wait for that.
    while (policy.state === CircuitState.HalfOpen) await decided(signal);
    try {
      return await (policy.state === CircuitState.Open ? tried(call, signal) : policy.execute(call));
    } catch (error) {
      throw isBrokenCircuitError(error) ? noCall() : error;
    }
  }

  /** The call that tries: as far as the others go it has less than a second, and the next one tries; it may still be the one to succeed. */
  async function tried(call: () => Promise<Answer>, signal: AbortSignal | undefined): Promise<Answer> {
    const over = new AbortController();
    const late = clock.sleep(LONGEST_PROBE_IN_MS, over.signal).then(() => Promise.reject(LATE));
    let answer: Promise<Answer> | undefined;
    try {
      return await policy.execute(() => {
        answer = call();
        return Promise.race([answer, late]).catch((error) => {
          throw tellsNothing(error, signal) ? UNTOLD : error;
        });
      });
    } catch (error) {
      if ((error !== LATE && error !== UNTOLD) || !answer) throw error;
      return await answer.then(closing);
    } finally {
      over.abort();
      late.catch(() => {});
    }
  }

  async function closing(answer: Answer): Promise<Answer> {
    if (policy.state !== CircuitState.Open || rules.isFailure(answer)) return answer;
    opensAgainAt = clock.now();
    return policy.execute(async () => answer);
  }

  /** A call whose caller left, or that was not made, says nothing of the upstream. */
  function tellsNothing(error: unknown, signal: AbortSignal | undefined): boolean {
    return notMade.has(error as object) || (signal?.aborted === true && error !== LATE && !rules.isFailureOf(error));
  }

  function noCall(): Error {
    const error = rules.instead();
    notMade.add(error);
    return error;
  }

  /** The one that tries may take long: whoever waits for it does not. */
  async function decided(signal: AbortSignal | undefined): Promise<void> {
    const { promise: changed, resolve } = Promise.withResolvers<unknown>();
    const listening = policy.onStateChange(resolve);
    await Promise.race([changed, clock.sleep(LONGEST_PROBE_IN_MS, signal)]).finally(() => listening.dispose());
    const isNext = policy.state === CircuitState.Open && clock.now() >= opensAgainAt;
    if (policy.state !== CircuitState.Closed && !isNext) throw noCall();
  }
}

type Opening = Pick<IHalfOpenAfterBackoffContext, 'result'>;

const LATE = new Error('The call that tries has taken its time.');
const UNTOLD = new Error('The call that tries has told nothing.');

const notMade = new WeakSet<object>();

function failuresInARow(clock: Clock, leastPlaces: number): IBreaker & { readonly places: Set<string> } {
  const places = new Set<string>();
  let failures = 0;
  let since = 0;
  return {
    state: undefined,
    places,
    success() {
      failures = 0;
      places.clear();
    },
    failure() {
      if (failures === 0) since = clock.now();
      failures += 1;
      const isLongEnough = failures >= FAILURES_IN_A_ROW && clock.now() - since >= FAILING_FOR_IN_MS;
      return isLongEnough && places.size >= leastPlaces;
    },
  };
}
