import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Azure, Fault } from '../emulator/azure.ts';
import { contoso } from '../emulator/contoso.ts';
import type { Bag } from '../emulator/world.ts';
import { faultyGateway } from './support/fault.ts';
import { type Answer, codes, gatewayOver } from './support/gateway.ts';

const [{ subscriptionId: PRODUCTION = '' } = {}, { subscriptionId: DEVELOPMENT = '' } = {}] = contoso().subscriptions;
const GROUPS = `/subscriptions/${PRODUCTION}/resourceGroups`;
const APP = `${GROUPS}/rg-shared-prod/providers/Microsoft.App/containerApps/shop`;
const VAULT = 'https://contoso-vault.vault.azure.net';
const PAYMENTS = 'https://contoso-payments.vault.azure.net';
const SAMPLE = `${VAULT}/secrets/SampleSecret`;
const [PASSWORD, TOKEN] = [`${PAYMENTS}/secrets/payments-db-password`, `${PAYMENTS}/secrets/payments-gateway-token`];
const GONE = `${VAULT}/secrets/deleted-long-ago`;
const NOWHERE = 'https://contoso-nowhere.vault.azure.net/secrets/db';
const LEGACY = 'https://contoso-legacy.vault.azure.net/secrets/mainframe-password';
const GROUP = `${GROUPS}/rg-aks-prod`;
const SUBSCRIPTION = `/subscriptions/${DEVELOPMENT}`;

const EDGES = 'totalCount edges { node { id ... on Secret { enabled } } }';
const COMPLETENESS = 'completeness { complete missing { scope code } }';
// Should the deadline not come, nothing else ends the test.
const LATE = { timeout: 10_000 };

const putApp = (azure: Azure, properties: Bag) => azure.putResource({ id: APP, location: 'eastus', properties });
const everything = (fields: string) => `{ resources(first: 1000) { nodes { id related { ${fields} } } } }`;
const oneApp = (fields: string, page = '') => `{ resource(id: "${APP}") { related${page} { ${fields} } } }`;
const appIn = ({ data }: Answer) => data.resources.nodes.find(({ id }: { id: string }) => id === APP).related;
const ids = ({ edges }: Connected) => edges.map(({ node }) => node.id);

/** What an app refers to, of which one thing cannot be read. */
interface Unread {
  readonly refersTo: Bag;
  readonly fault: Omit<Fault, 'service'> & { readonly service?: Fault['service'] };
  readonly scope: string;
  readonly code: string;
  readonly found: readonly string[];
  readonly totalCount: number;
  /** What of Azure's is asked, and what it then costs. */
  readonly calls: readonly [of: string, count: number];
}

const ofVault = (fault: Unread['fault'], code: string, count: number): Unread => ({
  ...{ refersTo: { one: PASSWORD, other: TOKEN, readable: SAMPLE }, found: [SAMPLE], totalCount: 3 },
  ...{ fault: { service: 'key-vault', host: new URL(PAYMENTS).host, ...fault }, scope: PAYMENTS, code },
  calls: [PAYMENTS, count],
});
const ofSubscription = (fault: Unread['fault'], code: string, count: number): Unread => ({
  ...{ refersTo: { scope: SUBSCRIPTION, readable: SAMPLE }, found: [SAMPLE], totalCount: 1 },
  ...{ fault: { service: 'arm', path: SUBSCRIPTION, ...fault }, scope: SUBSCRIPTION, code },
  calls: [`https://management.azure.com${SUBSCRIPTION}`, count],
});

