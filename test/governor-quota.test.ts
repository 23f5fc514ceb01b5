import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assert as always, array, integer, property, record } from 'fast-check';
import { createManualClock, type ManualClock } from '../emulator/clock.ts';
import { createQuotas } from '../emulator/throttle.ts';
import { createBucket } from '../src/azure/governor/bucket.ts';
import type { Quota, Word } from '../src/azure/governor/quota.ts';
import { createWindow } from '../src/azure/governor/window.ts';

const RUNS = { numRuns: 300 };

/** A call as it is wanted: how long after the one before, and how long it is on its way there and back. */
const wanted = record({
  after: integer({ min: 0, max: 400 }),
  there: integer({ min: 0, max: 3000 }),
  back: integer({ min: 0, max: 3000 }),
});
type Wanted = { readonly after: number; readonly there: number; readonly back: number };

describe('a quota as it is known here', () => {
  it('lets no call through that a token bucket of Azure refuses, however late calls arrive and answers come', () => {
    always(
      property(array(wanted, { minLength: 300, maxLength: 600 }), (calls) => {
        const clock = createManualClock(0);
        const azure = createQuotas(clock);
        const quota = createBucket({ capacity: 250, perSecond: 25, reserve: 0 }, clock);
        const refused = send(clock, quota, calls.map(hurried), () => {
          const { granted, remaining } = azure.spendArmRead('me', 'subscription');
          return { isRefusal: !granted, remaining };
        });
        assert.equal(refused, 0);
      }),
      RUNS,
    );
  });

  it('fills no place of a call that may not have arrived: the bucket of Azure may be full without it', () => {
    const clock = createManualClock(0);
    const late = Array.from({ length: 250 }, () => ({ after: 0, there: 9000, back: 0 }));
    const prompt = Array.from({ length: 250 }, () => ({ after: 36, there: 0, back: 0 }));
    const azure = createQuotas(clock);
    const bucket = createBucket({ capacity: 250, perSecond: 25, reserve: 0 }, clock);
    const refused = send(clock, bucket, [...late, ...prompt], () => ({
      isRefusal: !azure.spendArmRead('me', 'subscription').granted,
    }));
    assert.equal(refused, 0);
  });

  it('lets no call through that a window of Azure refuses, wherever the window begins', () => {
    always(
      property(array(wanted, { minLength: 20, maxLength: 100 }), integer({ min: 0, max: 9999 }), (calls, phase) => {
        const clock = createManualClock(20_000);
        const azure = gridOf(clock, { ceiling: 10, lengthInMs: 10_000, phase });
        const quota = createWindow({ ceiling: 10, share: 1, lengthInMs: 10_000 }, clock);
        assert.equal(
          send(clock, quota, calls, () => ({ isRefusal: !azure.spend().granted })),
          0,
        );
      }),
      RUNS,
    );
  });

  it('is aligned to the windows of which Azure tells the end, and still lets none through that they refuse', () => {
    always(
      property(array(wanted, { minLength: 50, maxLength: 200 }), (calls) => {
        const clock = createManualClock(0);
        const azure = createQuotas(clock);
        const quota = createWindow({ ceiling: 15, share: 1, lengthInMs: 5000 }, clock);
        const refused = send(clock, quota, calls, () => {
          const { granted, remaining, resetsAfterSeconds } = azure.spendGraphQuery('me');
          return { isRefusal: !granted, remaining, resetsAfterInMs: resetsAfterSeconds * 1000 };
        });
        assert.equal(refused, 0);
      }),
      RUNS,
    );
  });

  it('says when the nth call from now may be sent', () => {
    const clock = createManualClock(0);
    const window = createWindow({ ceiling: 15, share: 1, lengthInMs: 5000 }, clock);
    const bucket = createBucket({ capacity: 250, perSecond: 25, reserve: 25 }, clock);
    spend(window, 15);
    spend(bucket, 225);
    assert.deepEqual([1, 15, 16, 45, 46].map(window.msUntil), [5000, 5000, 10_000, 15_000, 20_000]);
    assert.deepEqual([1, 25, 250].map(bucket.msUntil), [40, 1000, 10_000]);
  });

  it('says what is left, and when all of it is there again', () => {
    const clock = createManualClock(0);
    const window = createWindow({ ceiling: 15, share: 1, lengthInMs: 5000 }, clock);
    const bucket = createBucket({ capacity: 250, perSecond: 25, reserve: 25 }, clock);
    assert.deepEqual([window.resetsAt(), bucket.resetsAt()], [undefined, undefined]);
    spend(window, 5);
    spend(bucket, 50);
    assert.deepEqual([window.remaining(), window.resetsAt()], [10, 5000]);
    assert.deepEqual([bucket.remaining(), bucket.resetsAt()], [200, 2000]);
  });

  it('falls to what Azure says, and does not rise', () => {
    const clock = createManualClock(0);
    const window = createWindow({ ceiling: 15, share: 1, lengthInMs: 5000 }, clock);
    const bucket = createBucket({ capacity: 250, perSecond: 25, reserve: 25 }, clock);
    for (const remaining of [7, 14]) {
      spend(window, 1, { remaining, resetsAfterInMs: 5000 });
      spend(bucket, 1, { remaining });
    }
    assert.deepEqual([window.remaining(), bucket.remaining()], [6, 6]);
  });

  it('leaves to others in the next windows what they spent in the last one, less and less', () => {
    const clock = createManualClock(0);
    const window = createWindow({ ceiling: 15, share: 1, lengthInMs: 5000 }, clock);
    spend(window, 1, { remaining: 7, resetsAfterInMs: 5000 });
    const left = [5000, 25_000, 60_000].map((ms) => {
      clock.advance(ms - clock.now());
      return window.remaining();
    });
    assert.deepEqual(left, [8, 10, 15]);
  });

  it('takes up a ceiling of Azure that is higher', () => {
    const clock = createManualClock(0);
    const window = createWindow({ ceiling: 15, share: 0.5, lengthInMs: 5000 }, clock);
    spend(window, 1, { remaining: 49, resetsAfterInMs: 5000 });
    assert.deepEqual([window.ceiling(), window.remaining()], [25, 24]);
  });

  it('waits as long as Azure asks to be left alone, and a second where it does not say', () => {
    const clock = createManualClock(0);
    const window = createWindow({ ceiling: 4000, share: 1, lengthInMs: 10_000 }, clock);
    const bucket = createBucket({ capacity: 250, perSecond: 25, reserve: 25 }, clock);
    spend(window, 1, { isRefusal: true });
    spend(bucket, 1, { isRefusal: true, retryAfterInMs: 30_000 });
    assert.deepEqual([window.msUntil(1), bucket.msUntil(1)], [1000, 30_000]);
  });

  it('tries again after a minute, however long it is told to wait', () => {
    const clock = createManualClock(0);
    const window = createWindow({ ceiling: 4000, share: 1, lengthInMs: 10_000 }, clock);
    const bucket = createBucket({ capacity: 250, perSecond: 25, reserve: 0 }, clock);
    spend(window, 1, { isRefusal: true, retryAfterInMs: 86_400_000 });
    spend(bucket, 1, { isRefusal: true, retryAfterInMs: 86_400_000 });
    assert.deepEqual([window.msUntil(1), bucket.msUntil(1)], [60_000, 60_000]);
    clock.advance(60_000);
    assert.deepEqual([window.remaining(), bucket.remaining()], [1, 1]);
  });

  it('pays for one refusal with its pause and a call that tries, and for a second with the rate of a minute', () => {
    const clock = createManualClock(0);
    const window = createWindow({ ceiling: 4000, share: 1, lengthInMs: 10_000 }, clock);
    const left = [0, 1].map(() => {
      spend(window, 1);
      spend(window, 5, { isRefusal: true, retryAfterInMs: 1000 });
      clock.advance(1000);
      const tries = window.remaining();
      spend(window, 1);
      clock.advance(10_000);
      return [tries, window.remaining()];
    });
    assert.deepEqual(left, [
      [1, 4000],
      [1, 737],
    ]);
  });

  it('gives back what was taken and not sent', () => {
    const clock = createManualClock(0);
    const window = createWindow({ ceiling: 15, share: 1, lengthInMs: 5000 }, clock);
    const bucket = createBucket({ capacity: 250, perSecond: 25, reserve: 25 }, clock);
    spend(window, 10, 'unsent');
    spend(bucket, 10, 'unsent');
    assert.deepEqual([window.remaining(), bucket.remaining()], [15, 250]);
  });
});

