import { createManualClock, type ManualClock } from '../../emulator/clock.ts';
import { createClock } from '../../src/clock.ts';

export const TEN_MINUTES = 600_000;

/** A gateway's clock on a host whose own may be set; Azure goes by the `manual` one, which goes on. */
export function settable(manual: ManualClock = createManualClock()) {
  return { manual, clock: createClock({ wall: manual.wall, elapsed: manual.now, sleep: manual.sleep }) };
}
