import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Azure, createAzure } from '../../emulator/azure.ts';
import { contoso } from '../../emulator/contoso.ts';
import { tokenFor } from '../support/emulator.ts';
import { diagnosticsOf } from '../support/kusto.ts';
import { post } from '../support/resource-graph.ts';

const ALL = 50_000;
const after = (key: string) =>
  `Resources | where strcmp(tolower(id), '${key}') > 0 | order by tolower(id) asc | project id, name, type, properties`;

describe('50,000 resources in Resource Graph', () => {
  const startedAt = performance.now();
  const world = contoso({ subscriptions: 40, groupsPerSubscription: 980, resources: ALL });
  console.log(`built in ${(performance.now() - startedAt).toFixed(0)} ms`);

  it('are walked by the last key, none lost and none twice, while others come and go', async () => {
    const azure = createAzure({ world, resourceGraphQuota: 1000 });
    const before = readableIds(azure);
    const changing = before.slice(0, 2000);
    const seen: string[] = [];
    const times: number[] = [];
    const token = await tokenFor(azure, 'https://management.azure.com');
    for (let key = ''; ; key = seen.at(-1) ?? '') {
      const askedAt = performance.now();
      const { body } = await post(azure, { query: after(key) }, { token });
      times.push(performance.now() - askedAt);
      const page: { id: string }[] = JSON.parse(JSON.stringify(body.data));
      if (page.length === 0) break;
      seen.push(...page.map(({ id }) => id.toLowerCase()));
      const [gone = ''] = changing.splice(Math.floor(changing.length / 2), 1);
      azure.deleteResource(gone);
      azure.putResource({ id: `${gone}-again`, location: 'eastus' });
    }
    const left = new Set(readableIds(azure));
    const found = new Set(seen);
    console.log(`a page: ${median(times).toFixed(0)} ms, at most ${Math.max(...times).toFixed(0)} ms`);
    assert.equal(found.size, seen.length);
    assert.deepEqual(
      before.filter((id) => left.has(id) && !found.has(id)),
      [],
    );
  });

  it('are each in one of the parts of a hash', async () => {
    const azure = createAzure({ world, resourceGraphQuota: 1000 });
    const part = async (number: number) => {
      const text = `Resources | where hash(tolower(id)) % 7 == ${number} | count`;
      assert.deepEqual(diagnosticsOf(text), []);
      const { body } = await post(azure, { query: text });
      return JSON.parse(JSON.stringify(body.data))[0].Count;
    };
    const parts = await Promise.all([0, 1, 2, 3, 4, 5, 6].map(part));
    assert.equal(
      parts.reduce((sum, count) => sum + count, 0),
      readableIds(azure).length,
    );
    assert.ok(Math.max(...parts) < Math.min(...parts) * 1.1, `${parts}`);
  });
});

function readableIds({ world }: Azure): string[] {
  const readable = world.roleAssignments.map(({ scope }) => scope);
  return world.resources
    .filter(({ subscriptionId }) => readable.includes(`/subscriptions/${subscriptionId}`))
    .map(({ id }) => id.toLowerCase());
}

const median = (times: readonly number[]): number => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
