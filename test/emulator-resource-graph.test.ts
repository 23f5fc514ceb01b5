import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Azure, createAzure } from '../emulator/azure.ts';
import { createManualClock } from '../emulator/clock.ts';
import { contoso } from '../emulator/contoso.ts';
import { callsOf, production, tokenFor } from './support/emulator.ts';
import { post, query, refusalOf, rowsOf } from './support/resource-graph.ts';
import { COUNT, GROUPS, NAMES, STORAGE } from './support/resource-graph-queries.ts';

describe('Resource Graph', () => {
  it('answers the SDK, about Resources where the query names no table', async () => {
    const azure = createAzure();
    const { subscriptionId } = production(azure);
    const answer = await query(azure, `${STORAGE.replace('Resources | ', '')} | order by name asc | take 2`, {
      subscriptions: [subscriptionId],
    });
    const account = { sku_name: 'Standard_LRS' };
    assert.deepEqual(answer, {
      ...{ totalRecords: 2, count: 2, resultTruncated: 'false', facets: [], skipToken: undefined },
      data: [
        { name: 'stinventoryprod', resourceGroup: 'rg-inventory-prod', location: 'northeurope', ...account },
        { name: 'stpaymentsprod', resourceGroup: 'rg-payments-prod', location: 'eastus', ...account },
      ],
    });
    assert.deepEqual(callsOf(azure).slice(1), ['resource-graph /providers/Microsoft.ResourceGraph/resources 200']);
  });

  it('shows a resource with type, location and group small, its id as it was written, and nothing where nothing is', async () => {
    const azure = createAzure();
    const [row] = await rowsOf(azure, "Resources | where name == 'pip-vpn-old'");
    const subscription = production(azure);
    assert.deepEqual(row, {
      id: `${subscription.id}/resourceGroups/RG-SHARED-PROD/providers/Microsoft.Network/publicIPAddresses/pip-vpn-old`,
      ...{
        name: 'pip-vpn-old',
        type: 'microsoft.network/publicipaddresses',
        tenantId: azure.world.tenant.id,
        kind: '',
      },
      ...{ location: 'eastus', resourceGroup: 'rg-shared-prod', subscriptionId: subscription.subscriptionId },
      ...{ managedBy: '', sku: { name: 'Standard', tier: 'Regional' }, plan: {} },
      properties: { ipAddress: '203.0.113.30', publicIPAllocationMethod: 'Static', provisioningState: 'Succeeded' },
      tags: { env: 'prod', team: 'platform', costCenter: 'CC-1000' },
      ...{ identity: null, zones: null, extendedLocation: null },
    });
  });

  it('has subscriptions and groups in ResourceContainers, the groups’ names in their own case', async () => {
    const azure = createAzure();
    const [first, ...others] = await rowsOf(azure, GROUPS, { subscriptions: [production(azure).subscriptionId] });
    const subscriptions = await rowsOf(
      azure,
      "ResourceContainers | where type == 'microsoft.resources/subscriptions' | project name, properties.state",
    );
    assert.deepEqual([first?.resourceGroup, others.length], ['MC_rg-aks-prod_aks-prod_eastus', 8]);
    assert.deepEqual(subscriptions, [
      { name: 'Contoso Production', properties_state: 'Enabled' },
      { name: 'Contoso Development', properties_state: 'Enabled' },
    ]);
  });

  it('answers a table where asked, and in older versions where not', async () => {
    const azure = createAzure();
    const body = { query: "Resources | where name == 'aks-prod' | project name, zones, n = 1" };
    const answers = await Promise.all([
      post(azure, { ...body, options: { resultFormat: 'table' } }),
      post(azure, body, { version: '2019-04-01' }),
    ]);
    const table = {
      columns: [
        { name: 'name', type: 'string' },
        { name: 'zones', type: 'object' },
        { name: 'n', type: 'integer' },
      ],
      rows: [['aks-prod', null, 1]],
    };
    assert.deepEqual(
      answers.map((answer) => answer.body.data),
      [table, table],
    );
  });

  it('counts facets over all rows, whatever the page', async () => {
    const facets = [
      { expression: 'type', options: { top: 1 } },
      {
        expression: 'properties.diskState',
        options: { sortBy: 'properties.diskState', sortOrder: 'asc' as const, filter: "type endswith '/disks'" },
      },
      { expression: 'nothing' },
    ];
    const answer = await query(createAzure(), NAMES.replace('name, id', 'name, id, type, properties'), {
      ...{ facets, options: { top: 1 } },
    });
    assert.deepEqual(JSON.parse(JSON.stringify(answer.facets)), [
      {
        ...{ expression: 'type', resultType: 'FacetResult', totalRecords: 21, count: 1 },
        data: [{ type: 'microsoft.managedidentity/userassignedidentities', count: 6 }],
      },
      {
        ...{ expression: 'properties.diskState', resultType: 'FacetResult', totalRecords: 2, count: 2 },
        data: [
          { properties_diskState: 'Attached', count: 2 },
          { properties_diskState: 'Unattached', count: 2 },
        ],
      },
      {
        ...{ expression: 'nothing', resultType: 'FacetError' },
        errors: [
          { additionalProperties: {}, code: 'NoValidColumns', message: 'No valid columns in facet expression.' },
          { additionalProperties: {}, code: 'InvalidColumnNames', message: 'Invalid column names: [nothing].' },
        ],
      },
    ]);
  });
});

