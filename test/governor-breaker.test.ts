import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Fault } from '../emulator/azure.ts';
import { createManualClock } from '../emulator/clock.ts';
import { createBreaker } from '../src/azure/governor/breaker.ts';
import { faultyGateway } from './support/fault.ts';
import { codes, NOTHING_KEPT } from './support/gateway.ts';
import { callTo, type Governed, governedOver, outcomeOf } from './support/governor.ts';

const NOT_AGAIN = { headers: { 'retry-after': '3600' } };

/** A breaker whose upstream answers statuses. */
function breaker() {
  const clock = createManualClock(0);
  const changes: string[] = [];
  const rules = {
    isFailure: (status: number) => status >= 500,
    isFailureOf: ({ message }: Error) => message !== 'gone',
    instead: () => new Error('open'),
    changed: (to: string) => changes.push(to),
  };
  const { isOpen, run } = createBreaker<number>(rules, clock);
  let made = 0;
  const call = (answer: number | Promise<number>, signal?: AbortSignal) =>
    run(async () => {
      made += 1;
      return answer;
    }, signal).catch((error: Error) => error.message);
  /** One that is not answered, and whose caller leaves when the test says so. */
  const leaving = () => {
    const gone = new AbortController();
    const { promise, reject } = Promise.withResolvers<number>();
    gone.signal.addEventListener('abort', () => reject(new Error('gone')));
    return { outcome: call(promise, gone.signal), leave: () => gone.abort() };
  };
  return { clock, isOpen, call, leaving, made: () => made, changes };
}

async function open({ call, clock }: ReturnType<typeof breaker>): Promise<void> {
  for (let failure = 0; failure < 5; failure += 1) {
    clock.advance(250);
    await call(500);
  }
}

describe('the breaker of an upstream', () => {
  it('opens after five failures in a row over a second, and refuses the next call at once', async () => {
    const upstream = breaker();
    await open(upstream);
    assert.deepEqual([upstream.isOpen(), await upstream.call(200), upstream.made()], [true, 'open', 5]);
  });

  it('stays closed where failures come all at once, or answers in between', async () => {
    const burst = breaker();
    await Promise.all(Array.from({ length: 50 }, () => burst.call(500)));
    const mixed = breaker();
    for (const status of [500, 500, 500, 500, 404, 500, 500, 500, 500]) {
      mixed.clock.advance(1000);
      await mixed.call(status);
    }
    assert.deepEqual([burst.isOpen(), mixed.isOpen()], [false, false]);
  });

  it('lets one call try after half a second, the others wait for it, and all go when it is answered', async () => {
    const upstream = breaker();
    await open(upstream);
    upstream.clock.advance(500);
    const { promise, resolve } = Promise.withResolvers<number>();
    const calls = [upstream.call(promise), upstream.call(200), upstream.call(201)];
    await turn();
    assert.equal(upstream.made(), 6);
    resolve(200);
    assert.deepEqual(await Promise.all(calls), [200, 200, 201]);
    assert.deepEqual(upstream.changes, ['open', 'closed']);
  });

  it('stays open where that one fails, and tells those that wait', async () => {
    const upstream = breaker();
    await open(upstream);
    upstream.clock.advance(500);
    assert.deepEqual(await Promise.all([upstream.call(503), upstream.call(200)]), [503, 'open']);
    assert.deepEqual([upstream.isOpen(), upstream.changes], [true, ['open']]);
  });

  it('lets another try where that one is silent for a second, and closes with whichever is answered', async () => {
    for (const first of ['the one before', 'the next one']) {
      const upstream = breaker();
      await open(upstream);
      upstream.clock.advance(500);
      const { promise, resolve } = Promise.withResolvers<number>();
      const silent = upstream.call(promise);
      await turn();
      upstream.clock.advance(1000);
      await turn();
      assert.equal(upstream.isOpen(), true);
      if (first === 'the one before') resolve(200);
      else upstream.clock.advance(500);
      assert.equal(await (first === 'the one before' ? silent : upstream.call(200)), 200);
      assert.deepEqual([upstream.made(), upstream.changes], [first === 'the one before' ? 6 : 7, ['open', 'closed']]);
    }
  });

  it('stays open where the caller of that one leaves, which tells nothing: the next one tries at once', async () => {
    const upstream = breaker();
    await open(upstream);
    upstream.clock.advance(500);
    for (let nth = 0; nth < 3; nth += 1) {
      const { outcome, leave } = upstream.leaving();
      await turn();
      leave();
      assert.deepEqual([await outcome, upstream.made(), upstream.changes], ['gone', 6 + nth, ['open']]);
    }
    assert.deepEqual(await Promise.all([upstream.call(503), upstream.call(200)]), [503, 'open']);
    assert.deepEqual([upstream.isOpen(), upstream.made(), upstream.changes], [true, 9, ['open']]);
  });

  it('has the first of those who wait try where the caller of that one leaves, and the others wait for that', async () => {
    for (const [answer, outcomes, made] of [
      [200, [200, 200, 200], 9],
      [503, [503, 'open', 'open'], 7],
    ] as const) {
      const upstream = breaker();
      await open(upstream);
      upstream.clock.advance(500);
      const { outcome, leave } = upstream.leaving();
      await turn();
      const waiting = [upstream.call(answer), upstream.call(200), upstream.call(200)];
      leave();
      assert.deepEqual([await outcome, await Promise.all(waiting), upstream.made()], ['gone', outcomes, made]);
    }
  });

  it('lets nobody wait for more than a second, or for longer than it wants to', async () => {
    const upstream = breaker();
    await open(upstream);
    upstream.clock.advance(500);
    const gone = new AbortController();
    void upstream.call(new Promise(() => {}));
    const [waiting, leaving] = [upstream.call(200), upstream.call(200, gone.signal)];
    gone.abort(new Error('gone'));
    await turn();
    upstream.clock.advance(1000);
    assert.deepEqual(await Promise.all([waiting, leaving]), ['open', 'gone']);
    assert.equal(upstream.made(), 6);
  });
});

