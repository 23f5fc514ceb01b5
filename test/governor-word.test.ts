import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { callTo, type Governed, governedOver, type Kind, outcomeOf } from './support/governor.ts';

const SECOND = 1000;
const QUERIES = 15;

describe("Azure's word on a quota", () => {
  for (const [kind, spent, left] of [
    ['arm', 200, 250 - 202],
    ['resource-graph', 10, QUERIES - 12],
  ] as const) {
    it(`is how much another client has left of it: ${kind}`, async () => {
      const { ask, another, remaining } = await asking(kind);
      await another(spent);
      assert.deepEqual(await ask(1), { ok: 1 });
      assert.equal(remaining(), left);
    });
  }

  it('is when its window ends: queries late in one are free again with those before', async () => {
    const { ask, pass } = await asking('resource-graph');
    await pass(4 * SECOND);
    assert.deepEqual(await ask(QUERIES - 1), { ok: QUERIES - 1 });
    await pass(SECOND, 50);
    await pass(50);
    assert.deepEqual(await ask(QUERIES), { ok: QUERIES });
  });

  it('is for how long to leave it alone, where another client has spent all: Resource Graph', async () => {
    const { ask, pass, another, answers } = await asking('resource-graph');
    await pass(SECOND);
    await another(QUERIES - 1);
    assert.deepEqual(await ask(1), { THROTTLED: 1 });
    const patient = ask(1, 25);
    await pass(4 * SECOND - 100, 100);
    assert.deepEqual(answers(), [...Array(QUERIES).fill(200), 429]);
    await pass(200, 50);
    assert.deepEqual([await patient, answers().at(-1)], [{ ok: 1 }, 200]);
  });

  for (const kind of ['arm', 'key-vault'] as const) {
    it(`is for how long to leave it alone: ${kind}`, async () => {
      const { azure, ask, pass, answers } = await asking(kind);
      azure.addFault({ service: kind, status: 429, headers: { 'retry-after': '7' }, times: 1 });
      assert.deepEqual(await ask(1), { THROTTLED: 1 });
      const patient = ask(1, 25);
      await pass(7 * SECOND - 100, 100);
      assert.deepEqual(answers(), [200, 429]);
      await pass(200, 50);
      assert.deepEqual([await patient, answers()], [{ ok: 1 }, [200, 429, 200]]);
    });
  }

  it('is told at once where it is for longer than anybody waits, however short', async () => {
    const { azure, ask, pass, answers } = await asking('arm');
    azure.addFault({ service: 'arm', status: 429, headers: { 'retry-after': '2' }, times: 1 });
    const told = ask(1, 1);
    await pass(3 * SECOND, 500);
    assert.deepEqual([await told, answers()], [{ THROTTLED: 1 }, [200, 429]]);
  });
});

/** The gateway's clients, which have their tokens and one answer of this kind. */
async function asking(kind: Kind) {
  const governed: Governed = governedOver();
  const { azure } = governed;
  const { fetch } = azure;
  let last = new Request('https://azure.test');
  azure.fetch = (request) => {
    last = request.clone();
    return fetch(request);
  };
  await ask(1);
  const from = azure.calls.length - 1;
  const ofAnother = last.clone();
  return { azure, pass: governed.pass, ask, another, answers, remaining };

  /** So many calls at once, by whoever waits for so long at most; how many ended in which way. */
  async function ask(count: number, seconds = 0.001): Promise<Record<string, number>> {
    const read = governed.readerOf('caller', { seconds });
    const calls = Array.from({ length: count }, () => outcomeOf(callTo(governed, kind, read)));
    const outcomes = Map.groupBy(await Promise.all(calls), (outcome) => outcome);
    return Object.fromEntries([...outcomes].map(([outcome, all]) => [outcome, all.length]));
  }

  /** The same call by another client of the same identity. */
  async function another(count: number): Promise<void> {
    for (let nth = 0; nth < count; nth += 1) await fetch(ofAnother.clone());
  }

  function remaining(): number | undefined {
    return governed.clients.governor.limits().find(({ api, name }) => api === kind && (kind !== 'arm' || name))
      ?.remaining;
  }

  function answers(): (number | undefined)[] {
    return azure.calls.slice(from).map(({ status }) => status);
  }
}
