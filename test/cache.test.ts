import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Asked } from '../src/azure/cache/asked.ts';
import { GatewayError } from '../src/errors.ts';
import { notingIn } from '../src/stale.ts';
import { shelf } from './support/cache.ts';

const SECOND = 1000;
const down = () => new GatewayError('UPSTREAM_UNAVAILABLE', 'down');

describe('a thing that many ask for', () => {
  it('is read once, and given to all who wait', async () => {
    const { ask, begun } = shelf();
    const all = Array.from({ length: 1000 }, (_, index) => ask('a', { caller: String(index) }).answer);
    begun[0]?.answer('one');
    assert.deepEqual(new Set(await Promise.all(all)), new Set(['one']));
    assert.equal(begun.length, 1);
  });

  it('is given again while it is fresh, and then read again', async () => {
    const { read, ask, begun, clock } = shelf({ INVENTORY_TTL_SECONDS: '30' });
    await read('a', 'one');
    clock.advance(26 * SECOND);
    assert.equal(await ask('a').answer, 'one');
    clock.advance(35 * SECOND);
    ask('a');
    assert.equal(begun.length, 2);
  });

  it('does not end with all that was read when it was, and never late', async () => {
    const { read, ask, begun, clock } = shelf({ METADATA_TTL_SECONDS: '300' });
    const keys = Array.from({ length: 100 }, (_, nth) => `${nth}`);
    for (const key of keys) await read(key, key, { kind: 'metadata' });
    const askAll = () => {
      for (const key of keys) ask(key, { kind: 'metadata' });
      return begun.length - keys.length;
    };
    clock.advance(270 * SECOND - 1);
    assert.equal(askAll(), 0);
    clock.advance(15 * SECOND);
    const early = askAll();
    assert.ok(early > 0 && early < keys.length, `${early} were read again at once`);
    clock.advance(15 * SECOND + 1);
    assert.equal(askAll(), keys.length);
  });

  it('is read each time where the setting is 0', async () => {
    const { read, begun } = shelf({ INVENTORY_TTL_SECONDS: '0' });
    assert.deepEqual([await read('a', 'one'), await read('a', 'two'), begun.length], ['one', 'two', 2]);
  });

  for (const kind of ['inventory', 'secret'] as const) {
    it(`is joined for its time while it is under way, and then read anew, once in that time: ${kind}`, async () => {
      const { ask, begun, clock } = shelf({ INVENTORY_TTL_SECONDS: '5', SECRET_TTL_SECONDS: '5' });
      const readings = [];
      for (let second = 0; second < 12; second += 1) {
        ask('a', { kind });
        ask('b', { kind, maxAgeSeconds: 3600 });
        readings.push(begun.length / 2);
        clock.advance(1 * SECOND);
      }
      assert.deepEqual(readings, [1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3]);
    });

    it(`has its time from the question on, not from the answer: ${kind}`, async () => {
      const { ask, begun, clock } = shelf({ INVENTORY_TTL_SECONDS: '5', SECRET_TTL_SECONDS: '5' });
      const { answer } = ask('a', { kind });
      clock.advance(4 * SECOND);
      begun[0]?.answer('as it was 4 s ago');
      await answer;
      clock.advance(1 * SECOND);
      assert.equal(await atOnce(ask('a', { kind, maxAgeSeconds: 3600 })), undefined);
      assert.equal(begun.length, 2);
    });
  }

  it('is not spoilt by the abort of one who waits', async () => {
    const { ask, begun } = shelf();
    const [first, second] = [ask('a'), ask('a')];
    first.leave();
    await assert.rejects(first.answer, { code: 'UPSTREAM_TIMEOUT' });
    const third = ask('a');
    assert.deepEqual([begun.length, begun[0]?.signal.aborted], [1, false]);
    begun[0]?.answer('one');
    assert.deepEqual([await second.answer, await third.answer], ['one', 'one']);
  });

  it('is not read on when the last one who waits has left', async () => {
    const { ask, begun } = shelf();
    const all = [ask('a'), ask('a')];
    for (const each of all) each.leave();
    await Promise.allSettled(all.map(({ answer }) => answer));
    assert.equal(begun[0]?.signal.aborted, true);
    ask('a');
    assert.equal(begun.length, 2);
  });

  it('fails for all who wait, and is read again for the next', async () => {
    const { ask, read, begun } = shelf();
    const all = [ask('a').answer, ask('a').answer];
    begun[0]?.fail(down());
    for (const each of all) await assert.rejects(each, { code: 'UPSTREAM_UNAVAILABLE' });
    assert.equal(await read('a', 'two'), 'two');
  });

  it("is not refused to one by another's own limits", async () => {
    const { ask, begun } = shelf();
    const [first, second] = [ask('a', { caller: 'greedy' }), ask('a', { caller: 'modest' })];
    begun[0]?.fail(new GatewayError('THROTTLED', 'too much', { isOwn: true, retryAfterSeconds: 1 }));
    await assert.rejects(first.answer, { code: 'THROTTLED' });
    begun[1]?.answer('one');
    assert.equal(await second.answer, 'one');
  });

  it('has its own time: who came later waits for another reading', async () => {
    const { ask, begun, clock } = shelf();
    const early = ask('a');
    clock.advance(24 * SECOND);
    const late = ask('a');
    clock.advance(1 * SECOND);
    begun[0]?.fail(new DOMException('aborted', 'AbortError'));
    await assert.rejects(early.answer, { code: 'UPSTREAM_TIMEOUT' });
    begun[1]?.answer('one');
    assert.equal(await late.answer, 'one');
  });

  it("is refused to all by Azure's", async () => {
    const { ask, begun } = shelf();
    const all = [ask('a').answer, ask('a').answer];
    begun[0]?.fail(new GatewayError('THROTTLED', 'too much', { retryAfterSeconds: 1 }));
    for (const each of all) await assert.rejects(each, { code: 'THROTTLED' });
    assert.equal(begun.length, 1);
  });
});

