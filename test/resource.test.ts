import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Azure, createAzure } from '../emulator/azure.ts';
import { contoso } from '../emulator/contoso.ts';
import { guidOf } from '../emulator/identifier.ts';
import { systemClock } from '../src/clock.ts';
import { textFile } from './support/file.ts';
import { type Answer, codes, gatewayOver, names, TESTER } from './support/gateway.ts';
import { bodiesTo, queriesTo } from './support/resource-graph.ts';

const [PRODUCTION = '', DEVELOPMENT = ''] = contoso().subscriptions.map(({ subscriptionId }) => subscriptionId);
const GROUPS = `/subscriptions/${PRODUCTION}/resourceGroups`;
const idOf = (group: string, type: string, name: string) => `${GROUPS}/${group}/providers/${type}/${name}`;
const CLUSTER = idOf('rg-aks-prod', 'Microsoft.ContainerService/managedClusters', 'aks-prod');
const MACHINE = idOf('rg-shared-prod', 'Microsoft.Compute/virtualMachines', 'vm-jump-prod');
const SAMPLE = 'https://contoso-vault.vault.azure.net/secrets/SampleSecret';
const ADA = contoso().applications.find(({ displayName }) => displayName === 'Ada')?.principalId;
const only = (group: string) => `@id("one-group")
  permit (principal, action == Action::"readEstate", resource == ResourceGroup::"${PRODUCTION}/${group}") when { principal.subject == "${ADA}" };`;
const GRAPH = ['imds', 'resource-graph'];
const ALERT = {
  id: idOf('rg-shared-prod', 'Microsoft.Insights/activityLogAlerts', 'service-health'),
  location: 'global',
  properties: { scopes: [`/subscriptions/${DEVELOPMENT}`], enabled: true },
};

// The gateway's identity has no role on contoso's finance.
const seen = ({ world }: Azure) =>
  world.resources.filter(({ subscriptionId }) => [PRODUCTION, DEVELOPMENT].includes(subscriptionId));

describe('resources', () => {
  it('come with their count and five facets in one Resource Graph call', async () => {
    const { ask, azure, upstream } = await gatewayOver();
    const facets = ['TYPE', 'LOCATION', 'SUBSCRIPTION', 'RESOURCE_GROUP'].map(
      (by) => `${by}: facets(by: ${by}, first: 1) { value count }`,
    );
    const query = `{ resources(first: 2) { totalCount nodes { name } ${facets.join(' ')} TAG: facets(by: TAG, tag: "ENV") { value count } } }`;
    const { data } = await ask(query);
    const all = seen(azure);
    assert.deepEqual(upstream(), GRAPH);
    assert.equal(data.resources.totalCount, all.length);
    assert.deepEqual(data.resources.LOCATION, [
      { value: 'eastus', count: all.filter(({ location }) => location === 'eastus').length },
    ]);
    const untagged = all.filter(
      ({ tags = {} }) => !Object.keys(tags).some((key) => key.toLowerCase() === 'env'),
    ).length;
    assert.deepEqual(
      data.resources.TAG.find(({ value }: { value: unknown }) => value === null),
      { value: null, count: untagged },
    );
  });

  it('come with a sixth facet in one call more: Resource Graph counts five a query', async () => {
    const { ask, azure, upstream } = await gatewayOver();
    const bodies = bodiesTo(azure);
    const tags = ['env', 'team'].map((tag) => `${tag}: facets(by: TAG, tag: "${tag}") { count }`);
    const others = ['TYPE', 'LOCATION', 'SUBSCRIPTION', 'RESOURCE_GROUP'].map(
      (by) => `${by}: facets(by: ${by}) { count }`,
    );
    const { data } = await ask(`{ resources(first: 2) { ${[...tags, ...others].join(' ')} } }`);
    assert.equal(Object.values(data.resources).filter((facet) => (facet as object[]).length > 0).length, 6);
    assert.deepEqual(upstream(), [...GRAPH, 'resource-graph']);
    assert.deepEqual(
      bodies.map(({ facets = [] }) => facets.length),
      [5, 1],
    );
  });

  for (const [count, asked] of [
    [1000, 1000],
    [1001, undefined],
  ]) {
    it(`of ${count} subscriptions are asked for ${asked ? 'by the request' : 'by the query: a request takes 1000'}`, async () => {
      const others = Array.from({ length: (count ?? 0) - 1 }, (_, nth) => guidOf(`subscription ${nth}`));
      const named = [PRODUCTION, ...others].map((id) => `Subscription::"${id}"`).join(', ');
      const policy = textFile(
        `@id("many") permit (principal, action == Action::"readEstate", resource) when { resource in [${named}] };`,
      );
      const { ask, azure } = await gatewayOver({ env: { ACCESS_POLICY: policy } });
      const bodies = bodiesTo(azure);
      const { data } = await ask('{ resources { totalCount } }');
      const own = azure.world.resources.filter(({ subscriptionId }) => subscriptionId === PRODUCTION);
      assert.equal(data.resources.totalCount, own.length);
      const [{ subscriptions, query } = { query: '' }] = bodies;
      assert.equal(subscriptions?.length, asked);
      assert.equal(query.includes(others.at(-1) ?? ''), asked === undefined);
    });
  }

  it('cost one call for a later page, and one more where they are counted', async () => {
    const { ask, azure, upstream } = await gatewayOver();
    const { data } = await ask('{ resources(first: 5) { pageInfo { endCursor } totalCount } }');
    const after = data.resources.pageInfo.endCursor;
    azure.clearCalls();
    await ask(`{ resources(first: 5, after: "${after}") { nodes { name } } }`);
    assert.deepEqual(upstream(), ['resource-graph']);
    azure.clearCalls();
    const counted = await ask(`{ resources(first: 5, after: "${after}") { totalCount facets(by: TYPE) { count } } }`);
    assert.deepEqual(upstream(), ['resource-graph', 'resource-graph']);
    assert.equal(counted.data.resources.totalCount, data.resources.totalCount);
  });

  for (const order of ['ID', 'NAME', 'TYPE', 'LOCATION'].flatMap((field) => [`${field} ASC`, `${field} DESC`])) {
    it(`are each on one page, sorted by ${order}`, async () => {
      const { ask, azure } = await gatewayOver();
      const [field, direction] = order.split(' ');
      const pages: { id: string }[] = [];
      for (let after: string | null = null; ; ) {
        const query = `query ($after: String) { resources(first: 7, after: $after, orderBy: { field: ${field}, direction: ${direction} }) { nodes { id } pageInfo { endCursor hasNextPage } } }`;
        const { data } = await ask(query, { after });
        pages.push(...data.resources.nodes);
        after = data.resources.pageInfo.endCursor;
        if (!data.resources.pageInfo.hasNextPage) break;
      }
      const key = (id: string) =>
        keyOf(
          seen(azure).find((each) => each.id === id),
          field ?? '',
        );
      const ids = pages.map(({ id }) => id);
      assert.deepEqual(new Set(ids), new Set(seen(azure).map(({ id }) => id)));
      const sorted = ids.toSorted((a, b) => (direction === 'DESC' ? -1 : 1) * (key(a) < key(b) ? -1 : 1));
      assert.deepEqual(ids, sorted);
    });
  }

  const filters: Record<string, [where: string, expected: readonly string[]]> = {
    'a type, in any letter case': ['{ types: ["MICROSOFT.COMPUTE/VIRTUALMACHINES"] }', ['vm-jump-prod']],
    'a region by its display name': [
      '{ locations: ["West Europe"], name: { startsWith: "ST" } }',
      ['ststorefrontprod'],
    ],
    'a subscription': [`{ subscriptionIds: ["${DEVELOPMENT}"], name: { startsWith: "aks" } }`, ['aks-dev']],
    'a group': ['{ resourceGroups: ["RG-SEARCH-PROD-WEU"] }', ['srch-catalogue-prod']],
    'a whole name': ['{ name: { equals: "AKS-dev" } }', ['aks-dev']],
    'a tag, its key in any letter case': [
      '{ tag: { key: "ENV", equals: "dev" }, name: { contains: "aks" } }',
      ['aks-dev'],
    ],
    "a tag's value, letter case included": ['{ tag: { key: "env", equals: "DEV" } }', []],
    'one of several': [
      '{ or: [{ name: { equals: "aks-dev" } }, { name: { equals: "aks-prod" } }] }',
      ['aks-dev', 'aks-prod'],
    ],
    'all but some': [
      '{ and: [{ name: { startsWith: "aks-" } }, { not: { name: { contains: "prod" } } }, { not: { name: { contains: "nodepool" } } }] }',
      ['aks-agentpool-12345678-nsg', 'aks-dev'],
    ],
    'nothing, of a type that Azure does not have': ['{ types: ["Contoso.Toys/robots"] }', []],
    'nothing, by a name that would end a literal': [`{ name: { equals: "x' or 'a' == 'a" } }`, []],
  };
  for (const [what, [where, expected]] of Object.entries(filters)) {
    it(`are filtered by ${what}`, async () => {
      const { ask } = await gatewayOver();
      const { data } = await ask(
        `{ resources(where: ${where}, orderBy: { field: NAME, direction: ASC }) { totalCount nodes { name } } }`,
      );
      assert.deepEqual(names(data.resources.nodes), expected);
      assert.equal(data.resources.totalCount, expected.length);
    });
  }

  const tags = {
    'Odd"key': 'a"b\\c',
    'reg.ex*': '(a|b)$',
    uni: 'n\u00e4\u00efve \u65e5\u672c',
    "q'": "it's",
    'a:b': 'v":"w',
    blank: '',
  };
  for (const [key, value] of Object.entries(tags)) {
    it(`are found and counted by a tag of odd characters: ${key}`, async () => {
      const { ask, azure } = await gatewayOver();
      azure.putResource({ id: idOf('rg-shared-prod', 'Microsoft.Compute/disks', 'odd'), location: 'eastus', tags });
      const found = 'totalCount nodes { name } facets(by: TAG, tag: $key) { value count }';
      const { data } = await ask(
        `query ($key: String!, $value: String!) {
          resources(where: { tag: { key: $key, equals: $value } }) { ${found} }
          resourceGroups(where: { namePrefix: "rg-s" }) { name resources(where: { tag: { key: $key, exists: true } }) { ${found} } }
        }`,
        { key: key.toUpperCase(), value },
      );
      const one = { totalCount: 1, nodes: [{ name: 'odd' }], facets: [{ value, count: 1 }] };
      const shared = data.resourceGroups.find(({ name }: { name: string }) => name === 'rg-shared-prod');
      assert.deepEqual([data.resources, shared.resources], [one, one]);
    });
  }

  it('are counted by twenty values where the query does not say', async () => {
    const { ask, azure } = await gatewayOver();
    for (let nth = 0; nth < 30; nth++) {
      const id = idOf('rg-shared-prod', 'Microsoft.Compute/disks', `disk-${nth}`);
      azure.putResource({ id, location: 'eastus', tags: { nth: String(nth) } });
    }
    const { data } = await ask(
      '{ resources { a: facets(by: TAG, tag: "nth") { count } b: facets(by: TAG, tag: "NTH", first: null) { count } c: facets(by: TAG, tag: "nth", first: 25) { count } } }',
    );
    assert.deepEqual([data.resources.a.length, data.resources.b.length, data.resources.c.length], [20, 20, 25]);
  });

  it('are counted in one order, at the root and below a subscription or a group, however many values are asked for', async () => {
    const { ask, azure } = await gatewayOver();
    for (const [nth, tags] of [
      { t: 'b' },
      {},
      { t: 'é' },
      { t: '' },
      { t: 'a' },
      {},
      { t: 'B' },
      { t: 'c' },
      { t: 'c' },
    ].entries())
      azure.putResource({
        id: idOf('rg-shared-prod', 'Contoso.Toys/robots', `robot-${nth}`),
        location: 'eastus',
        tags,
      });
    const facets = (first: number) => `facets(by: TAG, tag: "t", first: ${first}) { value count }`;
    const resources = `resources(where: { types: ["Contoso.Toys/robots"] }, first: 1) { all: ${facets(1000)} three: ${facets(3)} }`;
    const { data } = await ask(
      `{ ${resources} subscriptions { ${resources} } resourceGroups(where: { namePrefix: "rg-shared-" }) { ${resources} } }`,
    );
    const values: [string | null, number][] = [
      ['c', 2],
      [null, 2],
      ['', 1],
      ['B', 1],
      ['a', 1],
      ['b', 1],
      ['é', 1],
    ];
    const all = values.map(([value, count]) => ({ value, count }));
    const [ofSubscription] = data.subscriptions.filter((each: typeof data) => each.resources.all.length > 0);
    const [ofGroup] = data.resourceGroups.filter((each: typeof data) => each.resources.all.length > 0);
    for (const { resources } of [data, ofSubscription, ofGroup])
      assert.deepEqual(resources, { all, three: all.slice(0, 3) });
  });

  it('that lack a tag are those that it says nothing of', async () => {
    const { ask, azure } = await gatewayOver();
    const { data } = await ask(
      '{ resources(where: { tag: { key: "env", exists: false } }, first: 1000) { nodes { id } } }',
    );
    const lacking = seen(azure)
      .filter(({ tags = {} }) => !('env' in tags))
      .map(({ id }) => id);
    assert.deepEqual(new Set(data.resources.nodes.map(({ id }: { id: string }) => id)), new Set(lacking));
  });

  it('are found by when they changed, in one call', async () => {
    const { ask, azure, upstream } = await gatewayOver();
    azure.putResource({ id: idOf('rg-shared-prod', 'Microsoft.Compute/disks', 'new'), location: 'eastus' });
    const since = new Date(azure.now() - 3_600_000).toISOString();
    const { data } = await ask(
      `{ resources(where: { changedSince: "${since}" }) { totalCount nodes { name changedAt } } }`,
    );
    assert.deepEqual(names(data.resources.nodes), ['new']);
    assert.ok(data.resources.nodes[0].changedAt > since);
    assert.deepEqual(upstream(), GRAPH);
  });
});

