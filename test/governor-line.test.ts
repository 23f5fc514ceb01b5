import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createManualClock } from '../emulator/clock.ts';
import { type Asker, createLine } from '../src/azure/governor/line.ts';
import { createPace } from '../src/azure/governor/pace.ts';
import { createPlaces, type Place } from '../src/azure/governor/place.ts';
import type { Word } from '../src/azure/governor/quota.ts';
import { createTurns } from '../src/azure/governor/turns.ts';
import { createWindow } from '../src/azure/governor/window.ts';
import { GatewayError } from '../src/errors.ts';

const WINDOW_IN_MS = 5000;

type Asking = Partial<Place & Asker>;

/** A line to 15 calls in 5 s, and who was let in, in order; by itself each call comes back at once. */
function lineOf({ ceiling = 15, atATime = Number.POSITIVE_INFINITY, word = {} as Word } = {}) {
  const clock = createManualClock(0);
  const quota = (share: number) => createWindow({ ceiling, share, lengthInMs: WINDOW_IN_MS }, clock);
  const line = createLine({ host: 'azure', all: quota(1), forced: quota(0.5), atATime }, clock);
  const letIn: string[] = [];
  const placesOf = (callerId: string, asker: Partial<Place> = {}) =>
    createPlaces({ callerId, isForced: false, endsAt: 25_000, ...asker });
  const ask = async (callerId: string, asker: Asking = {}) => {
    const settle = await line.enter({ places: placesOf(callerId, asker), signal: undefined, ...asker });
    letIn.push(callerId);
    return settle;
  };
  const call = (callerId: string, asker: Asking = {}) =>
    ask(callerId, asker).then(
      (settle) => settle(word),
      (error) => (error instanceof GatewayError ? error : String(error.name)),
    );
  const pass = async (ms: number) => {
    await turn();
    clock.advance(ms);
    await turn();
  };
  return { line, clock, letIn, placesOf, ask, call, pass };
}

const times = <Result>(count: number, make: (nth: number) => Result): Result[] =>
  Array.from({ length: count }, (_, nth) => make(nth));

describe('the pace of calls', () => {
  const paceOf = (...lengths: readonly number[]) => {
    const clock = createManualClock(0);
    const pace = createPace(2, clock);
    const note = (ms: number) => {
      pace.leftPlace(Math.min(ms, 2000));
      pace.ended(ms);
    };
    for (const ms of lengths) note(ms);
    return { pace, clock, note };
  };

  it('is known when each place was taken twice', () => {
    assert.equal(paceOf(1000, 1000, 1000).pace.msUntilPlace(5), 0);
    const { pace } = paceOf(1000, 1000, 1000, 1000);
    assert.deepEqual([pace.msOfCall(), pace.msUntilPlace(5), pace.msUntilPlace(-1)], [1000, 2500, 0]);
  });

  it('is how long a place is held, and how long an answer takes, which is longer where calls are silent', () => {
    const { pace } = paceOf(...times(16, () => 6000));
    assert.deepEqual([pace.msOfCall(), pace.msUntilPlace(4)], [6000, 4000]);
  });

  it('is not that of a few slow ones, and what it was is forgotten', () => {
    const { pace, clock, note } = paceOf(...times(15, () => 1900), ...times(17, () => 10));
    assert.equal(pace.msOfCall(), 10);
    for (const ms of times(30, () => 1900)) note(ms);
    assert.equal(pace.msOfCall(), 1900);
    clock.advance(10_001);
    assert.equal(pace.msOfCall(), 0);
    for (const ms of times(30, () => 1900)) note(ms);
    pace.rested();
    assert.deepEqual([pace.msOfCall(), pace.msUntilPlace(9)], [0, 0]);
  });
});