describe('what a resource refers to and cannot be read', () => {
  const rows: Record<string, Unread> = {
    'a vault that answers 500': ofVault({ status: 500 }, 'UPSTREAM_UNAVAILABLE', 6),
    'a vault whose connections break': ofVault({ reset: true }, 'UPSTREAM_UNAVAILABLE', 6),
    'a vault that hangs': ofVault({ hang: true }, 'UPSTREAM_TIMEOUT', 2),
    'a vault that takes no more': ofVault({ status: 429, headers: { 'retry-after': '60' } }, 'THROTTLED', 1),
    'a subscription that answers 500': ofSubscription({ status: 500 }, 'UPSTREAM_UNAVAILABLE', 3),
    'a subscription that hangs': ofSubscription({ hang: true }, 'UPSTREAM_TIMEOUT', 1),
    'a subscription of which no more may be asked': ofSubscription(
      { status: 429, headers: { 'retry-after': '60' } },
      'THROTTLED',
      1,
    ),
  };
  for (const [what, { refersTo, fault, scope, code, found, totalCount, calls }] of Object.entries(rows)) {
    it(`is named, and the rest is there: ${what}`, async () => {
      const { ask, azure, timed, requested, assertNothingLeft } = await faultyGateway();
      putApp(azure, refersTo);
      azure.addFault({ service: 'arm', ...fault });
      const { result } = await timed(ask(everything(`${EDGES} ${COMPLETENESS}`)));
      const app = appIn(result);
      assert.deepEqual([result.errors, result.data.resources.nodes.length], [undefined, 42]);
      assert.deepEqual([ids(app), app.totalCount], [found, totalCount]);
      assert.deepEqual(app.completeness, { complete: false, missing: [{ scope, code }] });
      const [of, count] = calls;
      assert.equal(requested.filter(({ href }) => href.startsWith(of)).length, count);
      await assertNothingLeft(result);
    });
  }

  it('is named where it is a group that Resource Graph does not answer for', async () => {
    const { ask, azure, upstream } = await gatewayOver();
    putApp(azure, { group: GROUP, readable: SAMPLE });
    failing(azure, /ResourceContainers/);
    const answer = await ask(everything(`${EDGES} ${COMPLETENESS}`));
    const app = appIn(answer);
    assert.deepEqual([answer.data.resources.nodes.length, ids(app), app.totalCount], [42, [SAMPLE], 1]);
    assert.deepEqual(app.completeness.missing, [{ scope: GROUP, code: 'UPSTREAM_UNAVAILABLE' }]);
    assert.equal(upstream().filter((service) => service === 'resource-graph').length, 2);
  });

  it('is not missed where it is what a resource is in that is held itself', async () => {
    const { ask, azure } = await gatewayOver();
    const part = `${GROUPS}/rg-shared-prod/providers/Contoso.Toys/parts/p`;
    // By name a hundred parts come before their bolts, which are asked for by another call.
    const bolts = Array.from({ length: 100 }, (_, nth) => `${part}${'-'.repeat(nth)}/bolts/1`);
    for (const id of bolts) azure.putResource({ id, location: 'eastus' });
    putApp(azure, { bolts });
    failing(azure, /parts\/p'/);
    const { data } = await ask(oneApp(`totalCount ${COMPLETENESS}`));
    assert.deepEqual(data.resource.related, { totalCount: 100, completeness: { complete: true, missing: [] } });
  });

  it('is each resource of a hundred that is not answered for, and of no other', async () => {
    const { ask, azure } = await gatewayOver();
    const disks = Array.from(
      { length: 101 },
      (_, nth) => `${GROUPS}/rg-shared-prod/providers/Contoso.Toys/parts/${100 + nth}`,
    );
    for (const id of disks) azure.putResource({ id, location: 'eastus' });
    putApp(azure, { disks });
    failing(azure, /parts\/199'/);
    const { data } = await ask(oneApp(`totalCount ${COMPLETENESS}`));
    const { totalCount, completeness } = data.resource.related;
    assert.deepEqual([totalCount, completeness.missing.length], [1, 100]);
    assert.deepEqual(completeness.missing[0], { scope: disks[0], code: 'UPSTREAM_UNAVAILABLE' });
  });

  it('is told in errors where the completeness is not asked for, and in the log once', async () => {
    const { ask, azure, log } = await gatewayOver();
    putApp(azure, { one: PASSWORD, other: TOKEN, scope: SUBSCRIPTION });
    for (const service of ['key-vault', 'arm'] as const) azure.addFault({ service, status: 501 });
    const { data, errors } = await ask(`{ a: ${oneApp(EDGES).slice(2, -2)} b: ${oneApp(EDGES).slice(2, -2)} }`);
    assert.deepEqual(data.a.related, { totalCount: 2, edges: [] });
    assert.deepEqual(
      errors?.map(({ path, extensions }) => [path, extensions.code]),
      ['a', 'b'].map((name) => [[name, 'related'], 'UPSTREAM_UNAVAILABLE']),
    );
    assert.match(
      errors?.[0]?.message ?? '',
      /^\/subscriptions\/[-0-9a-f]+ and 1 more are missing here \(`completeness` names all\): management\.azure\.com answered 501/,
    );
    const told = log.filter(({ event }) => event === 'incomplete').map(({ scope, code }) => [scope, code]);
    assert.deepEqual(told, [
      [SUBSCRIPTION, 'UPSTREAM_UNAVAILABLE'],
      [PAYMENTS, 'UPSTREAM_UNAVAILABLE'],
    ]);
  });

  it('is what takes longer than four fifths of the time: given up, and the rest answered', LATE, async (t) => {
    const { ask, azure } = await gatewayOver({ env: { REQUEST_TIMEOUT_SECONDS: '10' } });
    putApp(azure, { one: PASSWORD, readable: SAMPLE, scope: SUBSCRIPTION });
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const held = holding(azure, [PAYMENTS, `https://management.azure.com${SUBSCRIPTION}`]);
    const answer = ask(oneApp(`${EDGES} ${COMPLETENESS}`));
    await Promise.all([held.arrived, answered(azure, SAMPLE)]);
    t.mock.timers.tick(8000);
    const { related } = (await answer).data.resource;
    const missing = [SUBSCRIPTION, PAYMENTS].map((scope) => ({ scope, code: 'UPSTREAM_TIMEOUT' }));
    assert.deepEqual([ids(related), related.completeness], [[SAMPLE], { complete: false, missing }]);
    assert.equal(held.aborted(), 2);
  });

  it('fails the field at the end of all of the time', LATE, async (t) => {
    const { ask, azure } = await gatewayOver({ env: { REQUEST_TIMEOUT_SECONDS: '10' } });
    putApp(azure, { one: PASSWORD });
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const held = holding(azure, [PAYMENTS]);
    const answer = ask(oneApp(EDGES));
    await held.arrived;
    t.mock.timers.tick(10_000);
    assert.deepEqual([(await answer).data, codes(await answer)], [{ resource: null }, ['UPSTREAM_TIMEOUT']]);
  });

  it('fails the field where it is a limit of the request, and nobody asks what is missing', async () => {
    const { ask, azure } = await gatewayOver({ env: { MAX_UPSTREAM_CALLS: '2' } });
    putApp(azure, { one: PASSWORD, other: TOKEN });
    const answer = await ask(oneApp(EDGES));
    assert.deepEqual([answer.data, codes(answer)], [{ resource: null }, ['THROTTLED']]);
  });

  it('is nothing where its vault does not exist, or the identity is refused: no edge, and none is missing', async () => {
    const { ask, azure, timed, pass, requested } = await faultyGateway();
    putApp(azure, { nowhere: NOWHERE, other: `${NOWHERE}-2`, refused: LEGACY, gone: GONE, readable: SAMPLE });
    // However often it is asked for: a vault that does not exist is none that fails.
    for (let asked = 0; asked < 8; asked++) {
      const { result } = await timed(ask(everything(`${EDGES} ${COMPLETENESS}`)));
      const app = appIn(result);
      assert.deepEqual([result.errors, ids(app), app.totalCount], [undefined, [SAMPLE], 5]);
      assert.deepEqual(app.completeness, { complete: true, missing: [] });
      await pass(300);
    }
    assert.ok(requested.some(({ href }) => href.startsWith(NOWHERE)));
  });

  it('is not asked for where nothing but its URL is selected', async () => {
    const { ask, azure, upstream } = await gatewayOver();
    putApp(azure, { nowhere: NOWHERE, readable: SAMPLE });
    const { data } = await ask(oneApp(`totalCount edges { node { id } } ${COMPLETENESS}`));
    assert.deepEqual(ids(data.resource.related), [NOWHERE, SAMPLE].toSorted());
    assert.deepEqual(data.resource.related.completeness, { complete: true, missing: [] });
    assert.deepEqual(upstream(), ['imds', 'resource-graph']);
  });
});

describe('a resource to which several ids lead', () => {
  const NETWORK = `${GROUPS}/rg-shared-prod/providers/Microsoft.Network/virtualNetworks/vnet-shared-prod`;

  it('has one edge, either way, by the id that stands first, without a slash at its end', async () => {
    const { ask, azure } = await gatewayOver();
    putApp(azure, { one: `${NETWORK}/subnets/b/`, other: `${NETWORK}/subnets/a` });
    const edges = 'totalCount edges { node { id } via targetId }';
    const { data } = await ask(
      `{ app: ${oneApp(edges).slice(1, -1)} network: resource(id: "${NETWORK}") { related(direction: IN, types: ["Microsoft.App/containerApps"]) { ${edges} } } }`,
    );
    const first = { via: 'properties.one', targetId: `${NETWORK}/subnets/b` };
    const edgeTo = (id: string) => ({ related: { totalCount: 1, edges: [{ node: { id }, ...first }] } });
    assert.deepEqual(data, { app: edgeTo(NETWORK), network: edgeTo(APP) });
  });
});

describe('a secret that a resource refers to', () => {
  const SELECTIONS = ['node { id }', 'node { id ... on Secret { enabled } }'];
  const versioned = (azure: Azure) => `${SAMPLE}/${versionOf(azure, 'SampleSecret')}`;

  for (const [one = '', other = ''] of [SELECTIONS, SELECTIONS.toReversed()]) {
    it(`comes once, whatever is selected of which page: ${one}, then ${other}`, async () => {
      const { ask, azure } = await gatewayOver();
      const all = [TOKEN, SAMPLE, versioned(azure), `${VAULT}/secrets/search-query-key`];
      putApp(azure, { all });
      const page = async (selection: string, after: string): Promise<Paged> => {
        const fields = `totalCount edges { ${selection} } pageInfo { hasNextPage endCursor }`;
        return (await ask(oneApp(fields, `(first: 2${after})`))).data.resource.related;
      };
      const first = await page(one, '');
      const second = await page(other, `, after: "${first.pageInfo.endCursor}"`);
      assert.deepEqual([...ids(first), ...ids(second)], all.toSorted(byLowerCase));
      assert.deepEqual([first.totalCount, second.totalCount, second.pageInfo.hasNextPage], [4, 4, false]);
    });
  }

  it('has the same place after its version has changed', async () => {
    const { ask, azure } = await gatewayOver();
    putApp(azure, { all: [SAMPLE, versioned(azure)] });
    const page = (after = '') =>
      ask(oneApp('edges { node { id ... on Secret { enabled version } } cursor } ', `(first: 1${after})`));
    const [first] = (await page()).data.resource.related.edges;
    const old = versioned(azure);
    azure.setSecret({ vault: 'contoso-vault', name: 'SampleSecret', value: 'new' });
    const [second, ...others] = (await page(`, after: "${first.cursor}"`)).data.resource.related.edges;
    assert.deepEqual([first.node.id, second.node.id, others], [SAMPLE, old, []]);
  });

  it('that is gone is counted and has a place, and no edge where more than its URL is selected', async () => {
    const { ask, azure } = await gatewayOver();
    putApp(azure, { all: [GONE, SAMPLE] });
    const page = async (selection: string) =>
      (await ask(oneApp(`totalCount edges { ${selection} } pageInfo { hasNextPage endCursor }`, '(first: 1)'))).data
        .resource.related;
    const [byUrl, read] = [await page('node { id }'), await page('node { id ... on Secret { enabled } }')];
    assert.deepEqual([ids(byUrl), ids(read)], [[GONE], []]);
    assert.deepEqual([read.totalCount, read.pageInfo], [byUrl.totalCount, byUrl.pageInfo]);
    assert.equal(read.pageInfo.hasNextPage, true);
  });

  it('is told as it is written there', async () => {
    const { ask, azure } = await gatewayOver();
    const written = [`@Microsoft.KeyVault(VaultName=Contoso-Vault;SecretName=SampleSecret)`, `${TOKEN.toUpperCase()}/`];
    putApp(azure, { written });
    const { data } = await ask(oneApp('edges { targetId node { id } }'));
    const upper = `${PAYMENTS}/secrets/PAYMENTS-GATEWAY-TOKEN`;
    assert.deepEqual(data.resource.related.edges, [
      { targetId: written[1], node: { id: upper } },
      { targetId: written[0], node: { id: SAMPLE } },
    ]);
  });

  it('has its URL for an id by node, too, whatever is selected; by name it has that of its version', async () => {
    const { ask, azure } = await gatewayOver();
    const id = versioned(azure);
    const { data } = await ask(`{
      url: node(id: "${SAMPLE}") { id }
      read: node(id: "${SAMPLE}") { id ... on Secret { enabled } }
      many: nodes(ids: ["${SAMPLE}", "${id}"]) { id ... on Secret { enabled } }
      upper: node(id: "${SAMPLE.replace('contoso', 'CONTOSO')}/") { id }
      secret(name: "SampleSecret") { id enabled }
    }`);
    const [url, read] = [{ id: SAMPLE }, { id: SAMPLE, enabled: true }];
    const secret = { id, enabled: true };
    assert.deepEqual(data, { url, read, many: [read, secret], upper: url, secret });
  });
});

interface Connected {
  readonly edges: readonly { readonly node: { readonly id: string } }[];
}

interface Paged extends Connected {
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

const byLowerCase = (one: string, other: string): number => (one.toLowerCase() < other.toLowerCase() ? -1 : 1);

const versionOf = ({ world }: Azure, name: string): string =>
  world.vaults[0]?.secrets.find((secret) => secret.name === name)?.versions.at(-1)?.version ?? '';

/** Resource Graph fails for the queries in which that stands. */
function failing(azure: Azure, of: RegExp): void {
  const { fetch } = azure;
  azure.fetch = async (request) =>
    of.test(await request.clone().text()) ? new Response(null, { status: 501 }) : fetch(request);
}

/** Requests below these URLs are never answered. */
function holding(azure: Azure, urls: readonly string[]) {
  const { promise: arrived, resolve } = Promise.withResolvers<void>();
  const { fetch } = azure;
  const waiting = new Set(urls);
  let aborted = 0;
  azure.fetch = (request) => {
    const url = urls.find((each) => request.url.startsWith(each));
    if (url === undefined) return fetch(request);
    waiting.delete(url);
    if (waiting.size === 0) resolve();
    return new Promise((_, reject) => {
      request.signal.addEventListener('abort', () => {
        aborted += 1;
        reject(request.signal.reason);
      });
    });
  };
  return { arrived, aborted: () => aborted };
}

/** Resolves when Azure has answered a request of that URL, and the SDK has read it. */
async function answered(azure: Azure, url: string): Promise<void> {
  const isThere = () =>
    azure.calls.some(({ host, path, status }) => `https://${host}${path}`.startsWith(url) && status === 200);
  while (!isThere()) await setImmediate();
  for (let turn = 0; turn < 50; turn++) await setImmediate();
}