describe('changes', () => {
  const DAY_IN_MS = 86_400_000;

  it("are asked for of the last 14 days by the gateway's clock, and of none before", async () => {
    const now = Math.floor(Date.now() / DAY_IN_MS) * DAY_IN_MS - DAY_IN_MS;
    const azure = createAzure({ world: contoso() });
    const { ask, upstream } = await gatewayOver({ azure, clock: { ...systemClock, wall: () => now } });
    const since = (ms: number) => `changedSince: "${new Date(now - ms).toISOString()}"`;
    const asked = (where: string) => ask(`{ resources(where: { ${where} }) { totalCount } }`);
    assert.deepEqual(codes(await asked(since(14 * DAY_IN_MS))), []);
    const cost = upstream().length;
    const tooLate = [since(14 * DAY_IN_MS + 1), `not: { or: [{ and: [{ ${since(14 * DAY_IN_MS + 1)} }] }] }`];
    for (const where of tooLate) assert.deepEqual(codes(await asked(where)), ['BAD_USER_INPUT']);
    assert.equal(upstream().length, cost);
  });
});

describe('the table of changes', () => {
  it('is joined only where a filter or a field needs it', async () => {
    const { ask, azure } = await gatewayOver();
    const queries = queriesTo(azure);
    const since = new Date(azure.now() - 3_600_000).toISOString();
    await ask('{ resources { totalCount nodes { name } } }');
    await ask('{ resources { nodes { name changedAt } } }');
    await ask(`{ resources(where: { changedSince: "${since}" }) { nodes { name } } }`);
    await ask('{ resourceGroups { resources { nodes { name } } } }');
    assert.deepEqual(
      queries.map((query) => query.includes('ResourceChanges')),
      [false, true, true, false],
    );
  });
});

