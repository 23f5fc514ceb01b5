import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GatewayError } from '../src/errors.ts';
import { shelf } from './support/cache.ts';

const SECOND = 1000;
const down = () => new GatewayError('UPSTREAM_UNAVAILABLE', 'down');

describe('a reading that is silent', () => {
  it('is made anew, once for all and once more for whoever comes after, and its answer is given to all who wait', async () => {
    const { begun, asked, join } = await silent();
    await join();
    await join();
    assert.equal(begun.length, 4);
    begun[0]?.answer('slow');
    assert.deepEqual(await Promise.all(asked.map(({ answer }) => answer)), Array(5).fill('slow'));
    await settled();
    assert.deepEqual(
      begun.map(({ signal }) => signal.aborted),
      Array(4).fill(true),
    );
  });

  it('is given the answer of any that was begun for it, whichever of these have failed', async () => {
    const { begun, asked, join } = await silent();
    await join();
    begun[1]?.fail(down());
    begun[2]?.answer('new');
    const answers = await Promise.allSettled(asked.map(({ answer }) => answer));
    assert.deepEqual(
      answers.map((each) => ('value' in each ? each.value : each.reason.code)),
      ['new', 'UPSTREAM_UNAVAILABLE', 'UPSTREAM_UNAVAILABLE', 'new'],
    );
  });

  it('is not ended by those who ask for it anew, though whoever began it leaves', async () => {
    const { begun, asked, first } = await silent({ firstLeaves: true });
    await assert.rejects(first.answer, { code: 'UPSTREAM_TIMEOUT' });
    assert.deepEqual([begun.length, begun[0]?.signal.aborted], [2, false]);
    begun[0]?.answer('slow');
    assert.deepEqual(await Promise.all(asked.slice(1).map(({ answer }) => answer)), ['slow', 'slow']);
  });

  it('ends with the last one who may be given its answer', async () => {
    const { begun, asked, ask } = await silent();
    const bounded = ask('a', { maxAgeSeconds: 1 });
    for (const each of asked) each.leave();
    await Promise.allSettled(asked.map(({ answer }) => answer));
    await settled();
    assert.deepEqual([begun.length, begun[0]?.signal.aborted, begun[1]?.signal.aborted], [2, true, false]);
    begun[1]?.answer('new');
    assert.equal(await bounded.answer, 'new');
  });

  it('gives nothing to whoever came after it had begun and wants it new', async () => {
    const { begun, asked, ask } = await silent();
    const bounded = ask('a', { maxAgeSeconds: 0 });
    begun[0]?.answer('slow');
    await Promise.all(asked.map(({ answer }) => answer));
    begun.at(-1)?.answer('new');
    assert.deepEqual([await bounded.answer, begun.length], ['new', 3]);
  });
});

/** Three ask for a thing; the reading has been silent for two seconds, and another one has begun. */
async function silent({ firstLeaves = false } = {}) {
  const cache = shelf();
  const { ask, begun, clock } = cache;
  const asked = [ask('a'), ask('a'), ask('a')] as const;
  const all = [...asked];
  const fall = async (seconds: number) => {
    begun.at(-1)?.listen();
    for (let second = 0; second < seconds; second += 1) {
      clock.advance(1 * SECOND);
      await settled();
    }
  };
  if (firstLeaves) asked[0].leave();
  await fall(2);
  const join = async () => {
    all.push(ask('a'));
    await fall(1);
  };
  return { ...cache, first: asked[0], asked: all, join };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
