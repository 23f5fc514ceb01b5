import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Azure, createAzure } from '../emulator/azure.ts';
import { createManualClock } from '../emulator/clock.ts';
import { ask, codeOf, production } from './support/emulator.ts';
import { rowsOf } from './support/resource-graph.ts';
import { CHANGED_AT, CHANGES, NEW_ONES } from './support/resource-graph-queries.ts';

const NOW = Date.UTC(2026, 10, 22);
const DAY = 86_400_000;

describe('a changed resource', () => {
  it('is seen by Resource Graph and by ARM, and is on record in ResourceChanges', async () => {
    const azure = createAzure({ clock: createManualClock(NOW) });
    const id = diskId(azure, 'new-a');
    azure.putResource({ id, location: 'eastus', properties: { size: 1 }, tags: { env: 'dev' } });
    azure.putResource({ id: id.toUpperCase(), location: 'eastus', properties: { size: 2 } });
    assert.deepEqual(await rowsOf(azure, NEW_ONES), [{ name: 'new-a', size: 2 }]);
    assert.equal(azure.deleteResource(id), true);
    assert.deepEqual(await rowsOf(azure, NEW_ONES), []);
    const target = { properties_targetResourceId: id, properties_targetResourceType: 'microsoft.compute/disks' };
    const differences = {
      'properties.size': { previousValue: 1, newValue: 2 },
      'tags.env': { previousValue: 'dev' },
    };
    assert.deepEqual(await rowsOf(azure, CHANGES), [
      { change: 'Create', ...target, properties_changes: null },
      { change: 'Update', ...target, properties_changes: differences },
      { change: 'Delete', ...target, properties_changes: null },
    ]);
  });

  it('is unseen by Resource Graph, and its change too, for as long as the lag', async () => {
    const clock = createManualClock(NOW);
    const azure = createAzure({ clock, resourceGraphLagInMs: 30_000 });
    const id = diskId(azure, 'new-a');
    const sizes = async () => (await rowsOf(azure, NEW_ONES)).map(({ size }) => size);
    const seen: unknown[] = [];
    azure.putResource({ id, location: 'eastus', properties: { size: 1 } });
    seen.push(await sizes(), (await rowsOf(azure, CHANGES)).length, (await ask(azure, armUrl(id))).status);
    clock.advance(20_000);
    azure.putResource({ id, location: 'eastus', properties: { size: 2 } });
    clock.advance(10_000);
    seen.push(await sizes(), (await rowsOf(azure, CHANGES)).length);
    clock.advance(10_000);
    azure.deleteResource(id);
    seen.push(await sizes());
    clock.advance(10_000);
    seen.push(await sizes(), codeOf(await ask(azure, armUrl(id))));
    clock.advance(20_000);
    seen.push(await sizes());
    assert.deepEqual(seen, [[], 0, 200, [1], 1, [1], [2], '404 ResourceNotFound', []]);
  });

  it('has its change for fourteen days', async () => {
    const clock = createManualClock(NOW);
    const azure = createAzure({ clock });
    azure.putResource({ id: diskId(azure, 'new-a'), location: 'eastus' });
    clock.advance(13 * DAY);
    azure.putResource({ id: diskId(azure, 'new-b'), location: 'eastus' });
    clock.advance(DAY);
    assert.deepEqual(await rowsOf(azure, CHANGED_AT), [
      { name: 'new-a', changedAt: null },
      { name: 'new-b', changedAt: '2026-12-05T00:00:00.0000000Z' },
    ]);
  });

  it('has its change seen by those alone who may read it', async () => {
    const azure = createAzure();
    azure.putResource({ id: diskId(azure, 'new-a'), location: 'eastus' });
    azure.world.roleAssignments.length = 0;
    const scope = `${production(azure).id}/resourceGroups/rg-aks-prod`;
    azure.assignRole({ principalId: azure.world.identities[0]?.principalId ?? '', role: 'Reader', scope });
    assert.deepEqual(await rowsOf(azure, CHANGES), []);
  });

  it('must be in a group that exists', () => {
    const azure = createAzure();
    for (const id of [diskId(azure, 'x').replace('rg-shared-prod', 'rg-none'), '/subscriptions/none', 'nonsense']) {
      assert.throws(() => azure.putResource({ id, location: 'eastus' }), { name: 'RangeError' });
    }
    assert.equal(azure.deleteResource(diskId(azure, 'none')), false);
  });
});

function diskId(azure: Azure, name: string): string {
  return `${production(azure).id}/resourceGroups/rg-shared-prod/providers/Microsoft.Compute/disks/${name}`;
}

function armUrl(id: string): string {
  return `https://management.azure.com${id}?api-version=2024-03-02`;
}