describe('a page that fails', () => {
  it('makes null what holds it: the group, and at the root the whole answer', async () => {
    const { ask, azure } = await gatewayOver();
    azure.addFault({ service: 'resource-graph', status: 501 });
    const below = await ask('{ resourceGroup(name: "rg-aks-prod") { resources { totalCount } } viewer { id } }');
    const atRoot = await ask('{ resources { totalCount } resourceGroups { name } }');
    assert.deepEqual([below, atRoot].flatMap(codes), ['UPSTREAM_UNAVAILABLE', 'UPSTREAM_UNAVAILABLE']);
    assert.equal(below.data.resourceGroup, null);
    assert.notEqual(below.data.viewer, null);
    assert.equal(atRoot.data, null);
  });

  it('fails with its count, and leaves no rejection that nobody waits for', async (t) => {
    const { ask, azure } = await gatewayOver();
    const { data } = await ask('{ resources(first: 5) { pageInfo { endCursor } } }');
    const unhandled = t.mock.fn();
    process.on('unhandledRejection', unhandled);
    azure.addFault({ service: 'resource-graph', status: 501 });
    const answer = await ask(`{ resources(first: 5, after: "${data.resources.pageInfo.endCursor}") { totalCount } }`);
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    process.off('unhandledRejection', unhandled);
    assert.deepEqual([codes(answer), unhandled.mock.callCount()], [['UPSTREAM_UNAVAILABLE'], 0]);
  });
});

describe('the resources of groups', () => {
  it('are read for all groups in one Resource Graph call', async () => {
    const { ask, azure, upstream } = await gatewayOver();
    const { data } = await ask('{ resourceGroups { name resources(first: 1000) { totalCount nodes { name } } } }');
    assert.deepEqual(upstream(), ['imds', 'arm', 'resource-graph']);
    const own = azure.world.resources.filter(({ subscriptionId }) => subscriptionId === PRODUCTION);
    const answered = data.resourceGroups.flatMap(
      ({ resources }: { resources: { nodes: object[] } }) => resources.nodes,
    );
    assert.equal(answered.length, own.length);
  });

  it('are read once a subscription tree too, with pages and facets of each group', async () => {
    const { ask, upstream } = await gatewayOver({ env: { AZURE_SUBSCRIPTION_ID: '' } });
    const query =
      '{ subscriptions { resources(first: 1) { totalCount facets(by: TYPE, first: 1) { value count } pageInfo { hasNextPage } } } }';
    const { data } = await ask(query);
    assert.deepEqual(upstream(), ['imds', 'arm', 'resource-graph']);
    assert.deepEqual(data.subscriptions[0].resources.pageInfo, { hasNextPage: true });
  });

  it('are refused after one call where there are more than MAX_ROWS_PER_LEVEL', async () => {
    const { ask, upstream } = await gatewayOver({ env: { MAX_ROWS_PER_LEVEL: '3' } });
    const answer = await ask('{ resourceGroups { resources { nodes { name } } } }');
    assert.deepEqual([...new Set(codes(answer))], ['LIMIT_EXCEEDED']);
    assert.match(
      answer.errors?.[0]?.message ?? '',
      /^\d+ resources are selected at one level, more than MAX_ROWS_PER_LEVEL \(3\)/,
    );
    assert.deepEqual(upstream(), ['imds', 'arm', 'resource-graph']);
  });

  it('are read whole beyond a page, in no more further calls than there are thousands', async () => {
    const world = contoso({ subscriptions: 1, groupsPerSubscription: 20, resources: 2500 });
    const large = world.subscriptions.at(-1)?.subscriptionId ?? '';
    const { ask, upstream } = await gatewayOver({ world });
    const { data } = await ask(
      `{ resourceGroups(subscriptionId: "${large}") { resources(first: 1000) { nodes { id } } } }`,
    );
    const ids = data.resourceGroups.flatMap((group: Connected) => group.resources.nodes.map(({ id }) => id));
    const own = world.resources.filter(({ subscriptionId }) => subscriptionId === large);
    assert.ok(own.length > 2000);
    assert.deepEqual(ids.toSorted(), own.map(({ id }) => id).toSorted());
    assert.deepEqual(upstream(), ['imds', 'arm', 'resource-graph', 'resource-graph', 'resource-graph']);
  });

  it('take no more calls than there are pages, and one, however many and short the pages are', async () => {
    const world = contoso({ subscriptions: 1, groupsPerSubscription: 20, resources: 5000 });
    const large = world.subscriptions.at(-1)?.subscriptionId ?? '';
    const own = world.resources.filter(({ subscriptionId }) => subscriptionId === large);
    const { ask, azure, upstream } = await gatewayOver({ world, resourceGraphQuota: 1000 });
    const body = { error: { code: 'BadRequest', details: [{ code: 'ResponsePayloadTooLarge', message: '' }] } };
    const headers = { 'x-ms-request-id': 'r' };
    azure.addFault({ service: 'resource-graph', status: 400, headers, body, times: 1 });
    const { data } = await ask(`{ resourceGroups(subscriptionId: "${large}") { resources(first: 1) { totalCount } } }`);
    const counts = data.resourceGroups.map(
      ({ resources }: { resources: { totalCount: number } }) => resources.totalCount,
    );
    assert.equal(
      counts.reduce((sum: number, count: number) => sum + count),
      own.length,
    );
    const calls = upstream().filter((service) => service === 'resource-graph').length;
    assert.ok(calls - 1 <= 1 + Math.ceil(own.length / 250), String(calls));
  });

  it('name no group where all of a subscription are asked, and those asked where some are', async () => {
    const { ask, azure } = await gatewayOver();
    const queries = queriesTo(azure);
    await ask('{ resourceGroups { resources { totalCount } } }');
    await ask('{ resourceGroups(where: { namePrefix: "rg-s" }) { resources { totalCount } } }');
    const named = queries.map((query) => query.match(/resourceGroup in~ \(([^)]*)\)/)?.[1]);
    assert.deepEqual(named, [undefined, "'rg-search-prod-weu', 'rg-shared-prod', 'rg-storefront-prod-weu'"]);
  });

  it('are read for all subscriptions whole in one call, of some of their groups in one for a thousand', async () => {
    const world = contoso({ subscriptions: 3, groupsPerSubscription: 980, resources: 600 });
    const env = { AZURE_SUBSCRIPTION_ID: '' };
    const callsFor = async (where: string) => {
      const { ask, upstream } = await gatewayOver({ world, env, pageSize: 1000 });
      const { errors } = await ask(`{ resourceGroups(where: ${where}) { resources { totalCount } } }`);
      assert.equal(errors, undefined);
      return upstream().filter((service) => service === 'resource-graph').length;
    };
    assert.deepEqual([await callsFor('{}'), await callsFor('{ tag: { key: "env", equals: "prod" } }')], [1, 2]);
  });

  it('are more than MAX_ROWS_PER_LEVEL all together, too', async () => {
    const world = contoso({ subscriptions: 3, groupsPerSubscription: 980, resources: 600 });
    const env = { AZURE_SUBSCRIPTION_ID: '', MAX_ROWS_PER_LEVEL: '250' };
    const { ask, upstream } = await gatewayOver({ world, env, pageSize: 1000 });
    const query = '{ resourceGroups(where: { tag: { key: "env", equals: "prod" } }) { resources { totalCount } } }';
    const answer = await ask(query);
    assert.deepEqual([...new Set(codes(answer))], ['LIMIT_EXCEEDED']);
    assert.equal(upstream().filter((service) => service === 'resource-graph').length, 2);
  });

  it('are paged by a cursor of their own', async () => {
    const { ask } = await gatewayOver();
    const page = (after: string | null) =>
      ask(
        'query ($after: String) { resourceGroup(name: "rg-shared-prod") { resources(first: 9, after: $after) { nodes { name } pageInfo { endCursor hasNextPage } totalCount } } }',
        { after },
      );
    const first = (await page(null)).data.resourceGroup.resources;
    const second = (await page(first.pageInfo.endCursor)).data.resourceGroup.resources;
    const all = [...names(first.nodes), ...names(second.nodes)];
    assert.deepEqual(
      [all.length, new Set(all).size, second.pageInfo.hasNextPage],
      [first.totalCount, first.totalCount, false],
    );
  });
});

