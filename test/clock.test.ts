import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock } from '../emulator/clock.ts';
import { createRate } from '../src/rate.ts';
import { timeOf } from '../src/time.ts';
import { settable, TEN_MINUTES } from './support/clock.ts';

describe('the clock of ages and quotas', () => {
  it('goes on where the one on the wall is set back', () => {
    const { clock, manual } = settable();
    const from = clock.now();
    manual.set(-TEN_MINUTES);
    manual.advance(1000);
    assert.equal(clock.now() - from, 1000);
    manual.advance(1000);
    assert.equal(clock.now() - from, 2000);
  });

  it('goes with the one on the wall where that is set forward, and not back with it', () => {
    const { clock, manual } = settable();
    const from = clock.now();
    manual.set(TEN_MINUTES);
    assert.equal(clock.now() - from, TEN_MINUTES);
    manual.set(-TEN_MINUTES);
    assert.equal(clock.now() - from, TEN_MINUTES);
  });

  it('takes no rounding of either for time', () => {
    const manual = createManualClock();
    let skew = 0;
    const { clock } = settable({ ...manual, wall: () => Math.floor(manual.now() / 7) * 7 + skew });
    const from = clock.now();
    for (let each = 0; each < 1000; each += 1) {
      manual.advance(3);
      clock.now();
    }
    skew = 50;
    assert.equal(Math.abs(clock.now() - from - 3000) < 7, true);
  });
});

describe('the time of a request', () => {
  for (const [way, setMs] of [
    ['back', -TEN_MINUTES],
    ['forward', TEN_MINUTES],
  ] as const) {
    it(`is over in time where the clock is set ${way}`, (t) => {
      t.mock.timers.enable({ apis: ['setTimeout'] });
      const { clock, manual } = settable();
      const time = timeOf(new Request('https://gateway.test/graphql'), 5000, clock);
      manual.set(setMs);
      const { signal } = time.bounds();
      t.mock.timers.tick(5000);
      assert.equal(signal.aborted, true);
    });
  }
});

describe('a rate', () => {
  it('is not spent by a clock that is set back', () => {
    const { clock, manual } = settable();
    const rate = createRate(30, clock.now);
    rate.take('a caller');
    manual.set(-TEN_MINUTES);
    assert.deepEqual(rate.take('a caller'), {});
  });
});
