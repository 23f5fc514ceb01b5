import { GatewayError } from '../../errors.ts';

/** It cannot be sent in time. */
export function tooLate(host: string, ms: number): GatewayError {
  const retryAfterSeconds = Math.max(1, Math.ceil(ms / 1000));
  return new GatewayError(
    'THROTTLED',
    `What ${host} takes for now is spoken for. Try again in ${retryAfterSeconds} s.`,
    { retryAfterSeconds, isOwn: true },
  );
}

/** More wait than the line holds. */
export const tooMany = (host: string): GatewayError =>
  new GatewayError('THROTTLED', `This caller has too many reads waiting for ${host}. Try again in 1 s, with fewer.`, {
    retryAfterSeconds: 1,
    isOwn: true,
  });