describe('the pages of Resource Graph', () => {
  it('follow one another by their token', async () => {
    const azure = createAzure();
    const whole = await query(azure, NAMES);
    const pages = await pagesOf(azure, NAMES, 20);
    assert.deepEqual(
      pages.map(({ count, totalRecords, resultTruncated }) => [count, totalRecords, resultTruncated]),
      [20, 20, whole.totalRecords - 40].map((count) => [count, whole.totalRecords, 'false']),
    );
    assert.deepEqual(
      pages.flatMap(({ data }) => data),
      whole.data,
    );
  });

  for (const [text, why] of [
    ['Resources | project name | order by name asc', 'has no column id'],
    [`${NAMES} | take 30`, 'takes a number of rows'],
  ] as const) {
    it(`end with the first, truncated, for a query that ${why}`, async () => {
      const answer = await query(createAzure(), text, { options: { top: 5 } });
      assert.deepEqual([answer.count, answer.resultTruncated, answer.skipToken], [5, 'true', undefined]);
    });
  }

  it('skip as told, but not where the query takes a number of rows', async () => {
    const azure = createAzure();
    const [all, skipped, taken] = await Promise.all([
      rowsOf(azure, NAMES),
      rowsOf(azure, NAMES, { options: { skip: 40 } }),
      rowsOf(azure, `${NAMES} | limit 2`, { options: { skip: 40 } }),
    ]);
    assert.deepEqual([skipped, taken], [all.slice(40), all.slice(0, 2)]);
  });

  it('hold at most 1,000 rows, and so many where nothing is said', async () => {
    const azure = createAzure({ world: contoso({ subscriptions: 1, groupsPerSubscription: 9, resources: 1200 }) });
    const { count, totalRecords } = await query(azure, NAMES);
    assert.deepEqual([count, totalRecords > 1200], [1000, true]);
    assert.equal(await refusalOf(query(azure, NAMES, { options: { top: 1001 } })), '400 BadRequest InvalidOptions');
    assert.equal(await refusalOf(query(azure, NAMES, { options: { top: 0 } })), '400 BadRequest InvalidOptions');
  });

  it('are those of one query: its token is good for no other', async () => {
    const azure = createAzure();
    const { skipToken = '' } = await query(azure, NAMES, { options: { top: 5 } });
    const other = query(azure, `${NAMES} | where name != ''`, { options: { top: 5, skipToken } });
    const forged = query(azure, NAMES, { options: { skipToken: 'bm9uc2Vuc2U=' } });
    assert.deepEqual(await Promise.all([other, forged].map(refusalOf)), [
      '400 BadRequest InvalidSkipToken',
      '400 BadRequest InvalidSkipToken',
    ]);
  });

  it('are refused above 16 MB', async () => {
    const azure = createAzure();
    const [disk] = azure.world.resources.filter(({ name }) => name === 'osdisk-jump-prod');
    if (disk) azure.putResource({ ...disk, properties: { note: 'x'.repeat(17 * 1024 * 1024) } });
    assert.equal(await refusalOf(query(azure, 'Resources')), '400 BadRequest ResponsePayloadTooLarge');
    assert.equal((await query(azure, COUNT)).count, 1);
  });
});

