import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { STARTED_BY } from '../../build/bundle.ts';
import { createDist } from '../../build/dist.ts';
import { authorizationOf } from '../../demo/callers.ts';
import { createAzure } from '../../emulator/azure.ts';
import { systemClock } from '../../emulator/clock.ts';
import { contoso } from '../../emulator/contoso.ts';
import { listen } from '../../emulator/listen.ts';
import { putResource } from '../../emulator/resource-changes.ts';
import { addTester } from '../support/caller.ts';
import { type Environment, spawnGateway } from '../support/process.ts';

// The image's: two fifths of the container's memory.
const heapIn = (mib: number) => ['--max-semi-space-size=8', `--max-old-space-size=${Math.floor(mib * 0.4)}`];
const CALLERS = Array.from({ length: 8 }, (_, nth) => `Tester ${nth}`);
const SUBSCRIPTIONS = 20;

const times = (count: number, of: (nth: number) => string) =>
  Array.from({ length: count }, (_, nth) => of(nth)).join(' ');

describe('a gateway in 256 MiB', () => {
  let gateway: Awaited<ReturnType<typeof smallGateway>>;
  before(async () => {
    gateway = await smallGateway();
  });
  after(() => gateway?.[Symbol.asyncDispose]());

  // Nobody has to ask so: each would be refused, or answered.
  const alone: Readonly<Record<string, (subscriptions: readonly string[]) => string>> = {
    'a thousand ids, a hundred times': () =>
      `query ($ids: [ID!]!) { ${times(100, (nth) => `f${nth}: nodes(ids: $ids) { id }`)} }`,
    'a field that is refused, twenty thousand times': () =>
      `{ resources(first: 1000) { nodes { ${times(20, (nth) => `f${nth}: resourceGroup { id }`)} } } }`,
    'aliases of a field below relations': () =>
      `{ resources(first: 1000) { nodes { related(first: 1000) { edges { node { ${times(99, (nth) => `f${nth}: id`)} } } } } } }`,
    'twenty thousand resources, each with its group': (subscriptions) =>
      `{ ${times(20, (nth) => `f${nth}: resources(first: 1000, where: { subscriptionIds: ["${subscriptions[nth]}"] }) { nodes { id resourceGroup { name location } } }`)} }`,
    'each of them with its properties': (subscriptions) =>
      `{ ${times(20, (nth) => `f${nth}: resources(first: 1000, where: { subscriptionIds: ["${subscriptions[nth]}"] }) { nodes { id name type location tags { key value } properties } }`)} }`,
    'cursors of five thousand resources, eighty times': () =>
      `{ subscriptions { resources(first: 1000) { edges { ${times(80, (nth) => `f${nth}: cursor`)} } } } }`,
    'the schema, a hundred times': () =>
      `{ ${times(99, (nth) => `f${nth}: __schema { types { ...T fields { ...F } } }`)} }
        fragment T on __Type { name kind description }
        fragment F on __Field { name description args { name type { ...R } } type { ...R } }
        fragment R on __Type { ...T ofType { ...T ofType { ...T ofType { ...T } } } }`,
  };
  for (const [what, queryOf] of Object.entries(alone)) {
    it(`survives ${what}`, async () => {
      const ids = Array.from(
        { length: 1000 },
        (_, nth) => `/subscriptions/${gateway.subscriptions[0]}/resourceGroups/${nth}`,
      );
      const query = queryOf(gateway.subscriptions);
      const answers = [];
      for (const caller of ['Tester', null])
        answers.push(await gateway.ask(caller, query, query.includes('$ids') ? { ids } : {}));
      const told = answers.map(({ status, bytes, text }) => `${status}, ${bytes} bytes ${text.slice(0, 120)}`);
      console.log(`${what}: ${told.join('; ')}; ${gateway.memory()} MiB`);
      for (const { text } of answers)
        assert.match(text, /"data":|"code":"(?:LIMIT_EXCEEDED|UNAUTHENTICATED|FORBIDDEN)"/);
      assert.equal((await gateway.ask('Tester', '{ viewer { id } }')).status, 200);
    });
  }

  it('survives variables that are nobody’s, forty times at once', async () => {
    const variables = { x: Array.from({ length: 95_000 }, () => ({})) };
    const query = '{ resources(first: 1, where: { name: { contains: "nI" } }) { totalCount } }';
    const answers = await Promise.all(Array.from({ length: 40 }, () => gateway.ask('Tester', query, variables)));
    for (const { text } of answers) assert.match(text, /"data":|"code":"OVERLOADED"/);
  });

  it('makes equal large answers one after the other, and loses none that it has begun to send', async () => {
    const page = 'resources(first: 1000) { nodes { id name type location properties } }';
    const query = `{ ${times(10, (nth) => `f${nth}: ${page}`)} }`;
    const answers = await Promise.all(Array.from({ length: 30 }, () => gateway.ask('Tester', query)));
    const large = answers.filter(({ status }) => status === 200);
    const others = answers.filter(({ status }) => status !== 200);
    console.log(
      `30 at once: ${large.length} of ${large[0]?.bytes} bytes, ${others.length} OVERLOADED; ${gateway.memory()} MiB`,
    );
    assert.ok(large.length > 0);
    for (const { bytes, isWhole } of large) assert.deepEqual([bytes > 1_000_000, isWhole], [true, true]);
    for (const { status, text } of others) {
      assert.equal(status, 503);
      assert.match(text, /"code":"OVERLOADED"/);
    }
  });
});

