import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Azure, createAzure } from '../emulator/azure.ts';
import { contoso } from '../emulator/contoso.ts';
import { armClientOf, ask, callsOf, codeOf, groupsUrl, production } from './support/emulator.ts';
import { rowsOf } from './support/resource-graph.ts';

const ARM = 'https://management.azure.com';
const VERSION = 'api-version=2025-04-01';

describe('Azure Resource Manager', () => {
  it('lists all groups to the SDK, page by page', async () => {
    const azure = createAzure({ pageSize: 4 });
    const groups = await Array.fromAsync(armClientOf(azure).resourceGroups.list());
    assert.deepEqual(
      groups.map(({ name }) => name),
      groupNames(azure, 'Contoso Production'),
    );
    const page = `arm ${production(azure).id}/resourcegroups 200`;
    assert.deepEqual(callsOf(azure).slice(1), [page, page, page]);
  });

  it('honours $top as the size of a page', async () => {
    const azure = createAzure();
    const pages = armClientOf(azure).resourceGroups.list({ top: 2 }).byPage();
    const sizes = (await Array.fromAsync(pages)).map((page) => page.length);
    assert.deepEqual(sizes, [2, 2, 2, 2, 1]);
  });

  it('lists 980 groups', async () => {
    const azure = createAzure({ world: contoso({ subscriptions: 1 }) });
    const { subscriptionId = '' } = azure.world.subscriptions.at(-1) ?? {};
    const groups = await Array.fromAsync(armClientOf(azure, subscriptionId).resourceGroups.list());
    assert.equal(groups.length, 980);
  });

  it('filters groups by tag, with a doubled quote for a quote', async () => {
    const azure = createAzure();
    const filter = "tagName eq 'team' and tagValue eq 'children''s wear'";
    const groups = await Array.fromAsync(armClientOf(azure).resourceGroups.list({ filter }));
    assert.deepEqual(
      groups.map(({ name }) => name),
      ['rg-storefront-prod-weu'],
    );
  });

  it('refuses a filter it does not understand', async () => {
    const azure = createAzure();
    const filters = ["tagValue eq 'prod'", "name eq 'rg'", "tagName eq 'a'b'", 'nonsense'];
    const urls = filters.map((filter) => `${groupsUrl(azure)}&$filter=${encodeURIComponent(filter)}`);
    const codes = await Promise.all(urls.map(async (url) => codeOf(await ask(azure, url))));
    assert.deepEqual(new Set(codes), new Set(['400 InvalidFilterInQueryString']));
  });

  it('answers one group whatever the case of its name', async () => {
    const azure = createAzure();
    const answer = await ask(
      azure,
      groupsUrl(azure).replace('/resourcegroups?', '/RESOURCEGROUPS/RG-Payments%2DPROD?'),
    );
    assert.deepEqual(answer, {
      status: 200,
      body: {
        id: `${production(azure).id}/resourceGroups/rg-payments-prod`,
        name: 'rg-payments-prod',
        type: 'Microsoft.Resources/resourceGroups',
        location: 'eastus',
        tags: { env: 'prod', team: 'payments', costCenter: 'CC-2040' },
        properties: { provisioningState: 'Succeeded' },
      },
    });
  });

  it('says by HEAD whether a group exists', async () => {
    const azure = createAzure();
    const { resourceGroups } = armClientOf(azure);
    const answers = [
      await resourceGroups.checkExistence('rg-aks-prod'),
      await resourceGroups.checkExistence('rg-none'),
    ];
    assert.deepEqual(
      answers.map(({ body }) => body),
      [true, false],
    );
  });

  it('lists the resources of a group, filtered by type', async () => {
    const azure = createAzure();
    const filter = "resourceType eq 'microsoft.storage/storageaccounts' or substringof('SQL', name)";
    const list = armClientOf(azure).resources.listByResourceGroup('rg-payments-prod', { filter });
    assert.deepEqual(
      (await Array.fromAsync(list)).map(({ name }) => name),
      ['sql-payments-prod', 'stpaymentsprod'],
    );
  });

  it('knows a region by its name, by id as it was given', async () => {
    const azure = createAzure();
    const id = `${production(azure).id}/resourceGroups/rg-payments-prod/providers/Microsoft.Web/sites/named`;
    azure.putResource({ id, location: 'West Europe' });
    const { resources } = armClientOf(azure);
    const [listed] = await Array.fromAsync(resources.list({ filter: "location eq 'westeurope' and name eq 'named'" }));
    const [row] = await rowsOf(
      azure,
      "Resources | where location == 'westeurope' and name == 'named' | project location",
    );
    const { location } = await resources.getById(id.slice(1), '2024-04-01');
    assert.deepEqual([listed?.location, row, location], ['westeurope', { location: 'westeurope' }, 'West Europe']);
  });

  it('leaves the tags out when resources are filtered by tag', async () => {
    const azure = createAzure();
    const list = armClientOf(azure).resources.list({ filter: "tagName eq 'team' and tagValue eq 'search'" });
    assert.deepEqual(
      (await Array.fromAsync(list)).map(({ name, tags }) => ({ name, tags })),
      [{ name: 'srch-catalogue-prod', tags: undefined }],
    );
  });

  it('has its own error for everything that is not there', async () => {
    const azure = createAzure();
    const { id } = production(azure);
    const paths = [
      `/subscriptions/none/resourcegroups?${VERSION}`,
      `${id}/resourcegroups/rg-none?${VERSION}`,
      `${id}/resourcegroups/rg-none/resources?${VERSION}`,
      `${id}/providers?${VERSION}`,
      `/nothing?${VERSION}`,
      `${id}/resourcegroups`,
      `${id}/resourcegroups?api-version=2009-01-01`,
    ];
    const codes = await Promise.all(paths.map(async (path) => codeOf(await ask(azure, `${ARM}${path}`))));
    assert.deepEqual(codes, [
      '404 SubscriptionNotFound',
      '404 ResourceGroupNotFound',
      '404 ResourceGroupNotFound',
      '404 InvalidResourceType',
      '404 MissingSubscription',
      '400 MissingApiVersionParameter',
      '400 InvalidApiVersionParameter',
    ]);
  });
});

function groupNames(azure: Azure, displayName: string): string[] {
  const subscription = azure.world.subscriptions.find((one) => one.displayName === displayName);
  const groups = azure.world.resourceGroups.filter((group) => group.subscriptionId === subscription?.subscriptionId);
  return groups.map(({ name }) => name);
}
