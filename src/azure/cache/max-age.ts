import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import { createRate } from '../../rate.ts';

/** How a caller bounds the age of what one field answers. */
export interface MaxAge {
  readonly inMs: number;
  /** Called before a read that a kept answer could have saved. Throws THROTTLED where the caller has no more of them. */
  force(): void;
}

/** Bounds for callers, each of whom may force so many fields a minute. Throws BAD_USER_INPUT, costs nothing. */
export function createMaxAges(perMinute: number, clock: Clock): (callerId: string, seconds: number) => MaxAge {
  const rate = createRate(perMinute, clock.now);
  return (callerId, seconds) => {
    if (seconds < 0) throw negative(seconds);
    let isForced = false;
    return {
      inMs: seconds * 1000,
      force() {
        if (isForced) return;
        const { retryAfterSeconds } = rate.take(callerId);
        if (retryAfterSeconds !== undefined) throw tooMany(perMinute, retryAfterSeconds);
        isForced = true;
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
