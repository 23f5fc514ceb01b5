import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { changeSome } from '../demo/changes.ts';
import { contoso } from '../emulator/contoso.ts';
import { gatewayOver } from './support/gateway.ts';

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