describe('what is cut to rights', () => {
  it('is shared by those of equal rights alone', async () => {
    const { ask, begun } = shelf();
    for (const scopeKey of ['x', 'y', 'x']) ask('a', { scopeKey });
    assert.equal(begun.length, 2);
  });

  it('is kept for so many different rights and no more', async () => {
    const { read, begun } = shelf({ MAX_SCOPE_SETS: '2' });
    for (const scopeKey of ['x', 'y', 'z', 'z', 'y', 'x']) await read('a', scopeKey, { scopeKey });
    assert.equal(begun.length, 4);
  });
});

describe('a bound on the age', () => {
  it('of 0 takes nothing that was read before, and nothing that was begun before', async () => {
    const { read, ask, begun } = shelf();
    await read('a', 'one');
    const [before, after] = [ask('a', { maxAgeSeconds: 0 }), ask('a', { maxAgeSeconds: 0 })];
    begun[1]?.answer('old');
    begun[2]?.answer('new');
    assert.deepEqual([await before.answer, await after.answer], ['old', 'new']);
  });

  it('of 0 takes what was begun after the request came', async () => {
    const { ask, begun } = shelf();
    const { reads } = ask('other');
    const read = reads.read(reads.maxAge(0));
    ask('a');
    void read({ ...THING, act: async () => assert.fail('It was read by itself.') });
    assert.equal(begun.length, 2);
  });

  it('takes what is young enough', async () => {
    const { read, ask, begun, clock } = shelf();
    await read('a', 'one');
    clock.advance(10 * SECOND);
    assert.equal(await ask('a', { maxAgeSeconds: 10 }).answer, 'one');
    ask('a', { maxAgeSeconds: 9 });
    assert.equal(begun.length, 2);
  });

  it('never lengthens the time that a thing is kept for', async () => {
    const { read, ask, begun, clock } = shelf({ SECRET_TTL_SECONDS: '60' });
    await read('a', 'one', { kind: 'secret' });
    clock.advance(60 * SECOND);
    ask('a', { kind: 'secret', maxAgeSeconds: 3600 });
    assert.equal(begun.length, 2);
  });

  it('costs its caller, and nobody else, one of so many a minute', async () => {
    const { ask, begun, clock } = shelf({ FRESH_READS_PER_MINUTE: '3' });
    const fresh = (caller: string) => ask('a', { caller, maxAgeSeconds: 0 }).answer;
    for (let nth = 0; nth < 3; nth++) fresh('greedy');
    await assert.rejects(fresh('greedy'), { code: 'THROTTLED', retryAfterSeconds: 20, isOwn: true });
    fresh('modest');
    assert.equal(begun.length, 4);
    clock.advance(20 * SECOND);
    fresh('greedy');
    assert.equal(begun.length, 5);
  });

  it('costs nothing where what is kept is young enough, or would be read anyway', async () => {
    const { read, ask } = shelf({ FRESH_READS_PER_MINUTE: '1', INVENTORY_TTL_SECONDS: '30' });
    await read('a', 'one');
    for (let nth = 0; nth < 5; nth++) assert.equal(await ask('a', { maxAgeSeconds: 5 }).answer, 'one');
    for (const key of ['b', 'c']) assert.equal(await read(key, key, { maxAgeSeconds: 30 }), key);
    for (const key of ['d', 'e']) assert.equal(await read(key, key, { maxAgeSeconds: 5 }), key);
  });

  it('costs nothing for what is read ahead', async () => {
    const { read, ask, begun, clock } = shelf({ FRESH_READS_PER_MINUTE: '1', SECRET_TTL_SECONDS: '60' });
    await read('a', 'one', { kind: 'secret' });
    clock.advance(50 * SECOND);
    for (let nth = 0; nth < 3; nth++) assert.equal(await ask('a', { kind: 'secret', maxAgeSeconds: 55 }).answer, 'one');
    assert.equal(begun.length, 2);
    ask('b', { maxAgeSeconds: 0 });
    assert.equal(begun.length, 3);
  });

  it('below 0 is refused before anything is read', () => {
    const { ask, begun } = shelf();
    assert.throws(() => ask('a', { maxAgeSeconds: -1 }), { code: 'BAD_USER_INPUT' });
    assert.equal(begun.length, 0);
  });
});

