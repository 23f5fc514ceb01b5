import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contoso } from '../emulator/contoso.ts';
import { gatewayOver, names } from './support/gateway.ts';

describe('subscriptions', () => {
  it('answers those that the identity can read, by display name, in one ARM call', async () => {
    const { ask, upstream } = await gatewayOver();
    const { tenant, subscriptions } = contoso();
    const { data } = await ask('{ subscriptions { id subscriptionId displayName state tenantId } }');
    const [production, development] = subscriptions.map(({ id, subscriptionId, displayName, state }) => {
      return { id, subscriptionId, displayName, state, tenantId: tenant.id };
    });
    assert.deepEqual(data.subscriptions, [development, production]);
    assert.deepEqual(upstream(), ['imds', 'arm']);
  });

  it('answers the groups of each: one more ARM call a subscription', async () => {
    const { ask, upstream } = await gatewayOver();
    const { data } = await ask('{ subscriptions { resourceGroups(where: { namePrefix: "rg-aks" }) { name } } }');
    assert.deepEqual(
      data.subscriptions.map(({ resourceGroups }: { resourceGroups: { name: string }[] }) => names(resourceGroups)),
      [['rg-aks-dev'], ['rg-aks-prod']],
    );
    assert.deepEqual(upstream(), ['imds', 'arm', 'arm', 'arm']);
  });

  it('walks every page', async () => {
    const { ask, upstream } = await gatewayOver({
      world: contoso({ subscriptions: 3, groupsPerSubscription: 1 }),
      pageSize: 2,
    });
    const { data } = await ask('{ subscriptions { displayName } }');
    assert.equal(data.subscriptions.length, 5);
    assert.deepEqual(upstream(), ['imds', 'arm', 'arm', 'arm']);
  });
});