describe('a resource', () => {
  it('is got by its id in any letter case, with fields of its own type', async () => {
    const { ask, upstream } = await gatewayOver();
    const { data } = await ask(
      `{ resource(id: "${CLUSTER.toUpperCase()}") { __typename name ... on ManagedCluster { kubernetesVersion nodeResourceGroup } } }`,
    );
    assert.deepEqual(data.resource, {
      ...{ __typename: 'ManagedCluster', name: 'aks-prod' },
      ...{ kubernetesVersion: '1.34', nodeResourceGroup: 'MC_rg-aks-prod_aks-prod_eastus' },
    });
    assert.deepEqual(upstream(), GRAPH);
  });

  it('is got by its id with a slash at the end, as ARM takes it, of ARM too', async () => {
    const { ask, upstream } = await gatewayOver();
    const { data } = await ask(
      `{ graph: resource(id: "${CLUSTER}/") { id } arm: resource(id: "${CLUSTER}/", maxAgeSeconds: 0) { id } node(id: "${CLUSTER}/") { id } nodes(ids: ["${CLUSTER}/"]) { id } }`,
    );
    const cluster = { id: CLUSTER };
    assert.deepEqual(data, { graph: cluster, arm: cluster, node: cluster, nodes: [cluster] });
    assert.deepEqual(upstream().toSorted(), ['arm', 'arm', 'imds', 'resource-graph']);
  });

  it('answers what stands at a path, and null where nothing does', async () => {
    const { ask } = await gatewayOver();
    const { data } = await ask(
      `{ resource(id: "${CLUSTER}") { pool: properties(path: "agentPoolProfiles[0]['name']") none: properties(path: "a.b[7]") } }`,
    );
    assert.deepEqual(data.resource, { pool: 'nodepool1', none: null });
  });

  it('hides plain secrets in its properties, read whole or by a path', async () => {
    const { ask } = await gatewayOver();
    const { data } = await ask(
      '{ resources(where: { types: ["Microsoft.ContainerInstance/containerGroups"], name: { equals: "ci-inventory-import" } }) { nodes { whole: properties at: properties(path: "containers[0].properties.environmentVariables") } } }',
    );
    const [{ whole, at }] = data.resources.nodes;
    const variables = whole.containers[0].properties.environmentVariables;
    assert.deepEqual(at, variables);
    assert.ok(variables.length > 0);
    assert.deepEqual([...new Set(variables.flatMap(({ value }: { value?: string }) => value ?? []))], ['[redacted]']);
  });

  it('is null where there is none', async () => {
    const { ask } = await gatewayOver();
    assert.deepEqual((await ask(`{ resource(id: "${CLUSTER}-none") { name } }`)).data, { resource: null });
  });
});

describe('nodes', () => {
  it('are got a hundred to a call, in the order of their ids', async () => {
    const { ask, upstream } = await gatewayOver();
    const ids = Array.from({ length: 1000 }, (_, nth) => (nth === 500 ? CLUSTER : `${CLUSTER}-${nth}`));
    const { data } = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
    assert.deepEqual(upstream(), ['imds', ...Array.from({ length: 10 }, () => 'resource-graph')]);
    assert.deepEqual(
      [data.nodes[500], data.nodes.filter((each: unknown) => each !== null).length],
      [{ id: CLUSTER }, 1],
    );
  });

  it('fail by the hundred that one call is for, and no further', async () => {
    const { ask, azure } = await gatewayOver();
    const ids = Array.from({ length: 101 }, (_, nth) =>
      nth === 100 ? CLUSTER : CLUSTER.replace('aks-prod', `a-${nth}`),
    );
    azure.addFault({ service: 'resource-graph', status: 501, times: 1 });
    const answer = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
    assert.deepEqual([codes(answer).length, answer.data.nodes[100]], [100, { id: CLUSTER }]);
  });

  it('are null where the identity may not read them, alone or among others', async () => {
    const { ask, azure } = await gatewayOver();
    const finance = azure.world.subscriptions[2]?.subscriptionId;
    const id = azure.world.resources.find(({ subscriptionId }) => subscriptionId === finance)?.id;
    const answers = await Promise.all([
      ask(`{ node(id: "${id}") { id } }`),
      ask(`{ nodes(ids: ["${id}", "${CLUSTER}"]) { id } }`),
    ]);
    assert.deepEqual(answers, [{ data: { node: null } }, { data: { nodes: [null, { id: CLUSTER }] } }]);
  });

  it('are whatever has an id', async () => {
    const { ask } = await gatewayOver();
    const ids = [
      CLUSTER,
      `${GROUPS}/rg-aks-prod`,
      `/subscriptions/${PRODUCTION}`,
      'https://contoso-vault.vault.azure.net/secrets/SampleSecret',
    ];
    const { data } = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename } }', { ids });
    assert.deepEqual(
      data.nodes.map(({ __typename }: { __typename: string }) => __typename),
      ['ManagedCluster', 'ResourceGroup', 'AzureSubscription', 'Secret'],
    );
  });

  it('answer no value, however many secrets are named', async () => {
    const { ask, audit } = await gatewayOver();
    const answer = await ask(
      '{ node(id: "https://contoso-vault.vault.azure.net/secrets/SampleSecret") { ... on Secret { value } } }',
    );
    assert.deepEqual([codes(answer), answer.data.node], [['BAD_USER_INPUT'], { value: null }]);
    assert.deepEqual(
      audit.filter(({ event }) => event === 'secret-read'),
      [],
    );
  });
});