describe('a secret that fails', () => {
  const secretOf = (name: string) => `{ secret(name: "${name}") { value } }`;
  const other = secretOf('billing-api-key');

  it('is left alone, and the others of its vault are not', async () => {
    const gateway = await faultyGateway({ env: NOTHING_KEPT });
    await gateway.ask(other);
    gateway.azure.addFault({ service: 'key-vault', path: 'SampleSecret', status: 500 });
    for (let nth = 0; nth < 24; nth += 1) {
      const failing = await gateway.timed(gateway.ask(secretOf('SampleSecret')));
      assert.deepEqual(codes(failing.result), ['UPSTREAM_UNAVAILABLE']);
      if (nth > 4) assert.deepEqual(codes(await gateway.ask(other)), []);
      await gateway.pass(300);
    }
    const sent = gateway.requested.filter(({ pathname }) => /SampleSecret/.test(pathname)).length;
    assert.ok(sent < 48, `sent ${sent} times`);
  });

  it('is a sign of its vault where others fail too: then none is asked for', async () => {
    const gateway = await faultyGateway({ env: NOTHING_KEPT });
    await gateway.ask(other);
    gateway.azure.addFault({ service: 'key-vault', status: 503, ...NOT_AGAIN });
    for (let nth = 0; nth < 5; nth += 1) {
      await gateway.ask(secretOf(`secret-${nth}`));
      await gateway.pass(250);
    }
    const before = gateway.requested.length;
    assert.deepEqual(codes(await gateway.ask(other)), ['UPSTREAM_UNAVAILABLE']);
    assert.equal(gateway.requested.length, before);
    assert.deepEqual(codes(await gateway.ask('{ resourceGroups { name } }')), []);
  });
});

describe('a vault that fails', () => {
  it('is left alone, and others are asked, even for secrets of the same names', async () => {
    const gateway = await faultyGateway({ env: NOTHING_KEPT });
    const of = (vault: string, nth: number) => `{ secret(vault: "${vault}", name: "secret-${nth}") { value } }`;
    gateway.azure.addFault({ service: 'key-vault', host: 'contoso-vault.vault.azure.net', status: 503, ...NOT_AGAIN });
    for (let nth = 0; nth < 12; nth += 1) {
      await gateway.ask(of('contoso-vault', nth % 2));
      await gateway.pass(200);
    }
    const before = gateway.requested.length;
    assert.deepEqual(codes(await gateway.ask(of('contoso-vault', 0))), ['UPSTREAM_UNAVAILABLE']);
    assert.equal(gateway.requested.length, before);
    assert.deepEqual(await gateway.ask(of('contoso-payments', 0)), { data: { secret: null } });
  });

  it('is none where it has no address: who asks hears that, however often', async () => {
    const gateway = await faultyGateway();
    for (let nth = 0; nth < 12; nth += 1) {
      const { errors } = await gateway.ask(`{ secret(vault: "contoso-nowhere", name: "secret-${nth % 2}") { name } }`);
      assert.match(errors?.[0]?.message ?? '', /^contoso-nowhere\.vault\.azure\.net has no address\./);
      await gateway.pass(200);
    }
  });
});

