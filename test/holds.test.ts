import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createHolds } from '../src/azure/cache/holds.ts';
import type { Kept } from '../src/azure/cache/kept.ts';
import { shelf } from './support/cache.ts';

const answer = (size: number) => ({ size }) as Kept;
const refused = (code: string) => ({ name: 'GatewayError', code });

describe('what requests hold of what was read', () => {
  it('is as much as there is memory for, and once only however many hold it', () => {
    const holds = createHolds(100);
    const [half, other] = [answer(50), answer(50)];
    for (let nth = 0; nth < 3; nth += 1) {
      const hold = holds.forRequest();
      for (const each of [half, other, half]) hold.take(each);
    }
    assert.throws(() => holds.forRequest().take(answer(1)), refused('OVERLOADED'));
  });

  it('is no more than one request may hold', () => {
    const hold = createHolds(100).forRequest();
    hold.take(answer(60));
    assert.throws(() => hold.take(answer(60)), refused('LIMIT_EXCEEDED'));
  });

  it('ends a read that comes to more than one request may hold, for all who wait for it', async () => {
    const { ask, begun } = shelf({}, createHolds(100));
    const [one, other] = [ask('a'), ask('a')];
    begun[0]?.receive(60);
    begun[0]?.receive(60);
    for (const { answer } of [one, other]) await assert.rejects(answer, refused('LIMIT_EXCEEDED'));
    assert.equal(begun.length, 1);
  });

  it('is over with the last request that holds it', () => {
    const holds = createHolds(100);
    const large = answer(100);
    const [one, other] = [holds.forRequest(), holds.forRequest()];
    for (const hold of [one, other]) hold.take(large);
    one.end();
    const late = holds.forRequest();
    assert.throws(() => late.take(answer(1)), refused('OVERLOADED'));
    for (const hold of [late, other]) hold.end();
    const next = holds.forRequest();
    assert.throws(() => next.take(answer(101)), refused('LIMIT_EXCEEDED'));
    next.end();
    holds.forRequest().take(large);
  });

  it('is told of each thing that the cache gives, and let go of when the request is over', async () => {
    const taken: Kept[] = [];
    let ended = 0;
    const hold = {
      take: (kept: Kept) => void taken.push(kept),
      end() {
        ended += 1;
      },
    };
    const { ask, begun } = shelf({}, { allow() {}, forRequest: () => hold });
    const [one, other] = [ask('a'), ask('a')];
    begun[0]?.answer('x');
    await Promise.all([one.answer, other.answer]);
    await ask('a').answer;
    assert.deepEqual([taken.length, new Set(taken).size, ended], [3, 1, 0]);
    one.reads.end();
    assert.equal(ended, 1);
  });
});