describe('inventory that is past its time', () => {
  it('is given once more while it is read again', async () => {
    const { read, ask, begun, clock } = shelf({ INVENTORY_TTL_SECONDS: '30' });
    await read('a', 'one');
    clock.advance(31 * SECOND);
    const staleness = { ageInMs: 0 };
    const { answer } = notingIn(staleness, () => ask('a'));
    assert.equal(await answer, 'one');
    assert.deepEqual(staleness, { ageInMs: 31 * SECOND });
    begun[1]?.answer('two');
    await settled();
    assert.equal(await ask('a').answer, 'two');
  });

  it('is given for as long again while it is read again, though for no time while Azure is down', async () => {
    const { read, ask, begun, clock } = shelf({ INVENTORY_TTL_SECONDS: '30', MAX_STALE_SECONDS: '0' });
    await read('a', 'one');
    clock.advance(30 * SECOND);
    assert.equal(await atOnce(ask('a')), 'one');
    begun[1]?.fail(new GatewayError('THROTTLED', 'later', { retryAfterSeconds: 1 }));
    await settled();
    clock.advance(23 * SECOND);
    assert.equal(await atOnce(ask('a')), 'one');
    begun[2]?.fail(down());
    await settled();
    const { answer } = ask('a');
    begun[3]?.fail(down());
    await assert.rejects(answer, { code: 'UPSTREAM_UNAVAILABLE' });
  });

  it('is given no longer than while Azure is down once that was so, whatever fails after', async () => {
    const { read, ask, begun, clock } = shelf({ INVENTORY_TTL_SECONDS: '30', MAX_STALE_SECONDS: '10' });
    await read('a', 'one');
    for (const failure of [down(), new GatewayError('THROTTLED', 'later', { retryAfterSeconds: 1 })]) {
      clock.advance((begun.length === 1 ? 30 : 4) * SECOND);
      assert.equal(await atOnce(ask('a')), 'one');
      begun.at(-1)?.fail(failure);
      await settled();
    }
    clock.advance(6 * SECOND);
    const late = ask('a');
    assert.equal(await atOnce(late), undefined);
    begun[3]?.answer('two');
    assert.equal(await late.answer, 'two');
  });

  it('is given while Azure is down, for so long and no longer', async () => {
    const { read, ask, begun, clock } = shelf({ MAX_STALE_SECONDS: '600' });
    await read('a', 'one');
    clock.advance(600 * SECOND);
    const late = ask('a');
    begun[1]?.fail(down());
    assert.equal(await late.answer, 'one');
    clock.advance(31 * SECOND);
    const tooLate = ask('a');
    begun[2]?.fail(down());
    await assert.rejects(tooLate.answer, { code: 'UPSTREAM_UNAVAILABLE' });
  });

  for (const [what, ends] of [
    ['failed', ({ begun }) => begun[1]?.fail(down())],
    ['brought nothing for 5 s', ({ clock }) => clock.advance(5 * SECOND)],
  ] satisfies [string, (of: ReturnType<typeof shelf>) => void][]) {
    it(`is given at once, and read again behind, for 5 s after a reading ${what}`, async () => {
      const of = shelf();
      const { read, ask, begun, clock } = of;
      await read('a', 'one');
      clock.advance(100 * SECOND);
      const first = ask('a');
      ends(of);
      assert.equal(await first.answer, 'one');
      clock.advance(4 * SECOND);
      assert.deepEqual([await atOnce(ask('a')), await atOnce(ask('a'))], ['one', 'one']);
      const readings = begun.length;
      assert.equal(readings, what === 'failed' ? 3 : 2);
      begun[readings - 1]?.answer('two');
      await settled();
      const staleness = { ageInMs: 0 };
      const { answer } = notingIn(staleness, () => ask('a'));
      assert.deepEqual([await answer, staleness.ageInMs, begun.length], ['two', 0, readings]);
    });
  }

  it('is given after 5 s, and what is late lands for those who come later, though that request is over', async () => {
    const { read, ask, begun, clock } = shelf();
    await read('a', 'one');
    clock.advance(100 * SECOND);
    const first = ask('a');
    clock.advance(5 * SECOND);
    assert.equal(await first.answer, 'one');
    first.leave();
    await settled();
    assert.equal(begun[1]?.signal.aborted, false);
    begun[1]?.answer('two');
    await settled();
    assert.deepEqual([await ask('a').answer, begun.length], ['two', 2]);
  });

  it('is waited for again 5 s after the last failure, by whoever bounds its age at any time', async () => {
    const { read, ask, begun, clock } = shelf();
    await read('a', 'one');
    clock.advance(100 * SECOND);
    const first = ask('a');
    begun[1]?.fail(down());
    await first.answer;
    const bounded = ask('a', { maxAgeSeconds: 50 });
    begun[2]?.fail(down());
    await assert.rejects(bounded.answer, { code: 'UPSTREAM_UNAVAILABLE' });
    clock.advance(4 * SECOND);
    assert.equal(await atOnce(ask('a')), 'one');
    begun[3]?.fail(down());
    await settled();
    clock.advance(4 * SECOND);
    assert.equal(await atOnce(ask('a')), 'one');
    begun[4]?.fail(down());
    await settled();
    clock.advance(5 * SECOND);
    const waiting = ask('a');
    assert.equal(await atOnce(waiting), undefined);
    begun[5]?.answer('two');
    assert.equal(await waiting.answer, 'two');
  });

  it('is waited for again as soon as Azure says what is no outage', async () => {
    const { read, ask, begun, clock } = shelf();
    await read('a', 'one');
    clock.advance(100 * SECOND);
    const first = ask('a');
    begun[1]?.fail(down());
    await first.answer;
    assert.equal(await atOnce(ask('a')), 'one');
    begun[2]?.fail(new GatewayError('THROTTLED', 'later', { retryAfterSeconds: 1 }));
    await settled();
    const { answer } = ask('a');
    begun[3]?.fail(new GatewayError('THROTTLED', 'later', { retryAfterSeconds: 1 }));
    await assert.rejects(answer, { code: 'THROTTLED' });
  });

  for (const [what, error] of [
    ['refuses', new GatewayError('FORBIDDEN', 'no')],
    ['does not know the identity', new GatewayError('IDENTITY_UNAVAILABLE', 'no', { cause: { statusCode: 401 } })],
    [
      'may be what refuses',
      new GatewayError('UPSTREAM_UNAVAILABLE', 'Something before it answered 403.', { cause: { statusCode: 403 } }),
    ],
    ['has no more room', new GatewayError('THROTTLED', 'later', { retryAfterSeconds: 1 })],
  ] as const) {
    it(`is not given when Azure ${what}`, async () => {
      const { read, ask, begun, clock } = shelf();
      await read('a', 'one');
      clock.advance(100 * SECOND);
      const { answer } = ask('a');
      begun[1]?.fail(error);
      await assert.rejects(answer, { code: error.code });
    });
  }

  it('is forgotten once Azure has refused it', () => assertForgotten('one'));

  it('is not given past a change of the policy, nor to whoever bounds its age', async () => {
    const { read, ask, begun, clock } = shelf();
    await read('a', 'one', { policyVersion: '1' });
    clock.advance(100 * SECOND);
    const [changed, bounded] = [ask('a', { policyVersion: '2' }), ask('a', { maxAgeSeconds: 200 })];
    begun[1]?.fail(down());
    for (const { answer } of [changed, bounded]) await assert.rejects(answer, { code: 'UPSTREAM_UNAVAILABLE' });
  });
});

