import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contoso } from '../emulator/contoso.ts';
import { codes, gatewayOver, NOTHING_KEPT } from './support/gateway.ts';

const [PRODUCTION, DEVELOPMENT] = contoso().subscriptions.map(({ subscriptionId }) => subscriptionId);
const GROUPS = `/subscriptions/${PRODUCTION}/resourceGroups`;
const MACHINE = `${GROUPS}/rg-shared-prod/providers/Microsoft.Compute/virtualMachines/vm-jump-prod`;
const CLUSTER = `${GROUPS}/rg-aks-prod/providers/Microsoft.ContainerService/managedClusters/aks-prod`;
const PAGE = 'totalCount pageInfo { endCursor }';

/** Where a cursor comes from: each gives one. */
const SOURCES = {
  estate: `{ of: resources(first: 1) { ${PAGE} } }`,
  group: `{ of: resourceGroup(name: "rg-shared-prod") { resources(first: 1) { ${PAGE} } } }`,
  subscription: `{ of: node(id: "/subscriptions/${PRODUCTION}") { ... on AzureSubscription { resources(first: 1) { ${PAGE} } } } }`,
  related: `{ of: resource(id: "${MACHINE}") { related(first: 1) { ${PAGE} } } }`,
  typed: `{ of: resource(id: "${MACHINE}") { related(first: 1, types: ["Microsoft.Network/networkInterfaces"]) { ${PAGE} } } }`,
};
const cursors = Object.fromEntries(
  await Promise.all(
    Object.entries(SOURCES).map(async ([name, query]) => {
      const { ask } = await gatewayOver();
      const { data } = await ask(query);
      return [name, (data.of.resources ?? data.of.related ?? data.of).pageInfo.endCursor] as const;
    }),
  ),
) as Record<keyof typeof SOURCES, string>;

const longer = (cursor: string): string => {
  const parts = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  return Buffer.from(JSON.stringify([...parts, 'more'])).toString('base64url');
};
const after = (cursor: string, more = '') => `after: "${cursor}"${more}`;
const ofGroup = (args: string, name = 'rg-shared-prod') =>
  `{ resourceGroup(name: "${name}") { resources(${args}) { totalCount } } }`;
const ofAllGroups = (args: string) => `{ resourceGroups { resources(${args}) { totalCount } } }`;
const ofSubscriptions = (args: string) => `{ subscriptions { resources(${args}) { totalCount } } }`;
const ofEither = (args: string, id: string) =>
  `{ node(id: "${id}") { ... on ResourceGroup { resources(${args}) { totalCount } } ... on AzureSubscription { resources(${args}) { totalCount } } } }`;
const relatedTo = (args: string, id = MACHINE) => `{ resource(id: "${id}") { related(${args}) { totalCount } } }`;
const relatedToAll = (args: string) => `{ resources { nodes { related(${args}) { totalCount } } } }`;

