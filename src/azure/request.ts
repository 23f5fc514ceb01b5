import { AsyncLocalStorage } from 'node:async_hooks';
import type { Origin } from '../telemetry/call.ts';
import { asGatewayError, type Upstream } from './errors.ts';
import type { Places } from './governor/place.ts';
import type { Silence } from './silence.ts';

/** The request that reads from Azure. */
export interface Reader extends Origin {
  /** For whom. */
  readonly callerId: string;
  /** Ends when the caller is gone or the request's time is over. */
  readonly signal: AbortSignal;
  /** Ends before that, while there is time left to answer with what has been read. Ends when the caller is gone, too. */
  readonly deadline: AbortSignal;
  /** By the clock's `now()`. */
  readonly deadlineAt: number;
  /** When `signal` ends at the latest, by the clock's `now()`. */
  readonly endsAt: number;
  /** When half of its time is over, in ms since 1970. */
  readonly halfwayAt: number;
  readonly rights: Rights;
}

/** What of a request's rights a kept answer depends on. */
export interface Rights {
  readonly policyVersion: string;
  /** Equal for equal rights on the estate. */
  scopeKey(): string;
}

/** The reader of what may be left out of an answer: it ends at the deadline. */
export const inTime = (reader: Reader): Reader => ({
  ...reader,
  signal: reader.deadline,
  endsAt: reader.deadlineAt,
});

/** Work upstream, as what sends its requests finds it. */
export interface Work {
  /** Ends when nobody waits for it any more, or its time is over. */
  readonly signal: AbortSignal;
  readonly origin: Origin;
  /** What it is, such as `resourceGroups.list`. */
  readonly operation: string;
  /** In line for a quota. */
  readonly places: Places;
  /** Called with the size of each answer, in characters, before it is parsed. Throws where that is more than may be. */
  received?(size: number): void;
  /** Told of each answer that it waits for. */
  readonly silence?: Silence;
}

const works = new AsyncLocalStorage<Work>();

// The SDKs hand an operation's abortSignal to the first page alone; this one is found by every page and every retry.
/** The work that a request is sent for; undefined for the process's own, such as a token. */
export const currentWork = (): Work | undefined => works.getStore();

/** Does work upstream: it is aborted with its signal, and every failure is told in the house's words. */
export function working<Answer>(work: Work, upstream: Upstream, act: () => Promise<Answer>): Promise<Answer> {
  return works.run(work, async () => {
    try {
      work.signal.throwIfAborted();
      return await act();
    } catch (error) {
      throw asGatewayError(error, upstream, work.signal);
    }
  });
}

/** Waits for work that others wait for too: an abort ends this wait, never the work. */
export async function untilAborted<Result>(work: Promise<Result>, signal: AbortLike | undefined): Promise<Result> {
  if (!signal) return work;
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(new DOMException('The request was aborted.', 'AbortError'));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

// What the SDKs call a signal: an AbortSignal or something like it.
interface AbortLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