describe('what a caller sees in Resource Graph', () => {
  it('is what its roles let it read, without a hint that there is more', async () => {
    const azure = createAzure();
    azure.world.roleAssignments.length = 0;
    const { id } = production(azure);
    for (const scope of [`${id}/resourceGroups/rg-search-prod-weu`, ownId(azure, 'aks-prod')]) grant(azure, scope);
    assert.deepEqual(await rowsOf(azure, 'Resources | project name | order by name asc'), [
      { name: 'aks-prod' },
      { name: 'srch-catalogue-prod' },
    ]);
    assert.deepEqual(await rowsOf(azure, 'ResourceContainers | project name'), [{ name: 'rg-search-prod-weu' }]);
  });

  it('leaves out unreadable subscriptions silently, and is refused where none is readable', async () => {
    const azure = createAzure();
    const [readable, , unreadable] = azure.world.subscriptions.map(({ subscriptionId }) => subscriptionId);
    const counted = async (...subscriptions: string[]) => rowsOf(azure, COUNT, { subscriptions });
    assert.deepEqual(await counted(`${readable}`.toUpperCase(), `${unreadable}`), await counted(`${readable}`));
    assert.equal(await refusalOf(counted(`${unreadable}`)), '403 AccessDenied AccessDenied');
    assert.equal(await refusalOf(counted('11111111-1111-4111-a111-111111111111')), '403 AccessDenied AccessDenied');
  });

  it('is the tenant, by its root management group', async () => {
    const azure = createAzure();
    const inGroup = (name: string) => rowsOf(azure, COUNT, { managementGroups: [name] });
    assert.deepEqual(await inGroup(azure.world.tenant.id), await rowsOf(azure, COUNT));
    assert.equal(await refusalOf(inGroup('elsewhere')), '403 AccessDenied AccessDenied');
  });
});

describe('the quota of Resource Graph', () => {
  it('is 15 queries in five seconds, told on every answer', async () => {
    const clock = createManualClock();
    const azure = createAzure({ clock });
    const token = await tokenFor(azure, 'https://management.azure.com');
    const ask = async () => quotaOf(await post(azure, { query: COUNT }, { token }));
    const answers = [await ask()];
    clock.advance(2000);
    for (let queries = 1; queries < 15; queries += 1) answers.push(await ask());
    answers.push(await ask());
    clock.advance(3000);
    assert.deepEqual(
      [answers[0], answers[14], answers[15], await ask()],
      [
        [200, '14', '00:00:05', null],
        [200, '0', '00:00:03', null],
        [429, '0', '00:00:03', '3'],
        [200, '14', '00:00:05', null],
      ],
    );
  });

  it('is each principal’s own', async () => {
    const azure = createAzure({ clock: createManualClock(), resourceGraphQuota: 1 });
    const [, , other] = azure.world.identities;
    const token = await tokenFor(azure, 'https://management.azure.com', `&client_id=${other?.clientId}`);
    const statuses = [await post(azure, { query: COUNT }), await post(azure, { query: COUNT }, { token })];
    assert.deepEqual(
      [...statuses.map(({ status }) => status), await refusalOf(query(azure, COUNT))],
      [200, 200, '429 RateLimiting RateLimiting'],
    );
  });
});