describe('an upstream that fails', () => {
  const gone: Omit<Fault, 'service'> = { status: 503, ...NOT_AGAIN };
  const failFiveTimes = async (governed: Governed) => {
    for (let failure = 0; failure < 5; failure += 1) {
      const outcome = outcomeOf(callTo(governed, 'arm', governed.readerOf('caller')));
      await governed.pass(250);
      await outcome;
    }
    governed.azure.clearCalls();
  };

  it('is asked no more for a moment, and costs nothing of its quota, while the others answer', async () => {
    const governed = governedOver();
    governed.azure.addFault({ service: 'arm', ...gone });
    await failFiveTimes(governed);
    const [spent] = governed.clients.governor.limits();
    const outcomes = [];
    for (const kind of ['arm', 'resource-graph', 'key-vault'] as const)
      outcomes.push(await outcomeOf(callTo(governed, kind, governed.readerOf('caller'))));
    assert.deepEqual(outcomes, ['UPSTREAM_UNAVAILABLE', 'ok', 'ok']);
    assert.ok(governed.azure.calls.every(({ service }) => service !== 'arm'));
    assert.equal(governed.clients.governor.limits()[0]?.remaining, spent?.remaining);
  });

  it('costs nothing of its quota either where the call that tries does not come back', async () => {
    const governed = governedOver();
    governed.azure.addFault({ service: 'arm', ...gone });
    await failFiveTimes(governed);
    await governed.pass(10_000);
    governed.azure.fetch = neverAnswering;
    void outcomeOf(callTo(governed, 'arm', governed.readerOf('trying')));
    const waiting = outcomeOf(callTo(governed, 'arm', governed.readerOf('waiting')));
    await governed.pass(1000);
    assert.equal(await waiting, 'UPSTREAM_UNAVAILABLE');
    assert.equal(governed.clients.governor.limits()[0]?.remaining, 249);
  });

  it('is asked again within a second of its return', async () => {
    const governed = governedOver();
    governed.azure.addFault({ service: 'arm', ...gone });
    await failFiveTimes(governed);
    governed.azure.clearFaults();
    await governed.pass(1000);
    assert.equal(await outcomeOf(callTo(governed, 'arm', governed.readerOf('caller'))), 'ok');
  });

  it('is not taken for well because the caller of the one that tries has left', async () => {
    const governed = governedOver();
    governed.azure.addFault({ service: 'arm', ...gone });
    await failFiveTimes(governed);
    await governed.pass(500);
    const { fetch } = governed.azure;
    governed.azure.fetch = neverAnswering;
    const leaving = new AbortController();
    const left = outcomeOf(callTo(governed, 'arm', governed.readerOf('leaving', { signal: leaving.signal })));
    await governed.pass(1);
    leaving.abort();
    assert.equal(await left, 'UPSTREAM_TIMEOUT');
    governed.azure.fetch = fetch;
    const next = [1, 2, 3].map(() => outcomeOf(callTo(governed, 'arm', governed.readerOf('next'))));
    await governed.pass(1000);
    assert.deepEqual(await Promise.all(next), Array(3).fill('UPSTREAM_UNAVAILABLE'));
    assert.equal(governed.azure.calls.length, 1);
  });

  it('is asked again within a second of its return, though the call that tried hung then', async () => {
    const governed = governedOver();
    governed.azure.addFault({ service: 'arm', ...gone });
    await failFiveTimes(governed);
    await governed.pass(500);
    const { fetch } = governed.azure;
    governed.azure.clearFaults();
    governed.azure.fetch = neverAnswering;
    void outcomeOf(callTo(governed, 'arm', governed.readerOf('trying')));
    await governed.pass(1);
    governed.azure.fetch = fetch;
    await governed.pass(999, 111);
    assert.equal(await outcomeOf(callTo(governed, 'arm', governed.readerOf('caller'))), 'ok');
  });

  for (const status of [400, 401, 403, 404, 429])
    it(`is not one that answers ${status}`, async () => {
      const governed = governedOver();
      await callTo(governed, 'arm', governed.readerOf('caller'));
      governed.azure.clearCalls();
      const body = { error: { code: 'X', message: 'x' } };
      governed.azure.addFault({ service: 'arm', status, body, headers: { 'x-ms-request-id': 'r' } });
      for (let call = 0; call < 10; call += 1) {
        void outcomeOf(callTo(governed, 'arm', governed.readerOf('caller')));
        await governed.pass(400);
      }
      await governed.pass(20_000, 250);
      assert.equal(governed.azure.calls.filter(({ service }) => service === 'arm').length, 10);
    });

  for (const [seconds, outcome] of [
    [5, 'UPSTREAM_UNAVAILABLE'],
    [4, 'ok'],
  ] as const) {
    it(`is told by calls that are given up after ${seconds} s: ${outcome}`, async () => {
      const governed = governedOver();
      await callTo(governed, 'arm', governed.readerOf('caller'));
      await governed.rest();
      const answering = governed.azure.fetch;
      governed.azure.fetch = neverAnswering;
      for (let call = 0; call < 5; call += 1) {
        const gone = new AbortController();
        const given = outcomeOf(callTo(governed, 'arm', governed.readerOf('caller', { signal: gone.signal })));
        await governed.pass(seconds * 1000);
        gone.abort();
        await given;
      }
      governed.azure.fetch = answering;
      assert.equal(await outcomeOf(callTo(governed, 'arm', governed.readerOf('caller'))), outcome);
    });
  }
});

const neverAnswering = ({ signal }: Request): Promise<Response> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