describe('the line to a quota', () => {
  it('lets callers in by turns, however many calls one of them has waiting before', async () => {
    const { call, letIn, pass } = lineOf();
    times(15, () => call('first'));
    times(20, () => call('greedy'));
    times(3, () => call('modest'));
    times(3, () => call('late'));
    await pass(WINDOW_IN_MS);
    assert.equal(letIn.slice(15).filter((caller) => caller === 'modest').length, 3);
    assert.deepEqual(letIn.slice(15, 21), ['greedy', 'modest', 'late', 'greedy', 'modest', 'late']);
  });

  it('forgets nobody where the quota opens between one look at it and the next', async () => {
    const clock = createManualClock(0);
    const looks = [5, 5, 5, 5, 0.4];
    const always = { ceiling: () => 1, remaining: () => 1, isPaused: () => false, resetsAt: () => undefined };
    const all = { ...always, take() {}, settle() {}, msUntil: () => looks.shift() ?? 0 };
    const line = createLine({ host: 'azure', all, forced: { ...all, msUntil: () => 0 }, atATime: 1 }, clock);
    const places = createPlaces({ callerId: 'ada', isForced: false, endsAt: 25_000 });
    let isIn = false;
    void line.enter({ places, signal: undefined }).then(() => {
      isIn = true;
    });
    await turn();
    clock.advance(5);
    await turn();
    assert.deepEqual([looks, isIn], [[], true]);
  });

  it('refuses at once what cannot be let in in time, and says when it could', async () => {
    const { call, line } = lineOf();
    times(15 * 4, () => call('caller'));
    const refused = await call('caller', { endsAt: 15_000 });
    assert.ok(refused instanceof GatewayError);
    assert.deepEqual([refused.code, refused.retryAfterSeconds, refused.isOwn], ['THROTTLED', 20, true]);
    assert.equal(line.waiting(), 45);
  });

  it('lets in another caller in time whose turn comes sooner', async () => {
    const { call, letIn, pass } = lineOf();
    times(15 * 4, () => call('greedy'));
    void call('modest', { endsAt: 6000 });
    await pass(WINDOW_IN_MS);
    assert.ok(letIn.includes('modest'));
  });

  it('tells who waits as soon as others have come in between, and not when its time is over', async () => {
    const { call, pass, clock } = lineOf();
    times(15, () => call('first'));
    const told = times(15, () =>
      call('patient', { endsAt: 9000 }).then(
        (outcome) => outcome && `${(outcome as GatewayError).code} ${clock.now()}`,
      ),
    );
    times(14, (nth) => call(`other ${nth}`));
    await pass(WINDOW_IN_MS);
    const outcomes = Object.groupBy(await Promise.all(told), (outcome) => outcome ?? 'let in');
    assert.deepEqual(
      Object.entries(outcomes).map(([outcome, all]) => [outcome, all?.length]),
      [
        ['let in', 1],
        ['THROTTLED 5000', 14],
      ],
    );
  });

  it('lets a call in with the first turn of those who wait for it', async () => {
    const { call, letIn, line, pass, placesOf } = lineOf();
    times(15, () => call('first'));
    times(40, () => call('greedy'));
    const places = placesOf('greedy');
    void call('shared', { places });
    places.lend({ callerId: 'modest', isForced: false, endsAt: 25_000 });
    await pass(WINDOW_IN_MS);
    assert.ok(letIn.indexOf('shared') < 18, String(letIn));
    for (let window = 0; window < 3; window += 1) await pass(WINDOW_IN_MS);
    assert.deepEqual([letIn.filter((each) => each === 'shared').length, letIn.length, line.waiting()], [1, 56, 0]);
  });

  it('lets a call that is not forced for all who wait for it in by the whole quota', async () => {
    const { call, letIn, placesOf } = lineOf();
    times(9, () => call('forcing', { isForced: true }));
    const places = placesOf('forcing', { isForced: true });
    void call('shared', { places });
    await turn();
    assert.ok(!letIn.includes('shared'));
    places.lend({ callerId: 'plain', isForced: false, endsAt: 25_000 });
    await turn();
    assert.deepEqual([letIn.length, letIn.at(-1)], [8, 'shared']);
  });

  it('holds no call to half of the quota that one of those who wait for it does not force', async () => {
    const { call, letIn, placesOf } = lineOf();
    for (let nth = 0; nth < 7; nth += 1) {
      const places = placesOf('forcing', { isForced: true });
      places.lend({ callerId: 'plain', isForced: false, endsAt: 25_000 });
      void call('shared', { places });
    }
    times(8, () => call('forcing', { isForced: true }));
    await turn();
    assert.equal(letIn.filter((each) => each === 'forcing').length, 7);
  });

  it('refuses no call as long as it is in time for one of those who wait for it', async () => {
    const { call, letIn, pass, placesOf } = lineOf();
    times(40, () => call('hurried'));
    const places = placesOf('hurried', { endsAt: 1000 });
    places.lend({ callerId: 'patient', isForced: false, endsAt: 25_000 });
    times(20, () => call('patient'));
    void call('shared', { places });
    for (let window = 0; window < 2; window += 1) await pass(WINDOW_IN_MS);
    assert.ok(!letIn.includes('shared'));
    await pass(WINDOW_IN_MS);
    assert.ok(letIn.includes('shared'));
  });

  it('counts a call once, whoever wait for it', async () => {
    const { call, letIn, pass, placesOf } = lineOf();
    times(15, () => call('first'));
    const places = placesOf('first');
    times(15, (nth) => places.lend({ callerId: `caller ${nth}`, isForced: false, endsAt: 25_000 }));
    void call('shared', { places });
    void call('modest', { endsAt: 6000 });
    await pass(WINDOW_IN_MS);
    assert.deepEqual(letIn.slice(15), ['shared', 'modest']);
    const turns = createTurns();
    const waiting = { places: new Set<Place>(), admit() {}, refuse() {} };
    for (const place of places.all()) turns.join(waiting, place);
    assert.deepEqual([[...turns.inTurn()], turns.count()], [[waiting], 1]);
  });

  it('is left by whoever is gone, at no cost', async () => {
    const { call, letIn, line, pass } = lineOf();
    times(15, () => call('caller'));
    const gone = new AbortController();
    const leaving = call('gone', { signal: gone.signal });
    await turn();
    gone.abort();
    assert.deepEqual([await leaving, line.waiting()], ['AbortError', 0]);
    await pass(WINDOW_IN_MS);
    assert.ok(!letIn.includes('gone'));
  });

  it('gives reads forced below the TTL half of the quota, and what they leave to all others', async () => {
    const { call, letIn } = lineOf();
    times(20, () => call('forcing', { isForced: true }));
    times(20, () => call('plain'));
    await turn();
    assert.deepEqual(
      Object.entries(Object.groupBy(letIn, (each) => each)).map(([who, all]) => [who, all?.length]),
      [
        ['forcing', 7],
        ['plain', 8],
      ],
    );
  });

  it('lets no more under way at a time than are allowed, and the next when one is back', async () => {
    const { ask, letIn } = lineOf({ atATime: 2 });
    const [first] = times(3, (nth) => ask(`caller ${nth}`));
    const settle = await first;
    assert.equal(letIn.length, 2);
    settle?.({});
    await turn();
    assert.deepEqual(letIn, ['caller 0', 'caller 1', 'caller 2']);
  });

  it('refuses who cannot be answered in time by the places there are, as soon as it is known what calls take', async () => {
    const { ask, clock, pass } = lineOf({ ceiling: 4000, atATime: 2 });
    const end = async (callerId: string) => {
      try {
        const settle = await ask(callerId);
        await clock.sleep(1000);
        settle({});
        return 'answered';
      } catch (error) {
        return `${(error as GatewayError).code} ${clock.now() <= 2000 ? 'soon' : 'late'}`;
      }
    };
    const ends = times(100, (nth) => end(`caller ${nth % 5}`));
    for (let second = 0; second < 30; second += 1) await pass(1000);
    const outcomes = Object.groupBy(await Promise.all(ends), (each) => each);
    assert.deepEqual(
      Object.entries(outcomes).map(([outcome, all]) => [outcome, all?.length]),
      [
        ['answered', 48],
        ['THROTTLED late', 1],
        ['THROTTLED soon', 51],
      ],
    );
  });

  it('refuses who cannot have the place of one that is silent in time, where nothing is answered', async () => {
    const { ask, clock, pass } = lineOf({ ceiling: 4000, atATime: 2 });
    const told = times(40, () => ask('caller').catch((error) => `${error.code} after ${clock.now()} ms`));
    for (let second = 0; second < 30; second += 1) await pass(1000);
    const outcomes = Object.groupBy(await Promise.all(told), (outcome) => `${outcome}`);
    assert.equal(outcomes['THROTTLED after 4000 ms']?.length, 16);
  });

  it('tells who comes when there are places again', async () => {
    const { ask, call, clock } = lineOf({ ceiling: 4000, atATime: 1 });
    let settle: (word: Word) => void = () => {};
    for (const waiting of times(16, () => ask('waiting')))
      void waiting.then((one) => {
        settle = one;
      });
    for (let nth = 0; nth < 4; nth += 1) {
      await turn();
      clock.advance(1000);
      settle({});
    }
    const refused = (await call('hurried', { endsAt: clock.now() + 2000 })) as GatewayError;
    assert.deepEqual([refused.code, refused.retryAfterSeconds, refused.isOwn], ['THROTTLED', 2, true]);
    const late = (await call('waiting', { endsAt: clock.now() + 11_000 })) as GatewayError;
    assert.deepEqual([late.code, late.retryAfterSeconds], ['THROTTLED', 12]);
  });

  it('refuses nobody of a burst for what calls took before the line was empty', async () => {
    const { ask, clock, line } = lineOf({ ceiling: 4000, atATime: 2 });
    const settles: ((word: Word) => void)[] = [];
    for (const one of times(20, () => ask('slow'))) void one.then((settle) => settles.push(settle));
    for (let round = 0; round < 10; round += 1) {
      await turn();
      clock.advance(1500);
      for (const settle of settles.splice(0)) settle({});
    }
    times(100, () => ask('burst', { endsAt: clock.now() + 25_000 }).catch(() => {}));
    await turn();
    assert.equal(line.waiting(), 98);
  });

  it('refuses a caller that has a thousand calls in it already, as its own fault', async () => {
    const { call, line } = lineOf({ ceiling: 4000, atATime: 0 });
    times(1000, () => call('greedy'));
    const refused = await call('greedy');
    void call('modest');
    assert.ok(refused instanceof GatewayError);
    assert.deepEqual([refused.code, refused.isOwn, line.waiting()], ['THROTTLED', true, 1001]);
  });

  it('takes the place of a newcomer from whoever has most, where it is full', async () => {
    const { call, line } = lineOf({ ceiling: 10_000, atATime: 0 });
    const greedy = times(1000, () => call('greedy'));
    times(4001, (nth) => call(`caller ${nth}`));
    const [refused] = await Promise.all([greedy.at(-1)]);
    assert.ok(refused instanceof GatewayError);
    assert.deepEqual([refused.code, refused.isOwn, line.waiting()], ['THROTTLED', true, 5000]);
  });

  it('tells all who wait when Azure wants to be left alone for longer than they can wait', async () => {
    const { ask, call } = lineOf({ atATime: 1 });
    const settle = await ask('first');
    const waiting = call('second');
    settle({ isRefusal: true, retryAfterInMs: 3_600_000 });
    const refused = await waiting;
    assert.ok(refused instanceof GatewayError);
    assert.deepEqual([refused.code, refused.retryAfterSeconds, refused.isOwn], ['THROTTLED', 60, false]);
  });
});
