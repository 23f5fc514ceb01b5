import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contoso } from '../emulator/contoso.ts';
import type { Fault } from '../emulator/faults.ts';
import { codes, gatewayOver, NOTHING_KEPT, names } from './support/gateway.ts';

const PRODUCTION = contoso().subscriptions[0]?.subscriptionId ?? '';
const DEVELOPMENT = contoso().subscriptions[1]?.subscriptionId ?? '';
const FINANCE = contoso().subscriptions[2]?.subscriptionId ?? '';

describe('resourceGroups', () => {
  it('answers every group of the default subscription by name, in one ARM call', async () => {
    const { ask, upstream } = await gatewayOver();
    const { data } = await ask('{ resourceGroups { name } }');
    assert.deepEqual(names(data.resourceGroups), [
      'MC_rg-aks-prod_aks-prod_eastus',
      'NetworkWatcherRG',
      'rg-aks-prod',
      'rg-inventory-prod',
      'rg-payments-prod',
      'rg-reporting-old',
      'rg-search-prod-weu',
      'rg-shared-prod',
      'rg-storefront-prod-weu',
    ]);
    assert.deepEqual(upstream(), ['imds', 'arm']);
  });

  it('tells all that ARM tells of a group', async () => {
    const { ask } = await gatewayOver();
    const fields = 'id name location tags { key value } provisioningState managedBy subscription { displayName }';
    const { data } = await ask(`{ resourceGroups(where: { namePrefix: "mc_" }) { ${fields} } }`);
    const group = `/subscriptions/${PRODUCTION}/resourceGroups`;
    assert.deepEqual(data.resourceGroups, [
      {
        id: `${group}/MC_rg-aks-prod_aks-prod_eastus`,
        name: 'MC_rg-aks-prod_aks-prod_eastus',
        location: 'eastus',
        tags: [
          { key: 'costCenter', value: 'CC-1000' },
          { key: 'env', value: 'prod' },
          { key: 'team', value: 'platform' },
        ],
        provisioningState: 'Succeeded',
        managedBy: `${group}/rg-aks-prod/providers/Microsoft.ContainerService/managedClusters/aks-prod`,
        subscription: { displayName: 'Contoso Production' },
      },
    ]);
  });

  it('walks every page, one ARM call each', async () => {
    const { ask, upstream } = await gatewayOver({ pageSize: 4 });
    const { data } = await ask('{ resourceGroups { name } }');
    assert.equal(data.resourceGroups.length, 9);
    assert.deepEqual(upstream(), ['imds', 'arm', 'arm', 'arm']);
  });

  it('reads a list once for all who ask it in one request', async () => {
    const { ask, upstream } = await gatewayOver();
    await ask('{ a: resourceGroups { name } b: resourceGroups(where: { location: "eastus" }) { name } }');
    assert.deepEqual(upstream(), ['imds', 'arm']);
  });

  it('reads again for the next request where nothing may be kept but the token', async () => {
    const { ask, upstream } = await gatewayOver({ env: NOTHING_KEPT });
    await ask('{ resourceGroups { name } }');
    await ask('{ resourceGroups { name } }');
    assert.deepEqual(upstream(), ['imds', 'arm', 'arm']);
  });

  it('spans every subscription that the identity sees where no default is set', async () => {
    const { ask, upstream } = await gatewayOver({ env: { AZURE_SUBSCRIPTION_ID: '' } });
    const { data } = await ask(
      '{ resourceGroups(where: { namePrefix: "rg-aks" }) { name subscription { displayName } } }',
    );
    assert.deepEqual(data.resourceGroups, [
      { name: 'rg-aks-dev', subscription: { displayName: 'Contoso Development' } },
      { name: 'rg-aks-prod', subscription: { displayName: 'Contoso Production' } },
    ]);
    assert.deepEqual(upstream(), ['imds', 'arm', 'arm', 'arm']);
  });

  it('filters by name prefix and region without letter case, the region by either of its names', async () => {
    const { ask } = await gatewayOver();
    const { data } = await ask('{ resourceGroups(where: { namePrefix: "RG-S", location: "West Europe" }) { name } }');
    assert.deepEqual(names(data.resourceGroups), ['rg-search-prod-weu', 'rg-storefront-prod-weu']);
  });

  it('has ARM filter by tag, and doubles a quote in its value', async () => {
    const { ask, azure } = await gatewayOver();
    azure.world.resourceGroups.push({
      id: `/subscriptions/${PRODUCTION}/resourceGroups/rg-odd`,
      subscriptionId: PRODUCTION,
      name: 'rg-odd',
      location: 'eastus',
      tags: { owner: "o'brien' or tagName eq 'env" },
      provisioningState: 'Succeeded',
    });
    const { data } = await ask('query ($tag: TagFilter) { resourceGroups(where: { tag: $tag }) { name } }', {
      tag: { key: 'OWNER', equals: "o'brien' or tagName eq 'env" },
    });
    assert.deepEqual(names(data.resourceGroups), ['rg-odd']);
  });

  it('filters by a tag of any value', async () => {
    const { ask } = await gatewayOver();
    const { data } = await ask('{ resourceGroups(where: { tag: { key: "costcenter" } }) { name } }');
    assert.equal(data.resourceGroups.length, 8);
  });

  it('reads the subscriptions of all groups in one call', async () => {
    const { ask, upstream } = await gatewayOver();
    await ask('{ resourceGroups { name subscription { displayName } } }');
    assert.deepEqual(upstream(), ['imds', 'arm', 'arm']);
  });

  it('says that a subscription is unknown, and which it may not read', async () => {
    const { ask } = await gatewayOver();
    const unknown = '00000000-0000-0000-0000-000000000000';
    const answer = await ask(
      `{ a: resourceGroups(subscriptionId: "${unknown}") { name } b: resourceGroups(subscriptionId: "${FINANCE}") { name } }`,
    );
    assert.deepEqual(answer.data, { a: null, b: null });
    assert.deepEqual(codes(answer).sort(), ['BAD_USER_INPUT', 'FORBIDDEN']);
  });

  it('tells an identity without any role from an empty estate', async () => {
    const { ask, azure } = await gatewayOver({ env: { AZURE_SUBSCRIPTION_ID: '' } });
    azure.world.roleAssignments = [];
    assert.deepEqual(codes(await ask('{ resourceGroups { name } }')), ['FORBIDDEN']);
  });
});

