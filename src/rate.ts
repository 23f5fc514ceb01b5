const MAX_CALLERS = 10_000;

/** How often one caller may ask: a bucket of a minute's requests that fills evenly. */
export interface Rate {
  /** Takes one request; with the whole seconds to wait where none is left. */
  take(callerId: string): { readonly retryAfterSeconds?: number };
}

/** `now` in milliseconds, of a clock that nobody sets back. A caller that is not among the last 10,000 begins with a full bucket again. */
export function createRate(perMinute: number, now: () => number = () => performance.now()): Rate {
  // In the order in which they were last asked for.
  const buckets = new Map<string, { left: number; at: number }>();
  const perMs = perMinute / 60_000;
  return {
    take(callerId) {
      const at = now();
      const bucket = remember(callerId, at);
      const filled = Math.min(perMinute, bucket.left + (at - bucket.at) * perMs);
      const isGranted = filled >= 1;
      bucket.left = isGranted ? filled - 1 : filled;
      bucket.at = at;
      return isGranted ? {} : { retryAfterSeconds: Math.ceil((1 - filled) / perMs / 1000) };
    },
  };

  function remember(callerId: string, at: number) {
    const bucket = buckets.get(callerId) ?? { left: perMinute, at };
    buckets.delete(callerId);
    buckets.set(callerId, bucket);
    const [oldest = callerId] = buckets.keys();
    if (buckets.size > MAX_CALLERS) buckets.delete(oldest);
    return bucket;
  }
}
