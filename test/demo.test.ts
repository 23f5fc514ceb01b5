import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changeSome } from '../demo/changes.ts';
import { watching } from '../demo/policy.ts';
import { accessPolicy } from '../emulator/contoso/access-policy.ts';
import { contoso } from '../emulator/contoso.ts';
import { tabs } from '../src/graphql/explorer/tabs.ts';
import { textFile } from './support/file.ts';
import { codes, gatewayOver, names } from './support/gateway.ts';

describe('the estate of the demo', () => {
  it('has changed before it began, so that changedAt is seen', async () => {
    const world = contoso();
    changeSome(world);
    const { ask } = await gatewayOver({ world });
    const { data } = await ask(
      '{ resources(first: 1000) { nodes { name changedAt } } changed: resources(where: { changedSince: "SINCE" }) { nodes { name } } }'.replace(
        'SINCE',
        new Date(Date.now() - 86_400_000).toISOString(),
      ),
    );
    const changed = data.resources.nodes.filter(({ changedAt }: { changedAt: string | null }) => changedAt !== null);
    assert.deepEqual(changed.map(({ name }: { name: string }) => name).toSorted(), [
      'ststorefrontprod',
      'vm-jump-prod',
    ]);
    assert.deepEqual(data.changed.nodes, [{ name: 'ststorefrontprod' }]);
  });
});

describe('a tab of GraphiQL, to Ada in the demo', () => {
  const demo = async () => {
    const world = contoso();
    changeSome(world);
    return gatewayOver({ world, env: { ACCESS_POLICY: textFile(accessPolicy(world) + watching(world)) } });
  };
  const answerOf = async (name: string) => {
    const { query = '', variables = '{}' } = tabs(new Date()).find((tab) => tab.query.includes(`query ${name}`)) ?? {};
    const { data, errors } = await (await demo()).askAs('Ada', query, JSON.parse(variables));
    assert.equal(errors, undefined);
    return data;
  };

  it('names the secrets that have expired or soon will, and nothing that is missing', async () => {
    const { secretsExpiring } = await answerOf('SecretsExpiring');
    assert.deepEqual(
      secretsExpiring.nodes.map(({ name, vault }: { name: string; vault: string }) => `${vault} ${name}`),
      ['contoso-payments payments-db-password', 'contoso-payments payments-gateway-token'],
    );
    assert.deepEqual(secretsExpiring.completeness, { complete: true, missing: [] });
  });

  it('tells orphans from what is used as its comment says', async () => {
    const { disks, addresses } = await answerOf('Orphans');
    const unattached = { attachedTo: null, state: 'Unattached' };
    const unused = { ipConfiguration: null, natGateway: null };
    assert.deepEqual(
      disks.nodes.filter(({ attachedTo }: { attachedTo: string | null }) => attachedTo === null),
      [
        { name: 'osdisk-try-out', ...unattached },
        { name: 'data-reporting-old', ...unattached },
      ],
    );
    assert.deepEqual(
      addresses.nodes.filter(
        ({ ipConfiguration, natGateway }: Record<string, string | null>) => (ipConfiguration ?? natGateway) === null,
      ),
      [
        { name: 'pip-try-out', address: null, ...unused },
        { name: 'pip-vpn-old', address: '203.0.113.30', ...unused },
      ],
    );
    assert.deepEqual([disks.totalCount, addresses.totalCount], [4, 4]);
  });

  it('finds the orphans of a large estate a thousand a call', async () => {
    const world = contoso({ subscriptions: 2, groupsPerSubscription: 100, resources: 6_000 });
    const { ask, upstream } = await gatewayOver({ world });
    const { query = '', variables = '' } = tabs(new Date()).find((tab) => tab.query.includes('query Orphans')) ?? {};
    const orphans: string[] = [];
    let pages = 0;
    for (let [given, isMore] = [JSON.parse(variables), true]; isMore; pages += 1) {
      const { disks, addresses } = (await ask(query, given)).data;
      orphans.push(...names(disks.nodes.filter(({ attachedTo }: { attachedTo: string | null }) => !attachedTo)));
      given = { disksAfter: disks.pageInfo.endCursor, addressesAfter: addresses.pageInfo.endCursor };
      isMore = disks.pageInfo.hasNextPage;
    }
    assert.deepEqual([orphans.sort(), pages], [['data-reporting-old', 'osdisk-try-out'], 2]);
    // A page of each, and beyond the first the count of each beside it.
    assert.equal(upstream().filter((service) => service === 'resource-graph').length, 6);
  });

  it('is answered of a large estate too, by a call for its subscriptions and one for its counts', async () => {
    const world = contoso({ subscriptions: 40, groupsPerSubscription: 5, resources: 12_000 });
    const { ask, upstream } = await gatewayOver({ world, env: { MAX_UPSTREAM_CALLS: '2' } });
    const { query = '' } = tabs(new Date()).find((tab) => tab.query.includes('query Estate')) ?? {};
    const { data, errors } = await ask(query);
    const { totalCount, bySubscription, completeness } = data.resources;
    const sum = bySubscription.reduce((all: number, { count }: { count: number }) => all + count, 0);
    assert.deepEqual([errors, sum, completeness], [undefined, totalCount, { complete: true, missing: [] }]);
    assert.ok(totalCount > 12_000 && data.subscriptions.length > 40);
    assert.deepEqual(upstream().toSorted(), ['arm', 'imds', 'resource-graph']);
  });

  it('never shows her a value', async () => {
    const { askAs } = await demo();
    const answer = await askAs('Ada', '{ secret(name: "SampleSecret", vault: "contoso-payments") { name value } }');
    assert.deepEqual(answer.data, { secret: { name: 'SampleSecret', value: null } });
    assert.deepEqual(codes(answer), ['FORBIDDEN']);
  });
});
