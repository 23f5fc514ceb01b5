import type { Clock } from '../../clock.ts';
import { isOutage } from '../errors.ts';
import type { Flight } from './flight.ts';
import type { Kept } from './kept.ts';

// After a failure, who can be given something older does not wait for the next one.
const PRESUMED_FOR_MS = 5000;

/** Whether Azure is taken to be away, as far as something that is kept could not be read again. */
export function outagesBy(clock: Clock) {
  return {
    /** A reading has failed of late, or the one that is under way is silent. */
    isPresumed(kept: Kept, underWay: Flight | undefined): boolean {
      if (underWay?.isSilent()) presume(kept);
      return clock.now() < kept.awayUntil;
    },
    note(kept: Kept, error: unknown): void {
      if (isOutage(error)) presume(kept);
      else kept.awayUntil = Math.min(kept.awayUntil, clock.now());
    },
  };

  function presume(kept: Kept): void {
    kept.awayUntil = clock.now() + PRESUMED_FOR_MS;
  }
}
