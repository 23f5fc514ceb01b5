import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createManualClock } from '../emulator/clock.ts';
import { type Answer, gatewayOver } from './support/gateway.ts';

const SECOND = 1000;
const ARM = 'management.azure.com';

describe('what is answered by something past its time is told with its path and age', () => {
  it('where nothing of it is in the answer, and is not kept as bytes', async () => {
    const { ask, clock, fail } = await gateway();
    const query = `{
      resources(where: { name: { contains: "zzzz" } }) { totalCount }
      none: resourceGroups(where: { namePrefix: "zz" }) { name }
    }`;
    const { data } = await ask(query);
    clock.advance(300 * SECOND);
    fail(({ host }) => host === ARM);
    for (const age of [300, 301]) {
      const answer = await ask(query);
      assert.deepEqual([answer.data, told(answer)], [data, { resources: age, none: age }]);
      clock.advance(1 * SECOND);
    }
  });

  it('where nothing leads to a resource', async () => {
    const { ask, clock, fail } = await gateway();
    const query = '{ resources(first: 3) { nodes { related(direction: IN, types: ["a/b"]) { totalCount } } } }';
    const { data } = await ask(query);
    clock.advance(300 * SECOND);
    fail(({ host }) => host === ARM);
    const answer = await ask(query);
    assert.deepEqual([answer.data, data.resources.nodes[0].related.totalCount], [data, 0]);
    const ofNodes = [0, 1, 2].map((nth) => [`resources.nodes.${nth}.related`, 300]);
    assert.deepEqual(told(answer), { resources: 300, ...Object.fromEntries(ofNodes) });
  });

  it('where the list of vaults is, of which the secrets are new', async () => {
    const { ask, clock, fail } = await gateway();
    const query = '{ secretsExpiring(before: "2090-01-01T00:00:00Z") { totalCount completeness { complete } } }';
    const { data } = await ask(query);
    clock.advance(800 * SECOND);
    fail(({ host }) => host === ARM);
    const answer = await ask(query);
    assert.deepEqual([answer.data, told(answer)], [data, { secretsExpiring: 800 }]);
  });

  it('where the list of subscriptions is, of each field that it is used by', async () => {
    const { ask, clock, fail } = await gateway({ AZURE_SUBSCRIPTION_ID: '' });
    const query = `{
      resourceGroups { name }
      one: resourceGroup(name: "rg-none") { name }
      other: resourceGroup(name: "rg-none") { name }
      subscriptions { id }
    }`;
    const { data } = await ask(query);
    clock.advance(1000 * SECOND);
    fail(({ pathname }) => pathname === '/subscriptions');
    const answer = await ask(query);
    assert.deepEqual(answer.data, data);
    assert.deepEqual(told(answer), { resourceGroups: 1000, one: 1000, other: 1000, subscriptions: 1000 });
  });

  it('where what a connection lacks is looked up in it', async () => {
    const { ask, clock, fail, azure } = await gateway();
    const [mine] = azure.world.subscriptions;
    const query = `{ resources(where: { subscriptionIds: ["${mine?.subscriptionId}"] }) { completeness { complete } } }`;
    await ask(query);
    clock.advance(1000 * SECOND);
    fail(({ pathname }) => pathname === '/subscriptions');
    assert.deepEqual(told(await ask(query)), { 'resources.completeness': 1000 });
  });

  it('once for all things of a field, with the age of the oldest', async () => {
    const { ask, clock, fail, azure } = await gateway();
    const [one, other] = azure.world.resourceGroups;
    const both = `{ nodes(ids: ["/subscriptions/${one?.subscriptionId}", "${other?.id}", "${one?.id}"]) { id } }`;
    await ask(both);
    clock.advance(400 * SECOND);
    fail(({ host }) => host === ARM);
    assert.deepEqual((await ask(both)).extensions, { stale: [{ path: ['nodes'], ageSeconds: 400 }] });
  });
});

describe('what is answered beside it', () => {
  it('is not told of, though it is read in the same moment', async () => {
    const { ask, clock, fail, azure } = await gateway();
    const [one, other] = azure.world.subscriptions.map(({ subscriptionId }) => subscriptionId);
    const groupsOf = (id: string | undefined) => `resourceGroups(subscriptionId: "${id}") { name }`;
    await ask(`{ ${groupsOf(one)} }`);
    clock.advance(290 * SECOND);
    await ask(`{ ${groupsOf(other)} }`);
    clock.advance(10 * SECOND);
    fail(({ host }) => host === ARM);
    const answer = await ask(`{ old: ${groupsOf(one)} new: ${groupsOf(other)} secret(name: "SampleSecret") { name } }`);
    assert.deepEqual([answer.errors, told(answer)], [undefined, { old: 300 }]);
  });
});

/** A gateway on a clock of its own, and Azure's failure in what is asked of these URLs. */
async function gateway(env = {}) {
  const clock = createManualClock();
  const made = await gatewayOver({ clock, env });
  const { azure } = made;
  const { fetch } = azure;
  return {
    ...made,
    clock,
    fail(is: (url: URL) => boolean) {
      azure.fetch = async (request) =>
        is(new URL(request.url)) ? new Response(null, { status: 501 }) : fetch(request);
    },
  };
}

/** By the path. */
function told({ extensions }: Answer): Record<string, number> {
  const { stale } = (extensions ?? { stale: [] }) as { stale: { path: (string | number)[]; ageSeconds: number }[] };
  const ages = stale.map(({ path, ageSeconds }) => [path.join('.'), ageSeconds] as const);
  assert.equal(new Set(ages.map(([path]) => path)).size, ages.length);
  return Object.fromEntries(ages);
}
