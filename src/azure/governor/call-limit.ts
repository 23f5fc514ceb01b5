import { GatewayError } from '../../errors.ts';

/** The request has had all the calls that it may make. */
export function tooManyCalls(most: number): GatewayError {
  const error = new GatewayError(
    'THROTTLED',
    `This query needs more than ${most} calls to Azure (MAX_UPSTREAM_CALLS). Ask for less at a time.`,
    { isOwn: true },
  );
  limits.add(error);
  return error;
}

/** Whether it is that: what is read by then may be given, to whoever is told that there is more. */
export const isCallLimit = (error: unknown): error is GatewayError => limits.has(error as object);

const limits = new WeakSet<object>();