describe('related', () => {
  it('leads from a machine over its interface to its address, one call a level', async () => {
    const { ask, upstream } = await gatewayOver();
    const { data, errors } = await ask(
      `{ resource(id: "${MACHINE}") { related(types: ["Microsoft.Network/networkInterfaces"]) { edges { via node { ... on Resource { name related(types: ["Microsoft.Network/publicIPAddresses"]) { edges { via node { ... on Resource { name } } } } } } } } } }`,
    );
    assert.equal(errors, undefined);
    const [nic] = data.resource.related.edges;
    assert.equal(nic.via, 'properties.networkProfile.networkInterfaces[0].id');
    assert.equal(nic.node.related.edges[0].via, 'properties.ipConfigurations[0].properties.publicIPAddress.id');
    assert.deepEqual(upstream(), ['imds', 'resource-graph', 'resource-graph', 'resource-graph']);
  });

  it('leads back from what refers to it: IN is the reverse of OUT', async () => {
    const { ask } = await gatewayOver();
    const all =
      '{ resources(first: 1000) { nodes { id related(first: 1000, direction: DIRECTION) { edges { node { id } } } } } }';
    const pairs = async (direction: string) => {
      const { data } = await ask(all.replace('DIRECTION', direction));
      return data.resources.nodes.flatMap((from: Node) =>
        from.related.edges
          .filter(({ node }) => /\/providers\//.test(node.id))
          .map(({ node }) => (direction === 'OUT' ? [from.id, node.id] : [node.id, from.id]).join(' ').toLowerCase()),
      );
    };
    const [out, incoming] = [await pairs('OUT'), await pairs('IN')];
    assert.ok(out.length > 20);
    assert.deepEqual(incoming.toSorted(), out.toSorted());
  });

  it('leads back to the nearest that is held: from a database, not from the server that it is a part of', async () => {
    const { ask, azure } = await gatewayOver();
    const server = idOf('rg-shared-prod', 'Microsoft.Sql/servers', 'sql');
    const [database, user] = [`${server}/databases/orders`, idOf('rg-shared-prod', 'Microsoft.Web/sites', 'orders')];
    for (const id of [server, database]) azure.putResource({ id, location: 'eastus' });
    azure.putResource({ id: user, location: 'eastus', properties: { source: `${database}/backupPolicies/default` } });
    const leadingTo = async (id: string) => {
      const { data } = await ask(
        `{ resource(id: "${id}") { related(direction: IN) { edges { node { id } targetId } } } }`,
      );
      return data.resource.related.edges;
    };
    const edge = { node: { id: user }, targetId: `${database}/backupPolicies/default` };
    assert.deepEqual([await leadingTo(server), await leadingTo(database)], [[], [edge]]);
  });

  it('leads back past what is nearer at one look at all of it, however much that is', async () => {
    const { ask, azure, upstream } = await gatewayOver();
    const server = idOf('rg-shared-prod', 'Microsoft.Sql/servers', 'sql');
    const databases = Array.from({ length: 60 }, (_, nth) => `${server}/databases/orders-${nth}`);
    for (const id of [server, ...databases]) azure.putResource({ id, location: 'eastus' });
    const user = idOf('rg-shared-prod', 'Microsoft.Web/sites', 'orders');
    azure.putResource({ id: user, location: 'eastus', properties: { items: databases } });
    azure.clearCalls();
    const { data } = await ask(`{ resource(id: "${server}") { related(direction: IN) { totalCount } } }`);
    assert.equal(data.resource.related.totalCount, 0);
    assert.equal(upstream().filter((service) => service === 'resource-graph').length, 3);
  });

  it('leads from a key to an identity', async () => {
    const { ask } = await gatewayOver();
    const { data } = await ask(
      `{ resource(id: "${MACHINE}") { related(types: ["Microsoft.ManagedIdentity/userAssignedIdentities"]) { edges { via node { ... on Resource { name } } } } } }`,
    );
    assert.deepEqual(data.resource.related.edges, [
      { via: 'identity.userAssignedIdentities', node: { name: 'id-jump-prod' } },
    ]);
  });

  it('leads to a subscription, one that is read', async () => {
    const { ask, azure, upstream } = await gatewayOver();
    const { id } = azure.putResource(ALERT);
    const { data } = await ask(
      `{ resource(id: "${id}") { related { edges { via targetId node { __typename ... on AzureSubscription { displayName } } } } } }`,
    );
    const targetId = `/subscriptions/${DEVELOPMENT}`;
    const node = { __typename: 'AzureSubscription', displayName: 'Contoso Development' };
    assert.deepEqual(data.resource.related.edges, [{ via: 'properties.scopes[0]', targetId, node }]);
    assert.deepEqual(upstream(), [...GRAPH, 'arm']);
  });

  it('leads to no subscription of which only a group is granted', async () => {
    const { askAs, azure } = await gatewayOver({ env: { ACCESS_POLICY: textFile(only('rg-shared-prod')) } });
    const { id } = azure.putResource({ ...ALERT, properties: { scopes: [`/subscriptions/${PRODUCTION}`] } });
    const { data } = await askAs('Ada', `{ resource(id: "${id}") { related { edges { node { id } } } } }`);
    assert.deepEqual(data.resource.related.edges, []);
  });

  it('leads to nothing that the identity may not read', async () => {
    const { ask, azure } = await gatewayOver();
    const { id: finance = '' } = azure.world.subscriptions[2] ?? {};
    const unreadable = azure.world.resources.flatMap(({ id }) => (id.startsWith(finance) ? id : []));
    const groups = azure.world.resourceGroups.flatMap(({ id }) => (id.startsWith(finance) ? id : []));
    const { id } = azure.putResource({ ...ALERT, properties: { scopes: [finance, ...unreadable, ...groups] } });
    const answer = await ask(`{ resource(id: "${id}") { related { edges { node { id } } } } }`);
    assert.ok(unreadable.length > 0);
    assert.deepEqual(answer, { data: { resource: { related: { edges: [] } } } });
  });

  it('is refused where more ids are to be looked up at one level than MAX_ROWS_PER_LEVEL, by no call', async () => {
    const { ask, upstream } = await gatewayOver({ env: { MAX_ROWS_PER_LEVEL: '3' } });
    const answer = await ask('{ resources { nodes { related { totalCount } } } }');
    assert.deepEqual([...new Set(codes(answer))], ['LIMIT_EXCEEDED']);
    assert.match(answer.errors?.[0]?.message ?? '', /^\d+ ids .* more than MAX_ROWS_PER_LEVEL \(3\)/);
    assert.deepEqual(upstream(), GRAPH);
  });

  it('is refused after one call where more lead back than MAX_ROWS_PER_LEVEL', async () => {
    const leadBack = async (count: number) => {
      const { ask, azure, upstream } = await gatewayOver({ env: { MAX_ROWS_PER_LEVEL: '3' } });
      for (let nth = 0; nth < count; nth++) {
        const id = idOf('rg-shared-prod', 'Microsoft.Web/sites', `site-${nth}`);
        azure.putResource({ id, location: 'eastus', properties: { of: CLUSTER } });
      }
      const related = 'related(direction: IN, types: ["Microsoft.Web/sites"]) { totalCount }';
      const answer = await ask(`{ resource(id: "${CLUSTER}") { ${related} } }`);
      assert.deepEqual(upstream(), [...GRAPH, 'resource-graph']);
      return answer;
    };
    assert.deepEqual((await leadBack(3)).data, { resource: { related: { totalCount: 3 } } });
    assert.deepEqual(codes(await leadBack(4)), ['LIMIT_EXCEEDED']);
  });

  it('lacks what one search fails to find, and has what another does', async () => {
    const { ask, azure } = await gatewayOver();
    const { fetch } = azure;
    azure.fetch = async (request) =>
      /disks'/.test(await request.clone().text()) ? new Response(null, { status: 501 }) : fetch(request);
    const related = (type: string) => `related(direction: IN, types: ["${type}"]) { totalCount }`;
    const answer = await ask(
      `{ a: resource(id: "${MACHINE}") { ${related('Microsoft.Compute/disks')} } b: resource(id: "${MACHINE}") { ${related('Microsoft.Network/networkInterfaces')} } }`,
    );
    assert.deepEqual([answer.data.a.related.totalCount, answer.data.b.related.totalCount > 0], [0, true]);
    assert.deepEqual(
      answer.errors?.map(({ path, extensions }) => [path, extensions.code]),
      [[['a', 'related'], 'UPSTREAM_UNAVAILABLE']],
    );
  });

  it('looks for nothing that is of no wanted type: no group, no secret, no other resource', async () => {
    const { ask, upstream } = await gatewayOver();
    const types = '["Contoso.Toys/robots"]';
    const { data } = await ask(
      `{ resources(first: 1000) { nodes { related(types: ${types}) { totalCount edges { node { id ... on Secret { enabled } } } } } } }`,
    );
    assert.ok(data.resources.nodes.every(({ related }: Node & { related: object }) => 'totalCount' in related));
    assert.deepEqual(upstream(), GRAPH);
  });

  it('leads from a URL to a secret, whose vault is asked only for what the URL does not tell', async () => {
    const { ask, upstream } = await gatewayOver();
    const query = (fields: string) =>
      `{ resources(where: { types: ["Microsoft.App/containerApps"] }) { nodes { related { edges { node { ... on Secret { ${fields} } } } } } } }`;
    const secrets = ({ data }: Answer) =>
      data.resources.nodes.flatMap(({ related }: Node) =>
        related.edges.flatMap(({ node }) => ('vault' in node ? [node] : [])),
      );
    const bare = secrets(await ask(query('vault name')));
    assert.ok(bare.length > 0 && !upstream().includes('key-vault'));
    const read = secrets(await ask(query('vault name enabled')));
    assert.deepEqual(
      read.map(({ enabled }: { enabled: unknown }) => enabled),
      bare.map(() => true),
    );
    assert.ok(upstream().includes('key-vault'));
  });
});

interface Identified {
  readonly id: string;
}

interface Edge {
  readonly node: { readonly id: string };
}

interface Connected {
  readonly resources: { readonly nodes: readonly { readonly id: string }[] };
}

interface Node {
  readonly id: string;
  readonly related: { readonly edges: readonly { readonly node: { readonly id: string } }[] };
}

describe('a resource with an odd name that Azure allows', () => {
  const NAMES = ["O'Brien db", 'a"b', 'a#b', 'a|b', 'double  space', 'a;b, c', 'é & ü'];
  for (const name of NAMES) {
    const id = idOf('rg-shared-prod', 'Microsoft.Sql/servers', `sql-odd/databases/${name}`);
    const world = () => {
      const odd = contoso();
      const azure = createAzure({ world: odd });
      azure.putResource({ id, location: 'eastus' });
      azure.putResource({ ...ALERT, properties: { scopes: [id] } });
      azure.putResource({ ...ALERT, id: `${ALERT.id}-2`, properties: { scopes: [`See ${id}`, `${id}.`, `${id}?a`] } });
      return odd;
    };

    it(`is answered by the id that it was listed with: ${name}`, async () => {
      const { ask, upstream } = await gatewayOver({ world: world() });
      const listed = await ask('{ resources(where: { types: ["Microsoft.Sql/servers/databases"] }) { nodes { id } } }');
      const ids = listed.data.resources.nodes.map((node: Identified) => node.id).filter((each: string) => each === id);
      const answer = await ask(
        `query ($ids: [ID!]!, $id: ID!) { resource(id: $id) { name } node(id: $id) { id } nodes(ids: $ids) { id } }`,
        { ids, id: ids[0] },
      );
      assert.deepEqual(answer, { data: { resource: { name }, node: { id }, nodes: [{ id }] } });
      assert.deepEqual(upstream(), [...GRAPH, 'resource-graph']);
    });

    it(`is read of ARM by its own path: ${name}`, async () => {
      const { ask, azure } = await gatewayOver({ world: world() });
      const answer = await ask('query ($id: ID!) { resource(id: $id, maxAgeSeconds: 0) { id } }', { id });
      assert.deepEqual(answer, { data: { resource: { id } } });
      const { path = '' } = azure.calls.findLast(({ service }) => service === 'arm') ?? {};
      assert.equal(decodeURIComponent(path), id);
    });

    it(`is led to, and led from: ${name}`, async () => {
      const { ask } = await gatewayOver({ world: world() });
      const edges = '{ edges { node { id } targetId via } }';
      const { data } = await ask(
        `query ($id: ID!) { alert: resource(id: "${ALERT.id}") { related ${edges} } resource(id: $id) { related(direction: IN) ${edges} } }`,
        { id },
      );
      assert.deepEqual(data.alert.related.edges, [{ node: { id }, targetId: id, via: 'properties.scopes[0]' }]);
      assert.deepEqual(data.resource.related.edges, [
        { node: { id: ALERT.id }, targetId: id, via: 'properties.scopes[0]' },
      ]);
    });
  }
});

describe('a tag of Azure itself', () => {
  it('is asked for by its key, an id', async () => {
    const { ask, azure } = await gatewayOver();
    const key = `hidden-link:${CLUSTER}`;
    azure.putResource({ ...ALERT, tags: { [key]: 'Resource' } });
    const query = `query ($key: String!) {
      resources(where: { tag: { key: $key } }) { nodes { id } facets(by: TAG, tag: $key) { value count } }
      equal: resources(where: { tag: { key: $key, equals: "Resource" } }) { totalCount }
      resourceGroups(where: { tag: { key: $key } }) { name }
    }`;
    const { data } = await ask(query, { key });
    assert.deepEqual(data, {
      resources: { nodes: [{ id: ALERT.id }], facets: [{ value: 'Resource', count: 1 }] },
      equal: { totalCount: 1 },
      resourceGroups: [],
    });
  });
});

describe('what a query of the estate may not say', () => {
  const bad: Record<string, string> = {
    'a malformed id': '{ resource(id: "/subscriptions/x/y") { name } }',
    'an id that leads up a path': `{ resource(id: "${CLUSTER}/..", maxAgeSeconds: 0) { name } }`,
    'an id with a query': `{ resource(id: "${CLUSTER}?api-version=1", maxAgeSeconds: 0) { name } }`,
    'an id that is encoded': `{ resource(id: "${CLUSTER}%2f..", maxAgeSeconds: 0) { name } }`,
    'a malformed id of a node': '{ node(id: "aks-prod") { id } }',
    'a type without a namespace': '{ resources(where: { types: ["disks"] }) { totalCount } }',
    'no type at all': '{ resources(where: { types: [] }) { totalCount } }',
    'no region at all': '{ resources(where: { locations: [] }) { totalCount } }',
    'no subscription at all': '{ resources(where: { subscriptionIds: [] }) { totalCount } }',
    'no group at all': '{ resources(where: { resourceGroups: [] }) { totalCount } }',
    'a name of which nothing is said': '{ resources(where: { name: {} }) { totalCount } }',
    'a name of which nothing but null is said': '{ resources(where: { name: { equals: null } }) { totalCount } }',
    'all of nothing': '{ resources(where: { and: [] }) { totalCount } }',
    'one of nothing': '{ resources(where: { or: [] }) { totalCount } }',
    'the opposite of nothing': '{ resources(where: { not: {} }) { totalCount } }',
    'one of two, of which one says nothing':
      '{ resources(where: { or: [{ types: ["a.b/c"] }, { types: null }] }) { totalCount } }',
    'a malformed path': `{ resource(id: "${CLUSTER}") { properties(path: "a..b") } }`,
    'a tag that is to have a value and not to be there':
      '{ resources(where: { not: { tag: { key: "env", equals: "", exists: false } } }) { totalCount } }',
    'such a tag of groups':
      '{ resourceGroups(where: { tag: { key: "env", equals: "prod", exists: false } }) { name } }',
    'no rows': '{ resources(first: 0) { totalCount } }',
    'too many rows': '{ resources(first: 1001) { totalCount } }',
    'too many facets of one': '{ resources { facets(by: TYPE, first: 1001) { count } } }',
    'a facet of no tag': '{ resources { facets(by: TAG) { count } } }',
    'a facet of a type and a tag': '{ resources { facets(by: TYPE, tag: "x") { count } } }',
    'no type to be related to': `{ resource(id: "${CLUSTER}") { related(direction: IN, types: []) { totalCount } } }`,
    'a type to be related to that is none': `{ resource(id: "${CLUSTER}") { related(types: ["disks"]) { totalCount } } }`,
    'no related': `{ resource(id: "${CLUSTER}") { related(first: 0) { totalCount } } }`,
    'changes beyond their time': '{ resources(where: { changedSince: "2020-01-01T00:00:00Z" }) { totalCount } }',
    'a cursor that is none': '{ resources(after: "nonsense") { totalCount } }',
    'a subscription that is no GUID': '{ resources(where: { subscriptionIds: ["production"] }) { totalCount } }',
    'a control character': '{ resources(where: { name: { equals: "a\\u0007" } }) { totalCount } }',
  };
  for (const [what, query] of Object.entries(bad)) {
    it(what, async () => {
      const { ask, upstream } = await gatewayOver();
      assert.deepEqual(codes(await ask(query)), ['BAD_USER_INPUT']);
      assert.deepEqual(upstream(), []);
    });
  }

  it('a malformed id, which is told what ids look like', async () => {
    const { ask } = await gatewayOver();
    const answer = await ask(
      '{ resource(id: "aks-prod") { id } node(id: "aks-prod") { id } viewer { can(action: readEstate, resource: "aks-prod") { allowed } } }',
    );
    for (const { message } of answer.errors ?? [])
      assert.match(message, /: give one such as \/subscriptions\/<guid>\/resourceGroups\/<name>\/providers\//);
    assert.equal(answer.errors?.length, 3);
  });

  it('but it may say nothing', async () => {
    const { ask } = await gatewayOver();
    const all = '{ all: resources { totalCount } empty: resources(where: {}) { totalCount } ';
    const { data } = await ask(`${all} none: resources(where: { types: null, not: null }) { totalCount } }`);
    assert.ok(data.all.totalCount > 0);
    assert.deepEqual([data.empty, data.none], [data.all, data.all]);
  });

  it('more than 1000 ids', async () => {
    const { ask, upstream } = await gatewayOver();
    const ids = Array.from({ length: 1001 }, () => CLUSTER);
    assert.deepEqual(codes(await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids })), ['BAD_USER_INPUT']);
    assert.deepEqual(upstream(), []);
  });

  it('a cursor of another order or filter', async () => {
    const { ask, azure, upstream } = await gatewayOver();
    const { data } = await ask('{ resources(first: 1) { pageInfo { endCursor } } }');
    const after = `after: "${data.resources.pageInfo.endCursor}"`;
    azure.clearCalls();
    const answers = await Promise.all([
      ask(`{ resources(${after}, orderBy: { field: NAME, direction: ASC }) { totalCount } }`),
      ask(`{ resources(${after}, orderBy: { field: ID, direction: DESC }) { totalCount } }`),
      ask(`{ resources(${after}, where: { types: ["a.b/c"] }) { totalCount } }`),
    ]);
    assert.deepEqual(answers.flatMap(codes), ['BAD_USER_INPUT', 'BAD_USER_INPUT', 'BAD_USER_INPUT']);
    assert.deepEqual(upstream(), []);
  });
});

