import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock } from '../emulator/clock.ts';
import { createGovernor, type Governor } from '../src/azure/governor/governor.ts';
import { createPlaces } from '../src/azure/governor/place.ts';
import type { Clock } from '../src/clock.ts';
import { startTrace } from '../src/telemetry/trace.ts';
import { callTo, type Governed, governedOver, type Kind, outcomeOf } from './support/governor.ts';
import { bear } from './support/load.ts';

const CALLERS = 20;
// 15 in 5 s, for 20.
const CEILING = 60;

describe('ten times what Azure takes, of 20 equal callers', () => {
  // The same of ARM and of vaults, whose quotas are larger, is in test/heavy.
  it('meets no 429, uses nine tenths of the ceiling and serves them alike', async () => {
    const governed = governedOver();
    const offer = (caller: string) => outcomeOf(callTo(governed, 'resource-graph', governed.readerOf(caller)));
    await warmUp(governed, 'resource-graph');
    const borne = await bear(governed, 'resource-graph', { perSecond: 30, seconds: 20, callers: CALLERS, offer });
    assert.equal(borne.answers[429] ?? 0, 0);
    assert.ok((borne.answers[200] ?? 0) >= 0.9 * CEILING, `${borne.answers[200]} of ${CEILING}`);
    assert.ok(borne.busiest <= 1.3 * borne.quietest, `${borne.busiest} and ${borne.quietest}`);
    assert.deepEqual(Object.keys(borne.outcomes).sort(), ['THROTTLED', 'ok']);
  });
});

describe('a vault that takes a fifth of a second for each answer', () => {
  // 16 at a time are 80 a second, 2,000 in the 25 s that each request has.
  it('answers as many as it can, and the others hear so at once, not at their end', async () => {
    const governed = governedOver();
    const { azure, clock } = governed;
    await warmUp(governed, 'key-vault');
    const { fetch } = azure;
    azure.fetch = (request) => clock.sleep(200).then(() => fetch(request));
    const ends = Array.from({ length: 4000 }, async (_, nth) => {
      const signal = new AbortController();
      void clock.sleep(25_000).then(() => signal.abort());
      const read = governed.readerOf(`caller ${nth % CALLERS}`, { signal: signal.signal });
      const outcome = await outcomeOf(callTo(governed, 'key-vault', read));
      return outcome === 'ok' || clock.now() - startedAt <= 1000 ? outcome : `${outcome} late`;
    });
    const startedAt = clock.now();
    await governed.pass(26_000, 100);
    const outcomes = await Promise.all(ends);
    const count = Object.groupBy(outcomes, (outcome) => outcome);
    assert.deepEqual(Object.keys(count).sort(), ['THROTTLED', 'ok']);
    assert.ok((count.ok?.length ?? 0) >= 1900, `${count.ok?.length} of 2,000`);
  });
});

describe('a vault that is new to the process and slow', () => {
  it('is challenged once more each second, not once for each who waits', async () => {
    const governed = governedOver();
    const { azure, clock } = governed;
    const { fetch } = azure;
    azure.fetch = (request) => (isOfVault(request) ? clock.sleep(3000) : Promise.resolve()).then(() => fetch(request));
    const ends = Array.from({ length: 40 }, (_, nth) =>
      outcomeOf(callTo(governed, 'key-vault', governed.readerOf(`caller ${nth}`))),
    );
    await governed.pass(20_000, 100);
    const statuses = azure.calls.filter(({ service }) => service === 'key-vault').map(({ status }) => status);
    assert.deepEqual(await Promise.all(ends), Array(40).fill('ok'));
    assert.deepEqual([statuses.filter((status) => status === 401).length, statuses.length], [3, 43]);
  });
});

const isOfVault = ({ url }: Request): boolean => new URL(url).host.endsWith('vault.azure.net');

