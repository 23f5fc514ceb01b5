import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contoso } from '../emulator/contoso.ts';
import { textFile } from './support/file.ts';
import { codes, type Gateway, gatewayOver } from './support/gateway.ts';

const [{ subscriptionId } = { subscriptionId: '' }] = contoso().subscriptions;
const BUDGET = '{ budget { limits { api scope remaining ceiling resetsAt } } }';
const SCOPES = '{ budget { limits { scope } } }';
const SUBSCRIPTION = `/subscriptions/${subscriptionId}`;
const VAULT = 'https://contoso-vault.vault.azure.net';

const withPolicy = (...permits: readonly string[]): Promise<Gateway> =>
  gatewayOver({
    env: { ACCESS_POLICY: textFile(permits.map((permit, nth) => `@id("p${nth}") permit (${permit});`).join('\n')) },
  });

describe('budget', () => {
  it('tells what is left of each quota that was asked of, at no cost', async () => {
    const { ask, upstream } = await gatewayOver();
    await ask(
      '{ resourceGroups { name } resources { totalCount } subscriptions { id } secret(name: "SampleSecret") { value } }',
    );
    const before = upstream().length;
    const { data } = await ask(BUDGET);
    const told = data.budget.limits.map(({ resetsAt, ...limit }: { resetsAt: string }) => ({
      ...limit,
      isLater: Date.parse(resetsAt) > Date.now() - 1000,
    }));
    assert.equal(upstream().length, before);
    assert.deepEqual(
      told.filter(({ api }: { api: string }) => api !== 'ARM'),
      [
        // The challenge counts too.
        { api: 'KEY_VAULT', scope: VAULT, remaining: 3998, ceiling: 4000, isLater: true },
        { api: 'RESOURCE_GRAPH', scope: '/', remaining: 14, ceiling: 15, isLater: true },
      ],
    );
    assert.deepEqual(
      told
        .filter(({ api }: { api: string }) => api === 'ARM')
        .map(({ scope, ceiling }: { scope: string; ceiling: number }) => [scope, ceiling]),
      [
        ['/', 250],
        [SUBSCRIPTION, 250],
      ],
    );
  });

  it('is of this replica by its share', async () => {
    const { ask } = await gatewayOver({ env: { GOVERNOR_SHARE: '0.25' } });
    await ask('{ resourceGroups { name } resources { totalCount } secrets { id } }');
    const { data } = await ask('{ budget { limits { api ceiling } } }');
    assert.deepEqual(data.budget.limits, [
      { api: 'ARM', ceiling: 62 },
      { api: 'KEY_VAULT', ceiling: 1000 },
      { api: 'RESOURCE_GRAPH', ceiling: 3 },
    ]);
  });

  it('holds nothing before anything was asked', async () => {
    const { ask } = await gatewayOver();
    assert.deepEqual(await ask(BUDGET), { data: { budget: { limits: [] } } });
  });

  const tester = 'principal in Role::"Tester"';
  const ASKING = '{ resourceGroups { name } resources { totalCount } secrets { id } }';
  const readAll = `${tester}, action in [Action::"readEstate", Action::"readSecretProperties"], resource`;
  const explain = `${tester}, action == Action::"explain", resource`;
  const rights: Record<string, [permits: readonly string[], scopes: readonly string[]]> = {
    'explains and reads all': [
      [readAll, explain],
      [SUBSCRIPTION, VAULT, '/'],
    ],
    'explains one vault alone': [[readAll, `${explain} == Vault::"contoso-vault"`], [VAULT]],
    'explains one subscription alone': [
      [readAll, `${explain} == Subscription::"${subscriptionId}"`],
      [SUBSCRIPTION, '/'],
    ],
    'explains another vault alone': [[readAll, `${explain} == Vault::"contoso-payments"`], []],
    'reads the estate alone': [
      [explain, `${tester}, action == Action::"readEstate", resource`],
      [SUBSCRIPTION, '/'],
    ],
    'reads secrets alone': [[explain, `${tester}, action == Action::"readSecretProperties", resource`], [VAULT]],
  };
  for (const [what, [permits, scopes]] of Object.entries(rights)) {
    it(`lists only scopes that the caller may explain and read: one that ${what}`, async () => {
      const everything = await withPolicy(readAll, explain);
      const { clients } = everything;
      await everything.ask(ASKING);
      const gateway = await withPolicy(...permits);
      gateway.clients.governor = clients.governor;
      const { data } = await gateway.ask(SCOPES);
      assert.deepEqual(
        data.budget.limits.map(({ scope }: { scope: string }) => scope),
        scopes,
      );
    });
  }

  it('is FORBIDDEN without the action explain, at no cost', async () => {
    const { ask, upstream } = await withPolicy(readAll);
    const answer = await ask(BUDGET);
    assert.deepEqual([codes(answer), answer.data, upstream()], [['FORBIDDEN'], null, []]);
  });
});