describe('a request that Resource Graph refuses', () => {
  const azure = createAzure({ resourceGraphQuota: 1000 });
  const subscriptions = Array.from({ length: 1001 }, (_, index) => String(index));
  for (const [why, body, code] of [
    ['is no JSON', '{', '400 InvalidRequest'],
    ['is no object', [], '400 InvalidRequest'],
    ['has no query', {}, '400 InvalidQuery'],
    ['names 1,001 subscriptions', { query: COUNT, subscriptions }, '400 TooManySubscriptions'],
    ['names two kinds of scope', { query: COUNT, subscriptions: ['a'], managementGroups: ['b'] }, '400 InvalidScope'],
    ['wants an unknown format', { query: COUNT, options: { resultFormat: 'csv' } }, '400 InvalidOptions'],
    ['wants an unknown scope', { query: COUNT, options: { authorizationScopeFilter: 'All' } }, '400 InvalidOptions'],
    ['skips backwards', { query: COUNT, options: { $skip: -1 } }, '400 InvalidOptions'],
  ] as const) {
    it(`${why}`, async () => {
      const { status, body: answer } = await post(azure, body);
      const { error } = JSON.parse(JSON.stringify(answer));
      assert.deepEqual([`${status} ${error.details[0].code}`, error.code], [code, 'BadRequest']);
    });
  }

  it('is of another content type, version, method or path, or has no token', async () => {
    const url = 'https://management.azure.com/providers/Microsoft.ResourceGraph';
    const statuses = [
      (await post(azure, { query: COUNT }, { contentType: 'text/plain' })).status,
      (await post(azure, { query: COUNT }, { version: '2009-01-01' })).status,
      (await azure.fetch(new Request(`${url}/resources?api-version=2024-04-01`))).status,
      (await azure.fetch(new Request(`${url}/operations?api-version=2024-04-01`))).status,
      (await azure.fetch(new Request(`${url}/resources?api-version=2024-04-01`, { method: 'POST' }))).status,
    ];
    assert.deepEqual(statuses, [500, 400, 405, 404, 401]);
  });
});

describe('faults of Resource Graph', () => {
  it('befall it as any service', async () => {
    const azure = createAzure({ clock: createManualClock() });
    const error = { code: 'ServiceUnavailable', message: 'The service is unavailable.' };
    azure.addFault({ service: 'resource-graph', status: 503, body: { error }, times: 1 });
    azure.addFault({ service: 'resource-graph', reset: true, times: 1 });
    assert.equal(await refusalOf(query(azure, COUNT)), '503 ServiceUnavailable');
    await assert.rejects(query(azure, COUNT), { code: 'ECONNRESET' });
    assert.equal((await query(azure, COUNT)).count, 1);
  });

  it('cut an answer short, and say so', async () => {
    const azure = createAzure();
    azure.addFault({ service: 'resource-graph', truncateTo: 3, times: 1 });
    const { count, data, resultTruncated, totalRecords } = await query(azure, NAMES, { options: { top: 10 } });
    const whole = await query(azure, NAMES);
    assert.deepEqual([count, data, resultTruncated], [3, whole.data.slice(0, 3), 'true']);
    assert.equal(totalRecords, whole.totalRecords);
  });
});

async function pagesOf(azure: Azure, text: string, top: number) {
  const pages = [await query(azure, text, { options: { top } })];
  while (pages.at(-1)?.skipToken) {
    pages.push(await query(azure, text, { options: { top, skipToken: `${pages.at(-1)?.skipToken}` } }));
  }
  return pages;
}

function quotaOf({ status, headers }: { status: number; headers: Headers }) {
  const names = ['x-ms-user-quota-remaining', 'x-ms-user-quota-resets-after', 'retry-after'];
  return [status, ...names.map((name) => headers.get(name))];
}

function ownId(azure: Azure, name: string): string {
  return azure.world.resources.find((resource) => resource.name === name)?.id ?? '';
}

function grant(azure: Azure, scope: string): void {
  azure.assignRole({ principalId: azure.world.identities[0]?.principalId ?? '', role: 'Reader', scope });
}
