import { createManualClock } from '../../emulator/clock.ts';
import type { Asked, Kind } from '../../src/azure/cache/asked.ts';
import type { Holds } from '../../src/azure/cache/holds.ts';
import { createCache } from '../../src/azure/cache.ts';
import type { Place } from '../../src/azure/governor/place.ts';
import { currentWork } from '../../src/azure/request.ts';
import { readConfig } from '../../src/config.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { startTrace } from '../../src/telemetry/trace.ts';

export interface Asking {
  readonly caller?: string;
  readonly policyVersion?: string;
  /** Of the rights that the answer is cut to; absent: it is the same for all. */
  readonly scopeKey?: string;
  readonly maxAgeSeconds?: number;
  /** When its time is over, in ms since 1970. */
  readonly endsAt?: number;
  readonly kind?: Kind;
  readonly expiresAt?: Date;
}

/** A read that has begun, and waits for the test to end it. */
interface Begun {
  readonly key: string;
  readonly signal: AbortSignal;
  /** In line for a quota. */
  places(): readonly Place[];
  /** From now on it waits for its answer in silence. */
  listen(): void;
  /** So many characters come of it; where they are too many, it fails. */
  receive(size: number): void;
  answer(text: string | null): void;
  fail(error: unknown): void;
}

const TIMEOUT_IN_MS = 25_000;

/** A cache on a clock of its own, before an Azure that answers when it is told to. */
export function shelf(env: Readonly<Record<string, string>> = {}, holds?: Holds) {
  const clock = createManualClock(0);
  const cache = createCache(readConfig(env).cache, TIMEOUT_IN_MS, createMetrics(), clock, holds);
  const begun: Begun[] = [];
  const wiped: Bytes[] = [];

  return { clock, cache, begun, wiped, ask, read };

  /** One request that reads one thing. */
  function ask(key: string, asking: Asking = {}) {
    const { caller = 'somebody', policyVersion = '1', scopeKey, maxAgeSeconds, endsAt = TIMEOUT_IN_MS } = asking;
    const gone = new AbortController();
    const reads = cache.forRequest({
      ...{ requestId: 'request', trace: startTrace(null), calls: [], saved: [], callerId: caller },
      ...{ signal: gone.signal, deadline: gone.signal, deadlineAt: endsAt, endsAt, halfwayAt: endsAt / 2 },
      rights: { policyVersion, scopeKey: () => scopeKey ?? '' },
    });
    const read = reads.read(maxAgeSeconds === undefined ? undefined : reads.maxAge(maxAgeSeconds));
    const answer = read(thing(key, asking)).then((bytes) => bytes?.text ?? null);
    // A test looks at it when it comes to that.
    answer.catch(() => {});
    return { answer, leave: () => gone.abort(), reads };
  }

  /** The same, answered at once with this text. */
  async function read(key: string, text: string | null, asking: Asking = {}) {
    const { answer } = ask(key, asking);
    begun.at(-1)?.answer(text);
    return answer;
  }

  function thing(key: string, { kind = 'inventory', scopeKey, expiresAt }: Asking): Asked<Bytes | null> {
    return {
      ...{ kind, key, operation: 'things.get', source: 'ARM', isOfScope: scopeKey !== undefined },
      upstream: { host: 'azure', grant: 'a role' },
      isAbsent: (answer) => answer === null,
      expiresAt: () => expiresAt,
      wipe: (answer) => answer && wiped.push(answer),
      act: () =>
        new Promise((resolve, reject) => {
          const answer = (text: string | null) => resolve(text === null ? null : { text });
          const places = currentWork()?.places.all ?? (() => []);
          const { silence, received } = currentWork() ?? {};
          const receive = (size: number) => {
            try {
              received?.(size);
            } catch (error) {
              reject(error);
            }
          };
          const listen = () => silence?.listen();
          begun.push({ key, signal: currentSignal(), places, listen, receive, answer, fail: reject });
        }),
    };
  }
}

interface Bytes {
  readonly text: string;
}

const currentSignal = (): AbortSignal => currentWork()?.signal ?? AbortSignal.abort();