describe('a cursor of one group', () => {
  for (const [of, query] of Object.entries({
    'another group': '{ resourceGroup(name: "rg-aks-prod") { resources(AFTER) { totalCount } } }',
    'the whole subscription': '{ subscriptions { resources(AFTER) { totalCount } } }',
    'the whole estate': '{ resources(AFTER) { totalCount } }',
  })) {
    it(`is none of ${of}`, async () => {
      const { ask, azure, upstream } = await gatewayOver();
      const { data } = await ask(
        '{ resourceGroup(name: "rg-shared-prod") { resources(first: 1) { pageInfo { endCursor } } } }',
      );
      azure.clearCalls();
      const after = `after: "${data.resourceGroup.resources.pageInfo.endCursor}"`;
      assert.deepEqual([...new Set(codes(await ask(query.replace('AFTER', after))))], ['BAD_USER_INPUT']);
      assert.ok(!upstream().includes('resource-graph'));
    });
  }
});

describe('two callers of other rights', () => {
  const QUERY = '{ resources(first: 1000) { totalCount nodes { name } facets(by: RESOURCE_GROUP) { value count } } }';

  it('see other counts, facets and pages, each true', async () => {
    const world = contoso();
    const ada = world.applications.find(({ displayName }) => displayName === 'Ada')?.principalId;
    const auditor = world.applications.find(({ displayName }) => displayName === 'Auditor')?.principalId;
    const policy = `
      @id("ada") permit (principal, action == Action::"readEstate", resource in Subscription::"${PRODUCTION}") when { principal.subject == "${ada}" };
      @id("shared") forbid (principal, action == Action::"readEstate", resource == ResourceGroup::"${PRODUCTION}/rg-shared-prod");
      @id("auditor") permit (principal, action == Action::"readEstate", resource == ResourceGroup::"${PRODUCTION}/rg-aks-prod") when { principal.subject == "${auditor}" };`;
    const { askAs, azure } = await gatewayOver({ world, env: { ACCESS_POLICY: textFile(policy) } });
    const granted = (may: (group: string, subscription: string) => boolean) =>
      azure.world.resources
        .filter(({ resourceGroup, subscriptionId }) => may(resourceGroup, subscriptionId))
        .map(({ name }) => name);
    const expected = {
      Ada: granted((group, subscription) => subscription === PRODUCTION && group !== 'rg-shared-prod'),
      Auditor: granted((group, subscription) => subscription === PRODUCTION && group === 'rg-aks-prod'),
    };
    for (const [caller, own] of Object.entries(expected)) {
      const { data } = await askAs(caller, QUERY);
      assert.deepEqual(names(data.resources.nodes).toSorted(), own.toSorted());
      assert.equal(data.resources.totalCount, own.length);
      const counted = data.resources.facets.reduce((sum: number, { count }: { count: number }) => sum + count, 0);
      assert.equal(counted, own.length);
    }
  });

  it('see nothing of a subscription that is forbidden to them, wherever else they may read', async () => {
    const policy = `@id("all") permit (principal, action == Action::"readEstate", resource);
      @id("but-one") forbid (principal, action == Action::"readEstate", resource in Subscription::"${PRODUCTION}") when { principal.subject == "${ADA}" };`;
    const { ask, askAs, azure } = await gatewayOver({ env: { ACCESS_POLICY: textFile(policy) } });
    const all = names(seen(azure)).toSorted();
    const own = names(seen(azure).filter(({ subscriptionId }) => subscriptionId === DEVELOPMENT)).toSorted();
    const [everything, rest] = [await ask(QUERY), await askAs('Ada', QUERY)].map(({ data }) => data.resources);
    assert.deepEqual(names(everything.nodes).toSorted(), all);
    assert.deepEqual([names(rest.nodes).toSorted(), rest.totalCount], [own, own.length]);
    assert.ok(own.length > 0 && own.length < all.length);
  });

  it('may hand each other a cursor, and read behind it what is theirs', async () => {
    const { ask, askAs } = await gatewayOver({
      env: {
        ACCESS_POLICY: textFile(
          `@id("tester") permit (principal in Role::"Tester", action, resource); ${only('rg-aks-prod')}`,
        ),
      },
    });
    const page = 'nodes { resourceGroup { name } } pageInfo { endCursor } totalCount';
    const { data } = await ask(`{ resources(first: 1) { ${page} } }`);
    const { endCursor } = data.resources.pageInfo;
    const behind = await askAs('Ada', `{ resources(first: 1000, after: "${endCursor}") { ${page} } }`);
    const own = await askAs('Ada', `{ resources(first: 1000) { ${page} } }`);
    assert.notEqual(data.resources.nodes[0].resourceGroup.name, 'rg-aks-prod');
    assert.deepEqual(behind.data, own.data);
  });

  it('find only what is theirs by an id, and ask for nothing else', async () => {
    const { askAs, upstream } = await gatewayOver({ env: { ACCESS_POLICY: textFile(only('rg-aks-prod')) } });
    const ids = [MACHINE, `${GROUPS}/rg-shared-prod`, `/subscriptions/${PRODUCTION}`, SAMPLE];
    const { data } = await askAs('Ada', 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids });
    assert.deepEqual(data.nodes, [null, null, null, null]);
    assert.deepEqual(upstream(), []);
    const own = await askAs('Ada', `{ node(id: "${CLUSTER}") { id } }`);
    assert.deepEqual(own.data.node, { id: CLUSTER });
  });

  it('are led by a relation only to what is theirs', async () => {
    const network = idOf('rg-shared-prod', 'Microsoft.Network/virtualNetworks', 'vnet-shared-prod');
    const groupsOf = async (group: string, id: string, direction: string) => {
      const { askAs } = await gatewayOver({ env: { ACCESS_POLICY: textFile(only(group)) } });
      const query = `{ resource(id: "${id}") { related(direction: ${direction}) { edges { node { id } } } } }`;
      const { data } = await askAs('Ada', query);
      const found: readonly Edge[] = data.resource.related.edges;
      return [...new Set(found.map(({ node }) => node.id.split('/')[4]?.toLowerCase()))];
    };
    assert.deepEqual(await groupsOf('rg-aks-prod', CLUSTER, 'OUT'), ['rg-aks-prod']);
    assert.deepEqual(await groupsOf('rg-shared-prod', network, 'IN'), ['rg-shared-prod']);
  });

  it('and one of none costs nothing', async () => {
    const { askAs, upstream } = await gatewayOver({ env: { ACCESS_POLICY: textFile('') } });
    assert.deepEqual(codes(await askAs('Ada', QUERY)), ['FORBIDDEN']);
    assert.deepEqual(upstream(), []);
  });
});

