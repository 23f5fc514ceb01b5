import { AsyncLocalStorage } from 'node:async_hooks';
import { asGatewayError, type Upstream } from './errors.ts';

/** Reads from Azure for one request: aborted with it, and every failure told in the house's words. */
export type Read = <Answer>(upstream: Upstream, work: () => Promise<Answer>) => Promise<Answer>;

const signals = new AsyncLocalStorage<AbortSignal>();

/** `signal` ends when the caller is gone or the request's time is over. */
export function readsUntil(signal: AbortSignal): Read {
  return (upstream, work) =>
    signals.run(signal, async () => {
      try {
        signal.throwIfAborted();
        return await work();
      } catch (error) {
        throw asGatewayError(error, upstream, signal);
      }
    });
}

// The SDKs hand an operation's abortSignal to the first page alone; this one is found by every page and every retry.
/** The signal of the request that upstream work is being done for; undefined for the process's own work. */
export const currentSignal = (): AbortSignal | undefined => signals.getStore();

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