describe('a field below the root costs nothing where it is given', () => {
  const { estate, group, subscription, related, typed } = cursors;
  const bad: Record<string, string> = {
    'a cursor that is none': ofGroup(after('nonsense')),
    'a cursor of the whole estate, of a group': ofAllGroups(after(estate)),
    'a cursor of the whole estate, of a subscription': ofSubscriptions(after(estate)),
    'a cursor of a subscription, of a group': ofAllGroups(after(subscription)),
    'a cursor of a group, of a subscription': ofSubscriptions(after(group)),
    'a cursor of another order': ofAllGroups(after(group, ', orderBy: { field: NAME, direction: ASC }')),
    'a cursor of the other direction': ofAllGroups(after(group, ', orderBy: { field: ID, direction: DESC }')),
    'a cursor of another filter': ofAllGroups(after(group, ', where: { types: ["a.b/c"] }')),
    'a cursor of another group': ofGroup(after(group), 'rg-aks-prod'),
    "a cursor of another subscription's group": `{ resourceGroup(name: "rg-shared-prod", subscriptionId: "${DEVELOPMENT}") { resources(${after(group)}) { totalCount } } }`,
    'a cursor of another subscription': `{ node(id: "/subscriptions/${DEVELOPMENT}") { ... on AzureSubscription { resources(${after(subscription)}) { totalCount } } } }`,
    'a cursor of another group than the one that holds the resource': `{ resource(id: "${CLUSTER}") { resourceGroup { resources(${after(group)}) { totalCount } } } }`,
    'a cursor of another group, where the query is of either kind of parent': ofEither(
      after(group),
      `${GROUPS}/rg-aks-prod`,
    ),
    'a cursor of a subscription, of a group where the query is of either kind': ofEither(
      after(subscription),
      `${GROUPS}/rg-shared-prod`,
    ),
    'no rows, of a kind that it is not': ofEither('first: 0', CLUSTER),
    'a cursor of none of the nodes': `{ nodes(ids: ["${CLUSTER}", "${CLUSTER}-2"]) { ... on Resource { related(${after(related)}) { totalCount } } } }`,
    'a cursor of relations, of resources': ofAllGroups(after(related)),
    'a cursor of resources, of relations': relatedToAll(after(group)),
    'a cursor of the relations that lead the other way': relatedToAll(after(related, ', direction: IN')),
    'a cursor of relations to other types': relatedToAll(after(related, ', types: ["a.b/c"]')),
    'a cursor of relations to some types': relatedToAll(after(typed)),
    "a cursor of another resource's relations": relatedTo(after(related), CLUSTER),
    'a cursor of relations that goes on': relatedToAll(after(longer(related))),
    'a cursor of resources that goes on': ofAllGroups(after(longer(group))),
    'a cursor of another group, in a fragment': `query { resourceGroup(name: "rg-aks-prod") { ...Page } } fragment Page on ResourceGroup { resources(${after(group)}) { totalCount } }`,
    'a cursor of another order, in a variable': `query ($after: String = "${group}") { resourceGroups { resources(after: $after, orderBy: { field: NAME, direction: ASC }) { totalCount } } }`,
    'a cursor of the whole estate, where it is included': `{ resourceGroups { resources(${after(estate)}) @include(if: true) { totalCount } } }`,
    'no rows': ofGroup('first: 0'),
    'a type without a namespace': ofGroup('where: { types: ["disks"] }'),
    'a filter that is empty': ofGroup('where: { not: {} }'),
    'a region that is none, of groups': '{ subscriptions { resourceGroups(where: { location: "\\u0007" }) { name } } }',
    'a facet of no tag': '{ resourceGroups { resources { facets(by: TAG) { count } } } }',
    'a facet of a type and a tag': '{ resourceGroups { resources { facets(by: TYPE, tag: "env") { count } } } }',
    'a malformed path': '{ resources { nodes { properties(path: "a..b") } } }',
    'no type to be related to': relatedTo('types: []'),
  };
  for (const [what, query] of Object.entries(bad)) {
    it(what, async () => {
      const { ask, upstream } = await gatewayOver();
      assert.deepEqual(codes(await ask(query)), ['BAD_USER_INPUT']);
      assert.deepEqual(upstream(), []);
    });
  }

  const good: Record<string, string> = {
    'its own cursor, of a group': ofGroup(after(group)),
    'its own cursor, of a group in other letter case': ofGroup(after(group), 'RG-Shared-Prod'),
    'its own cursor, of the group that holds a resource': `{ resource(id: "${MACHINE}") { resourceGroup { resources(${after(group)}) { totalCount } } } }`,
    'its own cursor, of the subscription of a group': `{ resourceGroup(name: "rg-aks-prod") { subscription { resources(${after(subscription)}) { totalCount } } } }`,
    'its own cursor, of relations': relatedTo(after(related), MACHINE.toUpperCase()),
    'its own cursor, of one of several nodes': `{ nodes(ids: ["${MACHINE}", "${GROUPS}/rg-aks-prod"]) { ... on Resource { related(${after(related)}) { totalCount } } } }`,
    'its own cursor, of what another resource leads to': `{ resource(id: "${CLUSTER}") { related(types: ["a.b/c"]) { edges { node { ... on Resource { related(${after(typed, ', types: ["microsoft.network/networkInterfaces"]')}) { totalCount } } } } } } }`,
    'its own cursor, of a group where the query is of either kind of parent': ofEither(
      after(group),
      `${GROUPS}/rg-shared-prod`,
    ),
    'its own cursor, of a subscription where the query is of either kind of parent': ofEither(
      after(subscription),
      `/subscriptions/${PRODUCTION}`,
    ),
    'its own cursor, in fragments for each kind of node': `query { node(id: "${GROUPS}/rg-shared-prod") { ...OfGroup ...OfSubscription ...OfResource } } fragment OfGroup on ResourceGroup { resources(${after(group)}) { totalCount } } fragment OfSubscription on AzureSubscription { all: resources(${after(group)}) { totalCount } } fragment OfResource on Resource { related(${after(group)}) { totalCount } }`,
    'what a directive leaves out': `{ resourceGroups { name ...Page @include(if: false) ... on ResourceGroup @skip(if: true) { resources(first: 0) { totalCount } } } } fragment Page on ResourceGroup { name resources(first: 0) { totalCount } }`,
  };
  for (const [what, query] of Object.entries(good)) {
    it(`but it takes ${what}`, async () => {
      const { ask } = await gatewayOver();
      const { data, errors } = await ask(query);
      assert.equal(errors, undefined);
      assert.ok(Object.values(data).every((each) => each !== null));
    });
  }

  it('by Resource Graph, where it is a cursor of one of the groups that a list turns out to have', async () => {
    const { ask, upstream } = await gatewayOver();
    assert.deepEqual(codes(await ask(ofAllGroups(after(group)))), ['BAD_USER_INPUT']);
    const { data } = await ask(
      `{ resourceGroups(where: { namePrefix: "rg-shared" }) { resources(${after(group)}) { nodes { name } } } }`,
    );
    assert.ok(data.resourceGroups[0].resources.nodes.length > 0);
    assert.deepEqual(upstream(), ['imds', 'arm', 'resource-graph']);
  });

  it('wherever the variables of this request include it', async () => {
    const { ask, upstream } = await gatewayOver({ env: NOTHING_KEPT });
    const query = `query ($isAsked: Boolean!) { resourceGroup(name: "rg-shared-prod") { name resources(first: 0) @include(if: $isAsked) { totalCount } } }`;
    assert.deepEqual(codes(await ask(query, { isAsked: false })), []);
    const cost = upstream();
    assert.deepEqual(codes(await ask(query, { isAsked: true })), ['BAD_USER_INPUT']);
    assert.deepEqual([cost, upstream()], [['imds', 'arm'], cost]);
  });

  it('but it is looked at in the operation alone that is run', async () => {
    const { app, authorizationOf } = await gatewayOver();
    const query = `query Good { subscriptions { resources { totalCount } } } query Bad ${ofSubscriptions('first: 0')}`;
    const run = async (operationName: string) => {
      const headers = { 'content-type': 'application/json', authorization: await authorizationOf('Tester') };
      const body = JSON.stringify({ query, operationName });
      const response = await app(new Request('https://gateway.test/graphql', { method: 'POST', headers, body }));
      return codes(JSON.parse(await response.text()));
    };
    assert.deepEqual([await run('Good'), await run('Bad')], [[], ['BAD_USER_INPUT']]);
  });
});
