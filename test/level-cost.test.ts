import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contoso } from '../emulator/contoso.ts';
import { type Faulty, faultyGateway } from './support/fault.ts';
import { codes, NOTHING_KEPT } from './support/gateway.ts';

const REQUEST_MS = 25_000;
const OF_ALL = '{ subscriptions { subscriptionId resourceGroups { name resources(first: 1) { totalCount } } } }';
const [{ subscriptionId: PRODUCTION = '' } = {}] = contoso().subscriptions;

describe('what is below groups that come at different times', () => {
  it('is one Resource Graph query, whatever the number of subscriptions', async () => {
    const gateway = await unevenly();
    const { data, errors } = (await gateway.timed(gateway.ask(OF_ALL))).result;
    assert.equal(errors, undefined);
    assert.equal(data.subscriptions.length, gateway.seen.length);
    assert.ok(gateway.seen.length >= 12);
    assert.deepEqual(queriesOf(gateway), 1);
  });

  it('is more than MAX_ROWS_PER_LEVEL all together, though no subscription holds so much', async () => {
    const gateway = await unevenly({ MAX_ROWS_PER_LEVEL: '90' });
    const most = Math.max(...gateway.seen.map(({ resources }) => resources));
    assert.ok(most <= 90);
    const { result } = await gateway.timed(gateway.ask(OF_ALL));
    assert.deepEqual([...new Set(codes(result))], ['LIMIT_EXCEEDED']);
    assert.equal(queriesOf(gateway), 1);
  });

  const fields: Record<string, readonly string[]> = {
    'groups by their names': ['aks-prod', 'shared-prod', 'search-prod-weu', 'storefront-prod-weu'].map(
      (name) => `resourceGroup(name: "rg-${name}", subscriptionId: "${PRODUCTION}")`,
    ),
    'groups by their names, wherever they are': ['aks-prod', 'shared-prod', 'search-prod-weu'].map(
      (name) => `resourceGroup(name: "rg-${name}")`,
    ),
    'lists, and one by its name': [
      'resourceGroups',
      `resourceGroups(subscriptionId: "${PRODUCTION}")`,
      `resourceGroup(name: "rg-aks-prod", subscriptionId: "${PRODUCTION}")`,
    ],
  };
  for (const [what, each] of Object.entries(fields)) {
    it(`is one query for ${each.length} fields: ${what}`, async () => {
      const gateway = await unevenly();
      const asked = each.map((field, nth) => `f${nth}: ${field} { name resources(first: 1) { totalCount } }`).join(' ');
      const { result } = await gateway.timed(gateway.ask(`{ ${asked} }`));
      assert.deepEqual([result.errors, Object.values(result.data).includes(null)], [undefined, false]);
      assert.equal(queriesOf(gateway), 1);
    });
  }

  it('waits for half of the time at most: one subscription that hangs fails alone', async () => {
    const gateway = await unevenly(NOTHING_KEPT);
    const { subscriptionId = '' } = gateway.seen[2] ?? {};
    gateway.azure.clearFaults();
    gateway.azure.addFault({ service: 'arm', path: `/subscriptions/${subscriptionId}/resourcegroups`, hang: true });
    const askedAt = askingAt(gateway);
    const { result } = await gateway.timed(gateway.ask(OF_ALL));
    const without = result.data.subscriptions.filter((each: Listed) => each.resourceGroups === null);
    assert.deepEqual(
      without.map((each: Listed) => each.subscriptionId),
      [subscriptionId],
    );
    assert.deepEqual([codes(result), askedAt()], [['UPSTREAM_TIMEOUT'], [REQUEST_MS / 2]]);
    await gateway.assertNothingLeft(result);
  });

  it('does not wait for a list of all groups to name two of them', async () => {
    const gateway = await unevenly(NOTHING_KEPT);
    const path = `/subscriptions/${PRODUCTION}/resourcegroups`;
    const names = ['rg-aks-prod', 'rg-shared-prod'];
    gateway.azure.clearFaults();
    for (const name of names) gateway.azure.addFault({ service: 'arm', path: `${path}/${name}`, delayInMs: 0 });
    gateway.azure.addFault({ service: 'arm', path, hang: true });
    const askedAt = askingAt(gateway);
    const of = `subscriptionId: "${PRODUCTION}"`;
    const groups = names.map(
      (name, nth) => `f${nth}: resourceGroup(name: "${name}", ${of}) { resources { totalCount } }`,
    );
    const { result } = await gateway.timed(gateway.ask(`{ ${groups.join(' ')} all: resourceGroups(${of}) { name } }`));
    assert.ok(result.data.f0.resources.totalCount > 0 && result.data.f1.resources.totalCount > 0);
    assert.deepEqual([result.data.all, codes(result), askedAt()], [null, ['UPSTREAM_TIMEOUT'], [REQUEST_MS / 2]]);
  });
});

/** A gateway that sees a dozen subscriptions, each of which answers later than the one before. */
async function unevenly(env: Readonly<Record<string, string>> = {}) {
  const world = contoso({ subscriptions: 12, groupsPerSubscription: 5, resources: 240 });
  const gateway = await faultyGateway({ world, env: { AZURE_SUBSCRIPTION_ID: '', ...env } });
  const { data } = await gateway.ask('{ subscriptions { subscriptionId } }');
  const seen = data.subscriptions.map(({ subscriptionId }: { subscriptionId: string }) => ({
    subscriptionId,
    resources: world.resources.filter((each) => each.subscriptionId === subscriptionId).length,
  }));
  for (const [nth, { subscriptionId }] of seen.entries()) {
    const path = `/subscriptions/${subscriptionId}/resourcegroups`;
    gateway.azure.addFault({ service: 'arm', path, delayInMs: 100 * (nth + 1) });
  }
  gateway.azure.clearCalls();
  return { ...gateway, seen: seen as readonly { subscriptionId: string; resources: number }[] };
}

const queriesOf = ({ azure }: Faulty): number =>
  azure.calls.filter(({ service }) => service === 'resource-graph').length;

/** When Resource Graph is asked, in ms from now. */
function askingAt({ azure }: Faulty): () => readonly number[] {
  const from = azure.now();
  const asked: number[] = [];
  const { fetch } = azure;
  azure.fetch = (request) => {
    if (request.url.includes('Microsoft.ResourceGraph')) asked.push(azure.now() - from);
    return fetch(request);
  };
  return () => asked;
}

interface Listed {
  readonly subscriptionId: string;
  readonly resourceGroups: readonly object[] | null;
}
