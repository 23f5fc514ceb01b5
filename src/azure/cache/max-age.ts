import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import { createRate } from '../../rate.ts';
import type { Asked } from './asked.ts';

/** How a caller bounds the age of what one field answers. */
export interface MaxAge {
  readonly inMs: number;
  /** Called before a read that a kept answer could have saved. Throws THROTTLED where the caller has no more of them. */
  force(asked: Pick<Asked<unknown>, 'operation'>): void;
}

// A field may ask for as many of them as it has names; of all others it needs several only where the estate has several places.
const EACH_COUNTS: ReadonlySet<string> = new Set(['secrets.get', 'secrets.listVersions']);
// A list over forty subscriptions is one wish.
const OTHERS_AS_ONE = 10;

/**
 * Bounds for callers, each of whom may force so many reads a minute: each of one secret counts, of all else ten of a field as one.
 * Throws BAD_USER_INPUT, costs nothing.
 */
export function createMaxAges(perMinute: number, clock: Clock): (callerId: string, seconds: number) => MaxAge {
  const rate = createRate(perMinute, clock.now);
  return (callerId, seconds) => {
    if (seconds < 0) throw negative(seconds);
    let others = 0;
    return {
      inMs: seconds * 1000,
      force({ operation }) {
        const isOther = !EACH_COUNTS.has(operation);
        if (isOther && others % OTHERS_AS_ONE > 0) {
          others += 1;
          return;
        }
        const { retryAfterSeconds } = rate.take(callerId);
        if (retryAfterSeconds !== undefined) throw tooMany(perMinute, retryAfterSeconds);
        if (isOther) others += 1;
      },
    };
  };
}

const negative = (seconds: number): GatewayError =>
  new GatewayError('BAD_USER_INPUT', `maxAgeSeconds is ${seconds}: give 0 for a new reading, or more.`);

const tooMany = (perMinute: number, retryAfterSeconds: number): GatewayError =>
  new GatewayError(
    'THROTTLED',
    `You have had ${perMinute} readings in a minute that maxAgeSeconds alone made necessary. Leave it out or allow more, or try again in ${retryAfterSeconds} s.`,
    { retryAfterSeconds, isOwn: true },
  );
