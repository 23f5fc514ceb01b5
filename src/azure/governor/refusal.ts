import { GatewayError } from '../../errors.ts';

/** It cannot be sent in time: by its caller's own limits, or where `isPaused` because Azure has refused what came before, whoever asked. */
export function tooLate(host: string, ms: number, isPaused: boolean): GatewayError {
  const retryAfterSeconds = Math.max(1, Math.ceil(ms / 1000));
  const error = new GatewayError(
    'THROTTLED',
    `What ${host} takes for now is spoken for. Try again in ${retryAfterSeconds} s.`,
    { retryAfterSeconds, isOwn: !isPaused },
  );
  late.add(error);
  return error;
}

/** Whether it is that: own is the request's time, and not what its host takes. */
export const isTooLate = (error: object): boolean => late.has(error);

const late = new WeakSet<object>();

/** More wait than the line holds. */
export const tooMany = (host: string): GatewayError =>
  new GatewayError('THROTTLED', `This caller has too many reads waiting for ${host}. Try again in 1 s, with fewer.`, {
    retryAfterSeconds: 1,
    isOwn: true,
  });
