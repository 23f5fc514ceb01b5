import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Fault } from '../emulator/azure.ts';
import { createManualClock } from '../emulator/clock.ts';
import { type Answer, arrival, codes, type Gateway, gatewayOver } from './support/gateway.ts';
import { azureBehindSockets, type Networked } from './support/network.ts';

const GROUPS = '{ resourceGroups { name } }';
const AGAIN = '{ resourceGroups(maxAgeSeconds: 60) { name } }';
const OTHER_GROUP = '{ resourceGroup(name: "rg-aks-prod") { name } }';
const SECRET = '{ secret(name: "SampleSecret") { value } }';

let sockets: Networked;
before(async () => {
  sockets = await azureBehindSockets();
});
after(() => sockets.close());

/** A gateway behind real sockets, with connections of its own; it alone has the clock that stands still. */
async function networkedGateway(): Promise<Gateway & { advance(ms: number): void }> {
  const clock = createManualClock();
  const { azure } = sockets;
  azure.clearFaults();
  sockets.dns = undefined;
  const gateway = await gatewayOver({ azure, clock, network: sockets.network() });
  return { ...gateway, advance: clock.advance };
}

const isOfGroups = (url: string): boolean => url.includes('/resourcegroups');

/** Whether the answer is there by the time that others have come and gone. */
async function isWaiting(answer: Promise<Answer>): Promise<boolean> {
  return (await Promise.race([answer, wait(20, 'still')])) === 'still';
}

/** The answer, while time passes. */
async function inTime(answer: Promise<Answer>, advance: (ms: number) => void): Promise<Answer> {
  while (await isWaiting(answer)) advance(100);
  return answer;
}

/** Connections are closed a moment after what they were for. */
async function connectionsAre(count: number): Promise<void> {
  for (let turn = 0; turn < 500 && sockets.listening.connections() > count; turn += 1) await wait(2);
  assert.ok(sockets.listening.connections() <= count, `${sockets.listening.connections()} connections`);
}

const silent: Readonly<Record<string, Omit<Fault, 'service'>>> = {
  'network: accepts and never answers': { hang: true, times: 1 },
  'network: a body that stalls': { breaksOff: 'hang', times: 1 },
};
for (const [row, fault] of Object.entries(silent)) {
  describe(row, () => {
    for (const [service, query, again] of [
      ['arm', GROUPS, AGAIN],
      ['key-vault', SECRET, SECRET],
    ] as const) {
      it(`is left for another call after two seconds, where somebody else has come: ${service}`, async () => {
        const { ask, advance, azure } = await networkedGateway();
        const arrived = arrival(azure, (url) => new URL(url).protocol === 'https:');
        azure.addFault({ service, ...fault });
        const waiting = ask(query);
        await arrived;
        const joining = ask(again);
        assert.equal(await isWaiting(joining), true);
        advance(1000);
        assert.equal(await isWaiting(joining), true);
        const before = azure.calls.length;
        advance(1000);
        assert.deepEqual((await Promise.all([waiting, joining, ask(again)])).flatMap(codes), []);
        const answered = azure.calls.slice(before).filter((call) => call.service === service && call.status === 200);
        assert.equal(answered.length, 1);
      });
    }

    it('ends with its connection when nobody waits any more', async () => {
      const { ask, advance, azure } = await networkedGateway();
      assert.deepEqual(codes(await ask(OTHER_GROUP)), []);
      const before = sockets.listening.connections();
      const arrived = arrival(azure, isOfGroups);
      azure.addFault({ service: 'arm', ...fault, times: 9 });
      const waiting = ask(GROUPS);
      await arrived;
      assert.equal(await isWaiting(waiting), true);
      advance(25_000);
      assert.deepEqual(codes(await waiting), ['UPSTREAM_TIMEOUT']);
      await connectionsAre(before);
      azure.clearFaults();
      assert.deepEqual(codes(await ask(AGAIN)), []);
    });
  });
}

describe('network: a body that breaks off', () => {
  for (const [service, query] of [
    ['arm', GROUPS],
    ['key-vault', SECRET],
  ] as const) {
    it(`is read again, and nobody sees it: ${service}`, async () => {
      const { ask, advance, azure } = await networkedGateway();
      azure.addFault({ service, breaksOff: 'reset', times: 1 });
      assert.deepEqual(codes(await inTime(ask(query), advance)), []);
    });
  }
});

describe('network: reset', () => {
  it('is tried again, and nobody sees it', async () => {
    const { ask, advance, azure } = await networkedGateway();
    azure.addFault({ service: 'arm', reset: true, times: 1 });
    assert.deepEqual(codes(await inTime(ask(GROUPS), advance)), []);
  });
});

describe('network: DNS is gone', () => {
  for (const [code, message] of [
    ['ENOTFOUND', /has no address\. Check the name, and the DNS/],
    ['EAI_AGAIN', /cannot be reached\. Try again in a moment/],
  ] as const) {
    it(`is told, and is over with it: ${code}`, async () => {
      const { ask, advance } = await networkedGateway();
      sockets.dns = code;
      const answer = await inTime(ask(GROUPS), advance);
      assert.deepEqual(codes(answer), ['UPSTREAM_UNAVAILABLE']);
      assert.match(answer.errors?.[0]?.message ?? '', message);
      sockets.dns = undefined;
      assert.deepEqual(codes(await ask(GROUPS)), []);
    });
  }
});

describe('network: TLS from an unknown CA', () => {
  it('is told, with nothing sent, and is over when the right certificate is shown', async () => {
    const { ask, azure } = await networkedGateway();
    const showRight = await sockets.listening.showOtherCertificate();
    azure.clearCalls();
    const answer = await ask(`{ resourceGroups { name } secret(name: "SampleSecret") { value } }`);
    assert.deepEqual(codes(answer), ['UPSTREAM_UNAVAILABLE', 'UPSTREAM_UNAVAILABLE']);
    assert.match(answer.errors?.[0]?.message ?? '', /certificate that the gateway does not trust.*NODE_EXTRA_CA_CERTS/);
    assert.deepEqual(
      azure.calls.map(({ service }) => service),
      ['imds'],
    );
    showRight();
    assert.deepEqual(codes(await ask(GROUPS)), []);
  });
});

describe('identity: a body that stalls', () => {
  it('is given up after 10 s, body and connection, and the next request is answered', async () => {
    const { ask, advance, azure } = await networkedGateway();
    const before = sockets.listening.connections();
    const arrived = arrival(azure, (url) => url.startsWith('http:'));
    azure.addFault({ service: 'imds', breaksOff: 'hang' });
    const waiting = ask(GROUPS);
    await arrived;
    assert.equal(await isWaiting(waiting), true);
    advance(10_000);
    assert.deepEqual(codes(await waiting), ['IDENTITY_UNAVAILABLE']);
    azure.clearFaults();
    advance(10_000);
    await connectionsAre(before);
    assert.deepEqual(codes(await ask(GROUPS)), []);
  });
});