describe('honest partiality', () => {
  it('names a subscription that the identity does not see, and answers the rest', async () => {
    const { ask } = await gatewayOver();
    const unseen = '11111111-2222-3333-4444-555555555555';
    const { data } = await ask(
      `{ resources(where: { subscriptionIds: ["${DEVELOPMENT}", "${unseen}"], name: { equals: "aks-dev" } }) { nodes { name } completeness { complete missing { scope code } } } }`,
    );
    assert.deepEqual(data.resources, {
      nodes: [{ name: 'aks-dev' }],
      completeness: { complete: false, missing: [{ scope: `/subscriptions/${unseen}`, code: 'FORBIDDEN' }] },
    });
  });

  const UNSEEN = '11111111-2222-3333-4444-555555555555';
  const unasked: Record<string, { of: string[]; first?: number; policy?: string; told: string[]; costs: string[] }> = {
    'of one that is not seen, and nothing else': { of: [UNSEEN], told: [UNSEEN], costs: ['resource-graph', 'arm'] },
    'of one that is not seen, beside others': {
      ...{ of: [DEVELOPMENT, UNSEEN], told: [UNSEEN], costs: ['resource-graph', 'arm'] },
    },
    'of one that the caller may read nothing in, beside others': {
      ...{ of: [PRODUCTION, DEVELOPMENT], policy: only('rg-aks-prod'), told: [DEVELOPMENT] },
      costs: ['resource-graph', 'arm'],
    },
    'of none where each has resources on the page': { of: [DEVELOPMENT], told: [], costs: ['resource-graph'] },
    'of none where there are more pages': { of: [UNSEEN, DEVELOPMENT], first: 1, told: [], costs: ['resource-graph'] },
  };
  for (const [what, { of, first = 50, policy, told, costs }] of Object.entries(unasked)) {
    it(`is told in errors to who names subscriptions and asks for no completeness: ${what}`, async () => {
      const env = policy === undefined ? {} : { ACCESS_POLICY: textFile(policy) };
      const { askAs, upstream } = await gatewayOver({ env });
      const query = `{ resources(where: { subscriptionIds: ${JSON.stringify(of)} }, first: ${first}) { totalCount } }`;
      const { data, errors = [] } = await askAs(policy === undefined ? TESTER : 'Ada', query);
      assert.equal(data.resources.totalCount > 0, of.length > told.length);
      assert.deepEqual(
        errors.map(({ path, extensions, message }) => [path, extensions.code, message.includes(of.at(-1) ?? '')]),
        told.map(() => [['resources'], 'FORBIDDEN', true]),
      );
      assert.deepEqual(
        upstream().filter((service) => service !== 'imds'),
        costs,
      );
    });
  }

  it('is told so once in a walk of several pages, on the last', async () => {
    const { ask, upstream } = await gatewayOver();
    const query = `query ($after: String) { resources(where: { subscriptionIds: ["${DEVELOPMENT}", "${UNSEEN}"] }, first: 1, after: $after) { pageInfo { hasNextPage endCursor } } }`;
    const told: string[][] = [];
    for (let after: string | null = null, hasNextPage = true; hasNextPage; ) {
      const answer = await ask(query, { after });
      ({ hasNextPage, endCursor: after } = answer.data.resources.pageInfo);
      told.push(codes(answer));
    }
    assert.ok(told.length > 2);
    assert.deepEqual(told, [...told.slice(1).map(() => []), ['FORBIDDEN']]);
    assert.deepEqual(upstream(), ['imds', ...told.map(() => 'resource-graph'), 'arm']);
  });

  it('is not told unasked where it cannot be found out', async () => {
    const { ask, azure } = await gatewayOver();
    azure.addFault({ service: 'arm', status: 501 });
    const answer = await ask(`{ resources(where: { subscriptionIds: ["${UNSEEN}"] }) { totalCount } }`);
    assert.deepEqual(answer, { data: { resources: { totalCount: 0 } } });
  });

  it('names one that stands anywhere in the filter, whether the identity or the caller may not read it', async () => {
    const missingFor = async (policy: string, where: string) => {
      const { askAs, azure } = await gatewayOver({ env: { ACCESS_POLICY: textFile(policy) } });
      const filter = where.replace('FINANCE', azure.world.subscriptions[2]?.subscriptionId ?? '');
      const { data } = await askAs('Ada', `{ resources(where: ${filter}) { completeness { missing { scope } } } }`);
      return data.resources.completeness.missing.length;
    };
    const everything = '@id("all") permit (principal, action == Action::"readEstate", resource);';
    const wanted = '{ or: [{ and: [{ subscriptionIds: ["FINANCE"] }] }, { name: { equals: "aks-prod" } }] }';
    assert.equal(await missingFor(everything, wanted), 1);
    assert.equal(await missingFor(everything, '{ not: { subscriptionIds: ["FINANCE"] } }'), 0);
    assert.equal(await missingFor(only('rg-aks-prod'), wanted), 1);
  });

  it('is empty where none can be read, names them, and leaves what is asked beside it answered', async () => {
    const { ask, azure } = await gatewayOver();
    const finance = azure.world.subscriptions[2]?.subscriptionId ?? '';
    const ofFinance = `resources(where: { subscriptionIds: ["${finance}"] }) { totalCount facets(by: TYPE) { count } completeness { missing { scope code message } } }`;
    const answer = await ask(`{ ${ofFinance} others: resources { totalCount } }`);
    assert.deepEqual(codes(answer), []);
    const { resources, others } = answer.data;
    const [missing] = resources.completeness.missing;
    assert.deepEqual([resources.totalCount, resources.facets, missing.code], [0, [], 'FORBIDDEN']);
    assert.equal(missing.scope, `/subscriptions/${finance}`);
    assert.match(missing.message, /grant it the role Reader there/);
    assert.ok(others.totalCount > 0);
  });

  it('says so where it cannot be found out which subscriptions are seen', async () => {
    const { ask, azure } = await gatewayOver();
    azure.addFault({ service: 'arm', status: 501 });
    const { data } = await ask(
      `{ resources(where: { subscriptionIds: ["${DEVELOPMENT}"], name: { equals: "aks-dev" } }) { nodes { name } completeness { complete missing { scope code } } } }`,
    );
    assert.deepEqual(data.resources, {
      nodes: [{ name: 'aks-dev' }],
      completeness: { complete: false, missing: [{ scope: '/', code: 'UPSTREAM_UNAVAILABLE' }] },
    });
  });

  it('leaves a line in the log for each thing that is missing, once a request', async () => {
    const { ask, log } = await gatewayOver();
    const unseen = '11111111-2222-3333-4444-555555555555';
    const resources = `resources(where: { subscriptionIds: ["${DEVELOPMENT}", "${unseen}"] }) { completeness { complete } }`;
    const expiring = 'secretsExpiring(before: "2100-01-01T00:00:00Z", vaults: ["contoso-legacy"]) { totalCount }';
    await ask(`{ one: ${resources} other: ${resources} ${expiring} }`);
    const lines = log.filter(({ event }) => event === 'incomplete');
    assert.deepEqual(
      lines.map(({ level, scope, code }) => [level, scope, code]).toSorted(),
      [
        ['warn', `/subscriptions/${unseen}`, 'FORBIDDEN'],
        ['warn', 'https://contoso-legacy.vault.azure.net', 'FORBIDDEN'],
      ].toSorted(),
    );
    assert.deepEqual(
      new Set(lines.flatMap(Object.keys)),
      new Set(['level', 'time', 'event', 'requestId', 'traceId', 'scope', 'code']),
    );
  });

  it('tells of subscriptions that Resource Graph has left out, since they are too many', async () => {
    const { ask, azure } = await gatewayOver();
    azure.addFault({ service: 'resource-graph', headers: { 'x-ms-tenant-subscription-limit-hit': 'true' } });
    const { data } = await ask('{ resources { completeness { complete missing { scope code } } } }');
    assert.deepEqual(data.resources.completeness, {
      complete: false,
      missing: [{ scope: '/', code: 'LIMIT_EXCEEDED' }],
    });
  });

  it('tells of nothing where Resource Graph says that it is cut off, and all rows are there', async () => {
    const { ask, azure } = await gatewayOver();
    azure.addFault({ service: 'resource-graph', truncateTo: 1000 });
    const { data } = await ask('{ resources(first: 1000) { totalCount nodes { id } completeness { complete } } }');
    const { totalCount, nodes, completeness } = data.resources;
    assert.deepEqual([nodes.length, completeness], [totalCount, { complete: true }]);
  });

  it('tells of rows that Resource Graph has cut off', async () => {
    const { ask, azure } = await gatewayOver();
    azure.addFault({ service: 'resource-graph', truncateTo: 2 });
    const { data } = await ask('{ resources { nodes { name } completeness { complete missing { scope code } } } }');
    assert.deepEqual(
      [data.resources.nodes.length, data.resources.completeness],
      [2, { complete: false, missing: [{ scope: '/', code: 'LIMIT_EXCEEDED' }] }],
    );
  });
});

function keyOf(
  resource: { id: string; name: string; type: string; location: string } | undefined,
  field: string,
): string {
  const keys: Record<string, string | undefined> = {
    ID: '',
    NAME: resource?.name,
    TYPE: resource?.type,
    LOCATION: resource?.location,
  };
  return `${keys[field]?.toLowerCase()}\u0000${resource?.id.toLowerCase()}`;
}
