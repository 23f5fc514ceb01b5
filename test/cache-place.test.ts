import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shelf } from './support/cache.ts';

const SECOND = 1000;

describe('the place in line of a read that is shared', () => {
  it('is that of whoever asks first, and of those who come to wait for it', async () => {
    const { ask, begun } = shelf();
    ask('a', { caller: 'first', endsAt: 10 * SECOND });
    ask('a', { caller: 'second', endsAt: 20 * SECOND });
    assert.deepEqual(begun[0]?.places(), [
      { callerId: 'first', isForced: false, endsAt: 10 * SECOND },
      { callerId: 'second', isForced: false, endsAt: 20 * SECOND },
    ]);
  });

  it('has the end of whichever request of theirs ends last, and not after its own', () => {
    const { ask, begun } = shelf();
    for (const endsAt of [10 * SECOND, 60 * SECOND, 20 * SECOND]) ask('a', { caller: 'one', endsAt });
    assert.deepEqual(begun[0]?.places(), [{ callerId: 'one', isForced: false, endsAt: 25 * SECOND }]);
  });

  it('is lent by sixteen callers at most', () => {
    const { ask, begun } = shelf();
    for (let nth = 0; nth < 40; nth += 1) ask('a', { caller: `caller ${nth}` });
    assert.equal(begun[0]?.places().length, 16);
  });

  it('is nobody of those who asked where it is read ahead', async () => {
    const { read, ask, begun, clock } = shelf({ SECRET_TTL_SECONDS: '60' });
    await read('a', 'one', { kind: 'secret' });
    clock.advance(50 * SECOND);
    ask('a', { kind: 'secret' });
    assert.deepEqual(
      begun[1]?.places().map(({ callerId }) => callerId),
      [''],
    );
  });

  it('is forced where a bound on the age alone makes the read necessary', async () => {
    const { read, ask, begun, clock } = shelf();
    const isForced = () => begun.at(-1)?.places()[0]?.isForced;
    ask('none kept', { maxAgeSeconds: 0 });
    assert.equal(isForced(), true);
    ask('none kept, none wanted anew', { maxAgeSeconds: 10 });
    assert.equal(isForced(), false);
    await read('kept', 'one');
    clock.advance(11 * SECOND);
    ask('kept', { maxAgeSeconds: 10 });
    assert.equal(isForced(), true);
    ask('under way');
    clock.advance(1900);
    ask('under way', { maxAgeSeconds: 1 });
    assert.deepEqual([begun.length, isForced()], [6, true]);
  });
});
