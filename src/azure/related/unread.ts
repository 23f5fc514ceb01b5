import { GatewayError } from '../../errors.ts';
import { type MissingScope, missing } from '../completeness.ts';
import { isCallLimit } from '../governor/call-limit.ts';
import { isTooLate } from '../governor/refusal.ts';

/** As `unlessFailed`, or null where the gateway's identity is refused it. */
export const unlessUnread = <Read>(
  scope: string,
  reading: Promise<Read>,
  ended: AbortSignal,
): Promise<Read | MissingScope | null> => unlessFailed(scope, reading.catch(nullIfRefused), ended);

/**
 * What is read, or for what it is missing. `ended`: the request. Its end fails the whole, and so does a limit of the caller's or of the
 * gateway's, but for that of the request's calls.
 */
export async function unlessFailed<Read>(
  scope: string,
  reading: Promise<Read>,
  ended: AbortSignal,
): Promise<Read | MissingScope> {
  try {
    return await reading;
  } catch (error) {
    if (ended.aborted || isLimit(error)) throw error;
    return missing(scope, error);
  }
}

export const isUnread = (read: object | null): read is MissingScope => read !== null && 'scope' in read;

// A host that has refused others, and takes nothing in this request's time, is one that cannot be read.
const isLimit = (error: unknown): boolean =>
  error instanceof GatewayError &&
  (error.code === 'LIMIT_EXCEEDED' || (error.isOwn && !isTooLate(error) && !isCallLimit(error)));

function nullIfRefused(error: unknown): null {
  if (error instanceof GatewayError && error.code === 'FORBIDDEN') return null;
  throw error;
}