describe('the calls of one request', () => {
  it('are counted where they are made, and not where the line refuses them', async () => {
    const governed = governedOver({ env: { MAX_UPSTREAM_CALLS: '3' } });
    const read = governed.readerOf('caller');
    const ask = () => outcomeOf(callTo(governed, 'resource-graph', read));
    for (let call = 0; call < 15; call += 1)
      await outcomeOf(callTo(governed, 'resource-graph', governed.readerOf('other')));
    const impatient = governed.readerOf('impatient', { seconds: 1 });
    const refused = [];
    for (let call = 0; call < 5; call += 1)
      refused.push(await outcomeOf(callTo(governed, 'resource-graph', impatient)));
    await governed.pass(5000);
    const made = [
      await outcomeOf(callTo(governed, 'resource-graph', impatient)),
      await ask(),
      await ask(),
      await ask(),
    ];
    assert.deepEqual(refused, Array(5).fill('THROTTLED'));
    assert.deepEqual([...made, await ask()], ['ok', 'ok', 'ok', 'ok', 'THROTTLED']);
  });
});

describe('the quotas of many subscriptions', () => {
  it('are not forgotten for names that are asked for once', async () => {
    const clock = createManualClock();
    const governor = createGovernor({ share: 1, maxUpstreamCalls: 10_000 }, clock);
    const admit = async (name: string) => {
      const origin = { requestId: 'request', trace: startTrace(null), calls: [], saved: [] };
      const signal = new AbortController().signal;
      const places = createPlaces({ callerId: 'caller', endsAt: clock.now() + 1, isForced: false });
      const work = { origin, operation: 'test', places, signal };
      (await governor.admit({ api: 'arm', host: 'azure', name }, work, signal))({});
    };
    for (let call = 0; call < 225; call += 1) await admit('real');
    for (let nth = 0; nth < 1500; nth += 1) await admit(`invented ${nth}`);
    await assert.rejects(admit('real'), { code: 'THROTTLED' });
    assert.equal(governor.limits().length, 1000);
  });
});

describe('reads forced below the TTL', () => {
  const ceilings = { arm: 250, 'resource-graph': 15, 'key-vault': 4000 } as const;
  for (const [api, ceiling] of Object.entries(ceilings)) {
    it(`take half of the quota at most, and leave the other to all others: ${api}`, async () => {
      const clock = createManualClock();
      const governor = createGovernor({ share: 1, maxUpstreamCalls: 10_000 }, clock);
      const forced = await admissions(governor, clock, true, api as Kind)();
      const plain = await admissions(governor, clock, false, api as Kind)();
      assert.ok(forced > 0.4 * ceiling && forced <= ceiling / 2, `${forced} forced`);
      assert.ok(plain > 0.4 * ceiling, `${plain} more`);
    });
  }

  for (const share of [0.07, 0.1, 0.125, 0.2]) {
    it(`take every other query of Resource Graph at most where there are few: a share of ${share}`, async () => {
      const clock = createManualClock();
      const governor = createGovernor({ share, maxUpstreamCalls: 10_000 }, clock);
      const [forced, both] = [admissions(governor, clock, true), admissions(governor, clock, false)];
      let count = { forced: 0, plain: 0 };
      for (let window = 0; window < 12; window += 1) {
        count = { forced: count.forced + (await forced()), plain: count.plain + (await both()) };
        clock.advance(5100);
      }
      const ceiling = 12 * Math.max(1, Math.floor(15 * share));
      assert.equal(count.forced + count.plain, ceiling);
      assert.ok(count.forced >= 0.3 * ceiling && count.forced <= ceiling / 2, `${count.forced} of ${ceiling} forced`);
    });
  }
});

async function warmUp(governed: Governed, kind: Kind): Promise<void> {
  await callTo(governed, kind, governed.readerOf('first'));
  await governed.pass(60_000);
  governed.azure.clearCalls();
}

/** How many calls are let in at once, by whoever wants as many as there are. */
function admissions(governor: Governor, clock: Clock, isForced: boolean, api: Kind = 'resource-graph') {
  return async () => {
    const origin = { requestId: 'request', trace: startTrace(null), calls: [], saved: [] };
    const signal = new AbortController().signal;
    const places = createPlaces({ callerId: 'caller', endsAt: clock.now() + 1, isForced });
    const work = { origin, operation: 'test', places, signal };
    for (let count = 0; ; count += 1) {
      const settle = await governor.admit({ api, host: 'azure', name: 'a' }, work, signal).catch(() => {});
      if (!settle) return count;
      settle({});
    }
  };
}