describe('resourceGroups over three subscriptions', () => {
  const world = () => {
    const three = contoso();
    const identity = three.identities.find(({ kind }) => kind === 'user-assigned');
    const scope = `/subscriptions/${FINANCE}`;
    three.roleAssignments.push({ id: scope, principalId: identity?.principalId ?? '', role: 'Reader', scope });
    return three;
  };
  const over = async (env = {}) => {
    const gateway = await gatewayOver({ world: world(), env: { AZURE_SUBSCRIPTION_ID: '', ...env } });
    const addFault = (fault: Omit<Fault, 'service'>, ...subscriptions: readonly string[]) => {
      for (const each of subscriptions)
        gateway.azure.addFault({ service: 'arm', path: `/subscriptions/${each}/resourcegroups`, ...fault });
    };
    return { ...gateway, addFault };
  };
  const refusal = { error: { code: 'AuthorizationFailed', message: 'canary' } };
  const failures: Record<string, { fault: Omit<Fault, 'service'>; code: string; says: RegExp }> = {
    fails: { fault: { status: 500 }, code: 'UPSTREAM_UNAVAILABLE', says: /answered 500\. Try again/ },
    'cannot be reached': {
      fault: { reset: true },
      code: 'UPSTREAM_UNAVAILABLE',
      says: /cannot be reached\. Try again/,
    },
    "refuses the gateway's identity": {
      fault: { status: 403, body: refusal, headers: { 'x-ms-request-id': 'r' } },
      code: 'FORBIDDEN',
      says: new RegExp(`Grant it the role Reader on subscription ${DEVELOPMENT}`),
    },
    'sends a broken body': {
      fault: { status: 200, body: '{"value":[{"na', headers: { 'content-type': 'application/json' } },
      code: 'UPSTREAM_UNAVAILABLE',
      says: /cannot be understood\. Try again/,
    },
  };
  for (const [what, { fault, code, says }] of Object.entries(failures)) {
    it(`has the others' groups where one ${what}, and an error that names it`, async () => {
      const { ask, addFault } = await over(NOTHING_KEPT);
      const whole = (await ask('{ resourceGroups { id } }')).data.resourceGroups;
      addFault(fault, DEVELOPMENT);
      const { data, errors } = await ask('{ all: resourceGroups { id } }');
      const isInDevelopment = ({ id }: { id: string }) => id.startsWith(`/subscriptions/${DEVELOPMENT}/`);
      assert.deepEqual(
        data.all,
        whole.filter((group: { id: string }) => !isInDevelopment(group)),
      );
      assert.deepEqual(
        errors?.map(({ path, extensions }) => [path, extensions]),
        [[['all'], { code }]],
      );
      assert.match(errors?.[0]?.message ?? '', new RegExp(`^The groups of subscription ${DEVELOPMENT} are missing: `));
      assert.match(errors?.[0]?.message ?? '', says);
      assert.doesNotMatch(errors?.[0]?.message ?? '', /canary/);
    });
  }

  it('has one error for each that is missing', async () => {
    const { ask, addFault } = await over();
    addFault({ status: 500 }, DEVELOPMENT, FINANCE);
    const { data, errors = [] } = await ask('{ resourceGroups { subscription { subscriptionId } } }');
    assert.ok(data.resourceGroups.length > 0);
    const named = errors.map(({ message }) => /subscription (\S+)/.exec(message)?.[1]);
    assert.deepEqual(named.toSorted(), [DEVELOPMENT, FINANCE].toSorted());
  });

  it('is null where all are missing, with one error', async () => {
    const { ask, addFault } = await over();
    addFault({ status: 500 }, PRODUCTION, DEVELOPMENT, FINANCE);
    const answer = await ask('{ resourceGroups { name } }');
    assert.deepEqual([answer.data, codes(answer)], [{ resourceGroups: null }, ['UPSTREAM_UNAVAILABLE']]);
  });

  it("has the others' groups where Azure throttles one, and an error that says for how long", async () => {
    const { ask, addFault } = await over();
    addFault({ status: 429, headers: { 'retry-after': '30' } }, DEVELOPMENT);
    const { data, errors } = await ask('{ resourceGroups { id } }');
    assert.ok(data.resourceGroups.length > 0);
    assert.match(errors?.[0]?.message ?? '', new RegExp(`^The groups of subscription ${DEVELOPMENT} are missing: `));
    assert.deepEqual(
      errors?.map(({ extensions }) => extensions),
      [{ code: 'THROTTLED', retryAfterSeconds: 30 }],
    );
  });

  it('is THROTTLED, never short, where the request may not ask for all', async () => {
    const { ask } = await over({ MAX_UPSTREAM_CALLS: '3' });
    const answer = await ask('{ resourceGroups { name } }');
    assert.deepEqual([answer.data, codes(answer)], [{ resourceGroups: null }, ['THROTTLED']]);
  });

  it('is null where the one that was named is missing', async () => {
    const { ask, addFault } = await over();
    addFault({ status: 500 }, DEVELOPMENT);
    const answer = await ask(`{ resourceGroups(subscriptionId: "${DEVELOPMENT}") { name } }`);
    assert.deepEqual([answer.data, codes(answer)], [{ resourceGroups: null }, ['UPSTREAM_UNAVAILABLE']]);
  });

  it('is read again after it was short, and told of as a partial answer with its codes', async () => {
    const { ask, addFault, azure, log } = await over();
    addFault({ status: 503, headers: { 'retry-after': '3600' } }, DEVELOPMENT);
    const short = (await ask('{ resourceGroups { name } }')).data.resourceGroups.length;
    azure.clearFaults();
    const { data, errors } = await ask('{ resourceGroups { name } }');
    assert.equal(errors, undefined);
    assert.ok(data.resourceGroups.length > short);
    assert.deepEqual(
      log.filter(({ event }) => event === 'operation').map((line) => [line.codes, line.kept ?? false]),
      [
        [['UPSTREAM_UNAVAILABLE'], false],
        [[], false],
      ],
    );
  });

  it('has what came in time where one is late', async () => {
    const { ask, addFault } = await over({ REQUEST_TIMEOUT_SECONDS: '1' });
    addFault({ delayInMs: 60_000 }, DEVELOPMENT);
    const answer = await ask('{ resourceGroups { name } }');
    assert.ok(answer.data.resourceGroups.length > 0);
    assert.deepEqual(codes(answer), ['UPSTREAM_TIMEOUT']);
  });
});