describe('a secret', () => {
  const kind = 'secret';

  it('is never given past its time, though Azure is down', async () => {
    const { read, ask, begun, clock } = shelf({ SECRET_TTL_SECONDS: '60' });
    await read('a', 'one', { kind });
    clock.advance(60 * SECOND);
    const { answer } = ask('a', { kind });
    begun[1]?.fail(down());
    await assert.rejects(answer, { code: 'UPSTREAM_UNAVAILABLE' });
  });

  it('is read again before its time is over, beside those who ask', async () => {
    const { read, ask, begun, clock } = shelf({ SECRET_TTL_SECONDS: '60' });
    await read('a', 'one', { kind });
    clock.advance(50 * SECOND);
    assert.equal(await ask('a', { kind }).answer, 'one');
    begun[1]?.answer('two');
    await settled();
    assert.equal(await ask('a', { kind }).answer, 'two');
    assert.equal(begun.length, 2);
  });

  it('is not given past its own expiry', async () => {
    const { read, ask, begun, clock } = shelf({ SECRET_TTL_SECONDS: '60' });
    await read('a', 'one', { kind, expiresAt: new Date(5 * SECOND) });
    clock.advance(5 * SECOND);
    ask('a', { kind });
    assert.equal(begun.length, 2);
  });

  it('that has expired is read once for all who ask in one moment, and kept for nobody after', async () => {
    const { ask, begun, clock, wiped } = shelf();
    clock.advance(10 * SECOND);
    const expired = { kind, expiresAt: new Date(5 * SECOND) } as const;
    for (const reading of [1, 2]) {
      const all = Array.from({ length: 100 }, () => ask('a', expired).answer);
      begun[reading - 1]?.answer('one');
      assert.deepEqual([new Set(await Promise.all(all)), begun.length], [new Set(['one']), reading]);
      await settled();
      assert.equal(wiped.length, reading);
    }
  });

  it('is forgotten as it was before once it is seen to have expired', async () => {
    const { read, ask, begun, clock, wiped } = shelf({ SECRET_TTL_SECONDS: '60' });
    await read('a', 'before', { kind });
    clock.advance(10 * SECOND);
    await read('a', 'expired', { kind, maxAgeSeconds: 0, expiresAt: new Date(5 * SECOND) });
    await settled();
    ask('a', { kind });
    assert.deepEqual([begun.length, wiped.map(({ text }) => text)], [3, ['before', 'expired']]);
  });

  for (const [how, code] of [
    ['refused', 'FORBIDDEN'],
    ['disabled', 'SECRET_DISABLED'],
  ] as const) {
    it(`is wiped when it turns out to be ${how}`, async () => {
      const { read, ask, begun, clock, wiped } = shelf({ SECRET_TTL_SECONDS: '60' });
      await read('a', 'one', { kind });
      clock.advance(50 * SECOND);
      await ask('a', { kind }).answer;
      begun[1]?.fail(new GatewayError(code, 'no'));
      await settled();
      assert.deepEqual(wiped, [{ text: 'one' }]);
    });
  }

  it('is wiped when it is found gone, replaced or past its time, and at the end', async () => {
    const { read, cache, clock, wiped, ask } = shelf({ SECRET_TTL_SECONDS: '60' });
    for (const key of ['gone', 'replaced', 'kept']) await read(key, key, { kind });
    await read('gone', null, { kind, maxAgeSeconds: 0 });
    await read('replaced', 'again', { kind, maxAgeSeconds: 0 });
    assert.deepEqual(
      wiped.map(({ text }) => text),
      ['gone', 'replaced'],
    );
    clock.advance(60 * SECOND);
    await read('last', 'last', { kind });
    cache.close();
    assert.deepEqual(wiped.map(({ text }) => text).sort(), ['again', 'gone', 'kept', 'last', 'replaced']);
    assert.ok(ask);
  });

  it('is wiped after its last reader where it is not kept', async () => {
    const { ask, begun, wiped } = shelf({ SECRET_TTL_SECONDS: '0' });
    const all = [ask('a', { kind }), ask('b', { kind })];
    begun[0]?.answer('one');
    await all[0]?.answer;
    await settled();
    assert.deepEqual(wiped, [{ text: 'one' }]);
  });
});

