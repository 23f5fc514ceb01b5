import type { Clock } from './clock.ts';
import type { HttpRequest } from './http.ts';

// The rest of a request's time is for answering with what has been read by then.
const DEADLINE_SHARE = 0.8;
const HALF = 0.5;
// Made once: each of its own would cost more than all else here.
const OVER = new DOMException('The request is over.', 'AbortError');

/** The time that a request has, until it is over: its signals cost nothing as long as nothing is waited for. */
export function timeOf(request: HttpRequest, timeoutInMs: number, clock: Pick<Clock, 'now'>) {
  const startedAt = clock.now();
  const timers: NodeJS.Timeout[] = [];
  const ends: (() => void)[] = [];
  // AbortSignal.any would cost five times as much, most of it when its weak references are collected.
  const after = (ms: number): AbortSignal => {
    const ended = new AbortController();
    const end = () => ended.abort(OVER);
    ends.push(end);
    if (request.signal.aborted) end();
    else request.signal.addEventListener('abort', end, { once: true });
    timers.push(setTimeout(end, startedAt + ms - clock.now()));
    return ended.signal;
  };
  return {
    bounds: () => ({
      endsAt: startedAt + timeoutInMs,
      deadlineAt: startedAt + timeoutInMs * DEADLINE_SHARE,
      halfwayAt: startedAt + timeoutInMs * HALF,
      signal: after(timeoutInMs),
      deadline: after(timeoutInMs * DEADLINE_SHARE),
    }),
    over() {
      for (const timer of timers) clearTimeout(timer);
      // What it still waits for holds all that has come of it, and calls Azure for nobody.
      for (const end of ends) end();
    },
  };
}