describe('resourceGroup', () => {
  it('finds one by name without letter case, in one ARM call', async () => {
    const { ask, upstream } = await gatewayOver();
    const { data } = await ask('{ resourceGroup(name: "RG-Payments-Prod") { name location } }');
    assert.deepEqual(data, { resourceGroup: { name: 'rg-payments-prod', location: 'eastus' } });
    assert.deepEqual(upstream(), ['imds', 'arm']);
  });

  it('answers null for one that does not exist', async () => {
    const { ask } = await gatewayOver();
    assert.deepEqual(await ask('{ resourceGroup(name: "rg-nowhere") { name } }'), { data: { resourceGroup: null } });
  });

  it('looks through every subscription where no default is set', async () => {
    const { ask } = await gatewayOver({ env: { AZURE_SUBSCRIPTION_ID: '' } });
    const { data } = await ask('{ resourceGroup(name: "rg-aks-dev") { subscription { displayName } } }');
    assert.deepEqual(data, { resourceGroup: { subscription: { displayName: 'Contoso Development' } } });
  });

  it('asks which one is meant where several subscriptions hold the name', async () => {
    const { ask, azure } = await gatewayOver({ env: { AZURE_SUBSCRIPTION_ID: '' } });
    const [group] = azure.world.resourceGroups;
    assert.ok(group);
    azure.world.resourceGroups.push({ ...group, subscriptionId: DEVELOPMENT });
    assert.deepEqual(codes(await ask(`{ resourceGroup(name: "${group.name}") { name } }`)), ['BAD_USER_INPUT']);
  });

  it('reads the repeats of one name once', async () => {
    const { ask, upstream } = await gatewayOver();
    await ask('{ a: resourceGroup(name: "rg-aks-prod") { name } b: resourceGroup(name: "RG-AKS-PROD") { id } }');
    assert.deepEqual(upstream(), ['imds', 'arm']);
  });
});