describe('what one reading finds and another does not', () => {
  for (const [older, newer] of [
    [null, 'new'],
    ['old', null],
    ['old', 'new'],
  ] as const) {
    it(`is kept as whichever began later has it, where both land together: ${newer} after ${older}`, async () => {
      for (const order of [
        [0, 1],
        [1, 0],
      ]) {
        const { ask, begun } = shelf();
        const asked = [ask('a'), ask('a', { maxAgeSeconds: 0 })];
        for (const nth of order) begun[nth]?.answer(nth === 0 ? older : newer);
        await Promise.all(asked.map(({ answer }) => answer));
        await settled();
        assert.deepEqual([await ask('a').answer, begun.length], [newer, 2]);
      }
    });
  }
});

describe('what does not exist', () => {
  it('is asked for again after a shorter time', async () => {
    const { read, ask, begun, clock } = shelf({ ABSENCE_TTL_SECONDS: '5' });
    await read('a', null);
    clock.advance(4 * SECOND);
    assert.equal(await ask('a').answer, null);
    clock.advance(1 * SECOND);
    ask('a');
    assert.equal(begun.length, 2);
  });

  it('is not given past that time while it is asked for again, but while Azure is down', async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] });
    const { read, ask, begun, clock } = shelf({ ABSENCE_TTL_SECONDS: '5' });
    await read('a', null);
    clock.advance(6 * SECOND);
    const { answer } = ask('a');
    begun[1]?.answer('made meanwhile');
    assert.equal(await answer, 'made meanwhile');
    await read('b', null);
    clock.advance(100 * SECOND);
    t.mock.timers.tick(SECOND);
    const staleness = { ageInMs: 0 };
    const bridged = notingIn(staleness, () => ask('b'));
    begun.at(-1)?.fail(down());
    assert.deepEqual([await bridged.answer, staleness.ageInMs], [null, 100 * SECOND]);
  });

  it('is forgotten once Azure has refused it', () => assertForgotten(null));

  it('drives out nothing that does, however much of it there is', async () => {
    const { read, ask, begun } = shelf({ CACHE_MEGABYTES: '1' });
    await read('value', 'one');
    for (let nth = 0; nth < 8_000; nth++) await read(`invented-${nth}`, null);
    assert.equal(await read('value', 'read anew'), 'one');
    assert.equal(begun.length, 8_001);
    ask('invented-0');
    assert.equal(begun.length, 8_002);
  });
});

/** When all that is due now has been done. */
async function assertForgotten(text: string | null): Promise<void> {
  const { read, ask, begun, clock } = shelf();
  await read('a', text);
  clock.advance(100 * SECOND);
  ask('a');
  begun[1]?.fail(new GatewayError('FORBIDDEN', 'no'));
  await settled();
  const { answer } = ask('a');
  begun[2]?.fail(down());
  await assert.rejects(answer, { code: 'UPSTREAM_UNAVAILABLE' });
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

/** What is answered without waiting; undefined: nothing. */
const atOnce = ({ answer }: { readonly answer: Promise<string | null> }) => Promise.race([answer, settled()]);

const THING: Omit<Asked<never>, 'act'> = {
  ...{ kind: 'inventory', key: 'a', operation: 'things.get', source: 'ARM' },
  upstream: { host: 'azure', grant: 'a role' },
};