describe('a gateway in 256 MiB, of resources that are ten thousand empty objects each', () => {
  const things = (condition: string, selected: string) =>
    `{ resources(first: 300, where: { types: ["Contoso.Tiny/things"]${condition} }) { nodes { ${selected} } } }`;
  let gateway: Awaited<ReturnType<typeof smallGateway>>;
  before(async () => {
    const world = contoso();
    const [group] = world.resourceGroups;
    const tiny = { type: 'Contoso.Tiny/things', location: 'westeurope', properties: { all: Array(10_000).fill({}) } };
    for (let nth = 100; nth < 400; nth += 1)
      putResource(world, { ...tiny, id: `${group?.id}/providers/Contoso.Tiny/things/t${nth}` }, systemClock);
    gateway = await smallGateway(world);
  });
  after(() => gateway?.[Symbol.asyncDispose]());

  for (const selected of ['properties', 'name properties(path: "all[0]")', 'related(first: 1) { totalCount }'])
    it(`survives who asks for { ${selected} } of three hundred`, async () => {
      const { status, bytes, text } = await gateway.ask('Tester', things('', selected));
      console.log(`${selected}: ${status}, ${bytes} bytes ${text.slice(0, 120)}; ${gateway.memory()} MiB`);
      assert.match(text, /"data":|"code":"LIMIT_EXCEEDED"/);
      assert.equal((await gateway.ask('Tester', '{ viewer { id } }')).status, 200);
    });

  it('answers who asks for less, and survives thirty of them at once', async () => {
    const ofTen = (nth: number) => things(`, name: { startsWith: "t${10 + (nth % 30)}" }`, 'properties');
    const { text } = await gateway.ask('Tester', ofTen(0));
    assert.equal(JSON.parse(text).data.resources.nodes.length, 10);
    const answers = await Promise.all(Array.from({ length: 30 }, (_, nth) => gateway.ask('Tester', ofTen(nth))));
    const whole = answers.filter(({ status }) => status === 200);
    console.log(`30 at once: ${whole.length} of ${whole[0]?.bytes} bytes; ${gateway.memory()} MiB`);
    for (const each of answers) assert.match(each.text, /"data":|"code":"OVERLOADED"/);
  });
});

describe('a gateway in 192 MiB', () => {
  let gateway: Awaited<ReturnType<typeof smallGateway>>;
  before(async () => {
    // Each reads for itself.
    gateway = await smallGateway(large(), 192, { INVENTORY_TTL_SECONDS: '0' });
  });
  after(() => gateway?.[Symbol.asyncDispose]());

  it('survives 64 large answers at once, three times', async () => {
    const page =
      'resources(first: 1000, where: { subscriptionIds: $ids }) { nodes { id name type location properties } }';
    const pages = gateway.subscriptions.slice(0, 8).map((id, nth) => `f${nth}: ${page.replace('$ids', `["${id}"]`)}`);
    const query = `{ ${pages.join(' ')} }`;
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 64 }, (_, nth) => gateway.ask(CALLERS[nth % CALLERS.length] ?? null, query)),
      );
      const whole = answers.filter(({ status }) => status === 200);
      console.log(`64 at once: ${whole.length} of ${whole[0]?.bytes} bytes; ${gateway.memory()} MiB`);
      for (const { text, isWhole } of answers) {
        assert.match(text, /^\{"data":|"code":"(?:OVERLOADED|THROTTLED|UPSTREAM_TIMEOUT)"/);
        assert.equal(isWhole, true);
      }
    }
    // The rest of 192 is for what is mapped of files, and for sockets.
    assert.ok(gateway.memory() < 175, `${gateway.memory()} MiB`);
  });
});

const large = () =>
  contoso({ subscriptions: SUBSCRIPTIONS, groupsPerSubscription: 200, resources: SUBSCRIPTIONS * 1100 });

async function smallGateway(world = large(), mib = 256, settings: Environment = {}) {
  for (const caller of ['Tester', ...CALLERS]) addTester(world, caller);
  const azure = createAzure({ world, resourceGraphQuota: 100_000 });
  const network = await listen(azure);
  // As it is built: types and their removal take memory too.
  const folder = mkdtempSync(join(tmpdir(), 'gateway-large-'));
  await createDist(folder, { explorer: false });
  const [program, ...args] = STARTED_BY;
  const gateway = await spawnGateway([...heapIn(mib), join(folder, program), ...args], {
    ...Object.fromEntries(network.exports),
    AZURE_SUBSCRIPTION_ID: '',
    ACCESS_POLICY: 'test/support/everything.cedar',
    // The build has none.
    EXPLORER: 'off',
    ...settings,
  });
  const authorizations = new Map<string, string>();
  for (const caller of ['Tester', ...CALLERS]) authorizations.set(caller, await authorizationOf(azure, caller));
  return {
    subscriptions: world.subscriptions.slice(-SUBSCRIPTIONS).map(({ subscriptionId }) => subscriptionId),
    async ask(caller: string | null, query: string, variables: object = {}) {
      const authorization = authorizations.get(caller ?? '');
      const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };
      const body = JSON.stringify({ query, variables });
      const response = await fetch(gateway.url, { method: 'POST', headers, body });
      const text = await response.text();
      return { status: response.status, bytes: Buffer.byteLength(text), text, isWhole: text.endsWith('}') };
    },
    /** The most that it has had, without files. */
    memory() {
      const status = readFileSync(`/proc/${gateway.process.pid}/status`, 'utf8');
      const [most, files] = ['VmHWM', 'RssFile'].map((name) =>
        Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]),
      );
      return Math.round(((most ?? 0) - (files ?? 0)) / 1024);
    },
    async [Symbol.asyncDispose]() {
      await gateway.stop();
      await network.close();
      rmSync(folder, { recursive: true });
    },
  };
}
