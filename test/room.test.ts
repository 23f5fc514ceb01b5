import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Claim, createRoom } from '../src/graphql/room.ts';

const LATER = 2_000_000_000;
const BOUNDS = { maxBytes: 100, maxLyingBytes: 50 };

describe('the room for answers that are being made', () => {
  it('lets everybody in at once as long as there is any', () => {
    const room = createRoom(BOUNDS);
    assert.deepEqual(
      ['ada', 'bea'].map((caller) => room.claim(caller, LATER).take(50)),
      [undefined, undefined],
    );
  });

  it('lets one exceed it, as far as it likes, and another when that has ended', async () => {
    const room = createRoom(BOUNDS);
    const [one, other, small] = ['ada', 'bea', 'cid'].map((caller) => room.claim(caller, LATER)) as [
      Claim,
      Claim,
      Claim,
    ];
    assert.deepEqual([small.take(10), one.take(1000), one.take(1000)], [undefined, undefined, undefined]);
    const turn = waiting(other, 1000);
    small.end();
    assert.equal(await turn.isOver(), false);
    one.end();
    assert.equal(await turn.isOver(), true);
    assert.equal(other.take(1000), undefined);
  });

  it('lets those go first whose caller has least in it', async () => {
    const room = createRoom(BOUNDS);
    const [ofAda, ofDan, ofEve] = ['ada', 'dan', 'eve'].map((caller) => room.claim(caller, LATER)) as [
      Claim,
      Claim,
      Claim,
    ];
    assert.deepEqual([ofAda.take(30), ofDan.take(70), ofEve.take(10)], [undefined, undefined, undefined]);
    const turns = [waiting(room.claim('ada', LATER), 60), waiting(room.claim('cid', LATER), 60)];
    ofDan.end();
    assert.deepEqual(await Promise.all(turns.map((turn) => turn.isOver())), [false, true]);
    ofEve.end();
    assert.deepEqual(await Promise.all(turns.map((turn) => turn.isOver())), [true, true]);
  });

  it('lets nobody go on of whose answers too much lies there, but for the one that exceeds it, until it has left', async () => {
    const room = createRoom(BOUNDS);
    let leave = () => {};
    const [begun, excessive] = [room.claim('ada', LATER), room.claim('ada', LATER)];
    assert.deepEqual([begun.take(1), excessive.take(100)], [undefined, undefined]);
    room.lie('ada', 51, (listener) => {
      leave = listener;
    });
    const turns = [waiting(begun, 0), waiting(room.claim('ada', LATER), 0)];
    assert.equal(excessive.take(100), undefined);
    excessive.end();
    assert.equal(room.claim('bea', LATER).take(10), undefined);
    assert.deepEqual(await Promise.all(turns.map((turn) => turn.isOver())), [false, false]);
    leave();
    assert.deepEqual(await Promise.all(turns.map((turn) => turn.isOver())), [true, true]);
  });

  it('lets the loop turn between two, so that all else is served', async () => {
    const room = createRoom(BOUNDS);
    const [one, other] = [room.claim('ada', LATER), room.claim('bea', LATER)];
    one.take(1000);
    const order: string[] = [];
    const turn = other.take(1000)?.then(() => order.push('the next'));
    setImmediate(() => order.push('all else'));
    one.end();
    await turn;
    assert.deepEqual(order, ['all else', 'the next']);
  });

  it('refuses who has waited for as long as may be, with OVERLOADED', async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const room = createRoom(BOUNDS);
    const one = room.claim('ada', LATER);
    one.take(100);
    room.claim('dan', LATER).take(1);
    const late = room.claim('bea', performance.now() + 1000).take(1);
    t.mock.timers.tick(1000);
    await assert.rejects(Promise.resolve(late), { code: 'OVERLOADED', retryAfterSeconds: 1 });
    const next = waiting(room.claim('cid', LATER), 99);
    one.end();
    assert.equal(await next.isOver(), true);
  });

  it('gives back what an answer has that ends while it waits', async () => {
    const room = createRoom(BOUNDS);
    const [one, other] = [room.claim('ada', LATER), room.claim('bea', LATER)];
    one.take(60);
    other.take(100);
    const left = one.take(50);
    one.end();
    await assert.rejects(Promise.resolve(left), { code: 'OVERLOADED' });
    other.end();
    const [next, last] = [room.claim('cid', LATER), room.claim('dan', LATER)];
    assert.deepEqual([next.take(100), last.take(1)], [undefined, undefined]);
    assert.equal(await waiting(room.claim('eve', LATER), 1).isOver(), false);
  });
});

/** A claim that takes so much, and whether its wait is over by now. */
function waiting(claim: Claim, bytes: number) {
  let isOver = false;
  const turn = claim.take(bytes);
  assert.ok(turn, 'It does not wait.');
  turn.then(() => {
    isOver = true;
  });
  return {
    async isOver() {
      await new Promise(setImmediate);
      return isOver;
    },
  };
}
