import type { Clock } from '../../clock.ts';
import type { Flight } from './flight.ts';
import type { Kept } from './kept.ts';
import type { MaxAge } from './max-age.ts';
import type { Shelf } from './shelves.ts';

/** For whom. */
export interface Wish {
  readonly maxAge: MaxAge | undefined;
  /** The flight that had begun last when the request came. */
  readonly arrival: number;
  readonly policyVersion: string;
}

/** What is good enough for one field of one request. */
export function fitnessFor({ maxAge, arrival, policyVersion }: Wish, clock: Clock) {
  return { isFresh, isOfUse, mayRevalidate, mayJoin, isForced };

  function isFresh({ startedAt, order, freshUntil }: Kept): boolean {
    const now = clock.now();
    if (now >= freshUntil) return false;
    return !maxAge || order > arrival || (maxAge.inMs > 0 && startedAt >= now - maxAge.inMs);
  }

  /** So long past its time. Whoever bounds the age gets nothing older; nobody gets what was read under another policy. */
  function isOfUse(kept: Kept, pastInMs: number): boolean {
    return !maxAge && kept.policyVersion === policyVersion && clock.now() < kept.freshUntil + pastInMs;
  }

  /**
   * Whether it is given while it is read again. What was not there may have been made by now. Once Azure was away for it, it is given
   * no longer than while Azure is.
   */
  function mayRevalidate(kept: Kept, { revalidatedForMs, staleForMs }: Shelf): boolean {
    const pastInMs = kept.awayUntil > 0 ? Math.min(revalidatedForMs, staleForMs) : revalidatedForMs;
    return !kept.isAbsent && isOfUse(kept, pastInMs);
  }

  /** What it brings is as old as the flight: one of many pages may be under way for longer than its answer would be kept. */
  function mayJoin({ order, startedAt }: Flight, { ttlInMs }: Shelf): boolean {
    if (order > arrival) return true;
    const ageInMs = clock.now() - startedAt;
    return ageInMs < ttlInMs && (!maxAge || (maxAge.inMs > 0 && ageInMs <= maxAge.inMs));
  }

  /** Whether the TTL alone would not make it be read: for a new answer, or a newer one than is kept or under way. */
  function isForced({ ttlInMs }: Shelf, kept: Kept | undefined, passed: Flight | undefined): boolean {
    if (!maxAge || maxAge.inMs >= ttlInMs) return false;
    return maxAge.inMs === 0 || passed?.isSilent() === false || (kept !== undefined && clock.now() < kept.freshUntil);
  }
}