// Bursts, so that a bucket of 250 is emptied.
const hurried = (call: Wanted): Wanted => ({ ...call, after: call.after < 350 ? 0 : call.after });

function spend(quota: Quota, calls: number, word: Word | 'unsent' = {}): void {
  for (let call = 0; call < calls; call += 1) quota.take();
  for (let call = 0; call < calls; call += 1) quota.settle(word);
}

/** Sends each call as soon as it is wanted and the quota lets it through; how many Azure refused. */
function send(clock: ManualClock, quota: Quota, calls: readonly Wanted[], azure: () => Word): number {
  let refused = 0;
  const events: { at: number; run: () => void }[] = [];
  const later = (ms: number, run: () => void) => events.push({ at: clock.now() + ms, run });
  const runUntil = (time: number) => {
    for (let next = earliest(); next && next.at <= time; next = earliest()) {
      events.splice(events.indexOf(next), 1);
      clock.advance(next.at - clock.now());
      next.run();
    }
    clock.advance(time - clock.now());
  };
  const earliest = () => events.reduce<(typeof events)[number] | undefined>(sooner, undefined);

  for (const { after, there, back } of calls) {
    runUntil(clock.now() + after);
    for (let ms = quota.msUntil(1); ms > 0; ms = quota.msUntil(1)) runUntil(clock.now() + Math.min(ms, 100));
    quota.take();
    later(there, () => {
      const word = azure();
      if (word.isRefusal) refused += 1;
      later(back, () => quota.settle(word));
    });
  }
  runUntil(clock.now() + 10_000);
  return refused;
}

const sooner = <Event extends { at: number }>(one: Event | undefined, other: Event): Event =>
  one && one.at <= other.at ? one : other;

/** Windows that lie on a grid of Azure's own, as those of a vault may. */
function gridOf(clock: ManualClock, of: { ceiling: number; lengthInMs: number; phase: number }) {
  const spent = new Map<number, number>();
  return {
    spend() {
      const window = Math.floor((clock.now() - of.phase) / of.lengthInMs);
      const already = spent.get(window) ?? 0;
      const granted = already < of.ceiling;
      if (granted) spent.set(window, already + 1);
      return { granted };
    },
  };
}
