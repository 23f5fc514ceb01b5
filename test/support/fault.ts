import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { createAzure } from '../../emulator/azure.ts';
import { createManualClock, type ManualClock } from '../../emulator/clock.ts';
import type { Clock } from '../../src/clock.ts';
import { type Answer, type Gateway, type GatewayOptions, gatewayOver } from './gateway.ts';

/** A gateway and its Azure on one clock, which moves on by itself for as long as somebody waits. */
export interface Faulty extends Gateway {
  /** What the work comes to, and how long that takes on this clock. */
  timed<Result>(work: Promise<Result>): Promise<{ readonly result: Result; readonly tookMs: number }>;
  pass(ms: number): Promise<void>;
  /** What has been asked for, answered or not. */
  readonly requested: readonly URL[];
  /** Fails where a call, a wait or a place in a line is left of what is over, or a log line holds what it must not. */
  assertNothingLeft(...answers: readonly Answer[]): Promise<void>;
}

export async function faultyGateway(
  asked: Pick<GatewayOptions, 'pageSize' | 'env' | 'world' | 'resourceGraphQuota'> = {},
): Promise<Faulty> {
  const { env = {}, ...ofAzure } = asked;
  const manual = createManualClock();
  const [own, azures] = [watched(manual), watched(manual)];
  const gateway = await gatewayOver({ azure: createAzure({ clock: azures.clock, ...ofAzure }), clock: own.clock, env });
  const { azure, clients, log } = gateway;
  const { fetch } = azure;
  const requested: URL[] = [];
  let calls = 0;
  azure.fetch = (request) => {
    calls += 1;
    requested.push(new URL(request.url));
    return fetch(request).finally(() => {
      calls -= 1;
    });
  };

  return { ...gateway, timed, pass, requested, assertNothingLeft };

  async function timed<Result>(work: Promise<Result>): Promise<{ result: Result; tookMs: number }> {
    const from = manual.now();
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    work.then(end, end);
    for (let idle = 0; !isOver; ) {
      await rest();
      const next = nextDue();
      idle = Number.isFinite(next) ? 0 : idle + 1;
      if (idle > 1000) throw new Error('Nobody waits for anything, and the work is not over.');
      if (!isOver && idle === 0) manual.advance(next - manual.now());
    }
    return { result: await work, tookMs: manual.now() - from };
  }

  async function pass(ms: number): Promise<void> {
    const until = manual.now() + ms;
    await rest();
    for (let next = nextDue(); next < until; next = nextDue()) {
      manual.advance(next - manual.now());
      await rest();
    }
    manual.advance(until - manual.now());
    await rest();
  }

  function nextDue(): number {
    return Math.min(...own.sleepers, ...azures.sleepers);
  }

  // Azure's signatures are made on other threads: as long as it works on a call, nothing is at rest.
  async function rest(): Promise<void> {
    const state = () => [calls, azure.calls.length, log.length, ...own.sleepers].join();
    for (let quiet = 0, before = state(); quiet < 5; ) {
      await wait(1);
      quiet = state() === before && calls === azures.sleepers.length ? quiet + 1 : 0;
      before = state();
    }
  }

  async function assertNothingLeft(...answers: readonly Answer[]): Promise<void> {
    await rest();
    const waiting = clients.governor.limits().filter((limit) => limit.waiting > 0);
    assert.deepEqual({ calls, sleepers: own.sleepers, waiting }, { calls: 0, sleepers: [], waiting: [] });
    const told = JSON.stringify([log, answers.map(({ errors }) => errors)]);
    assert.equal(/.{20}(eyJ|MSI Secret!|canary).{0,20}/.exec(told)?.[0], undefined);
  }
}

function watched(manual: ManualClock) {
  const sleepers: number[] = [];
  const clock: Clock = {
    now: manual.now,
    wall: manual.wall,
    async sleep(ms, signal) {
      const due = manual.now() + Math.max(0, ms);
      sleepers.push(due);
      try {
        await manual.sleep(ms, signal);
      } finally {
        sleepers.splice(sleepers.indexOf(due), 1);
      }
    },
  };
  return { clock, sleepers };
}
