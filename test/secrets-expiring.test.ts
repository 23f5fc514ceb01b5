import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Azure } from '../emulator/azure.ts';
import { accessPolicy } from '../emulator/contoso/access-policy.ts';
import { createSecret } from '../emulator/contoso/vaults.ts';
import { contoso } from '../emulator/contoso.ts';
import type { Fault } from '../emulator/faults.ts';
import { encodeCursor, hashOf } from '../src/azure/cursor.ts';
import { textFile } from './support/file.ts';
import { type Answer, codes, type Gateway, gatewayOver, names } from './support/gateway.ts';

const BEFORE = '2100-01-01T00:00:00.000Z';
const [PRODUCTION] = contoso().subscriptions;
const ALL = 'nodes { name vault } totalCount completeness { complete missing { scope code message } }';
const QUERY = `query ($before: DateTime! = "${BEFORE}", $vaults: [String!], $first: Int, $after: String) {
  secretsExpiring(before: $before, vaults: $vaults, first: $first, after: $after) {
    nodes { name vault } edges { node { name } cursor } pageInfo { hasNextPage endCursor } totalCount
    completeness { complete missing { scope code } }
  }
}`;

// Should the deadline not come, nothing else ends the test.
const LATE = { timeout: 10_000 };
const PAYMENTS = 'contoso-payments.vault.azure.net';
const PAYMENTS_TIMED_OUT = [{ scope: 'https://contoso-payments.vault.azure.net', code: 'UPSTREAM_TIMEOUT' }];

describe('secretsExpiring', () => {
  it('answers of every vault, soonest first, at the cost of listing each once', async () => {
    const { ask, azure } = await gatewayOver();
    const { data } = await ask(`{ secretsExpiring(before: "${BEFORE}") { nodes { name expiresAt } totalCount } }`);
    assert.deepEqual(data.secretsExpiring, {
      nodes: [
        { name: 'expired-certificate-password', expiresAt: '2026-03-31T00:00:00.000Z' },
        { name: 'SampleSecret', expiresAt: '2099-12-31T23:59:59.000Z' },
      ],
      totalCount: 2,
    });
    const [vault, payments] = ['key-vault contoso-vault.vault.azure.net', 'key-vault contoso-payments.vault.azure.net'];
    assert.deepEqual(callsOf(azure), [
      // The subscriptions, and the vaults of the two that the identity sees.
      ...['arm management.azure.com 200', 'arm management.azure.com 200', 'arm management.azure.com 200'],
      ...['imds 169.254.169.254 200', 'imds 169.254.169.254 200'],
      ...[`${payments} 200`, `${payments} 401`],
      // 30 secrets, 25 a page.
      ...[`${vault} 200`, `${vault} 200`, `${vault} 401`],
    ]);
  });

  it('reads the vaults that are named and nothing else, each once however often it is named', async () => {
    const { ask, azure } = await gatewayOver();
    const vaults = ['Contoso-Payments', 'contoso-payments', 'CONTOSO-PAYMENTS'];
    await ask(`query ($vaults: [String!]) {
      soon: secretsExpiring(before: "2026-12-01T00:00:00Z", vaults: $vaults) { totalCount }
      later: secretsExpiring(before: "2027-12-01T00:00:00Z", vaults: $vaults) { totalCount }
    }`, { vaults }); // biome-ignore format: one query
    const payments = 'key-vault contoso-payments.vault.azure.net';
    assert.deepEqual(callsOf(azure), ['imds 169.254.169.254 200', `${payments} 200`, `${payments} 401`]);
  });

  it("keeps what expires before the instant, be it disabled or a certificate's, and not what was deleted", async () => {
    const { ask } = await gatewayOver({
      world: contosoWith([
        createSecret('just-before', { expiresAt: '2029-12-31T23:59:59.000Z' }),
        createSecret('at-the-instant', { expiresAt: '2030-01-01T00:00:00.000Z' }),
        createSecret('disabled', { expiresAt: '2028-01-01T00:00:00.000Z', enabled: false }),
        { ...createSecret('of-a-certificate', { expiresAt: '2027-01-01T00:00:00.000Z' }), managed: true },
        {
          ...createSecret('deleted', { expiresAt: '2026-01-01T00:00:00.000Z' }),
          deletedAt: '2026-02-01T00:00:00.000Z',
        },
        createSecret('without-an-end'),
      ]),
    });
    const { data } = await ask(QUERY, { before: '2030-01-01T00:00:00Z', vaults: ['contoso-vault'] });
    assert.deepEqual(names(data.secretsExpiring.nodes), ['of-a-certificate', 'disabled', 'just-before']);
  });

  it('lists at most 4 vaults at a time', async () => {
    const world = contoso();
    const [first] = world.vaults;
    const vaults = Array.from({ length: 11 }, (_, index) => `fleet-${index}`);
    for (const name of vaults) world.vaults.push({ ...first, id: `/v/${name}`, name, location: 'x', secrets: [] });
    const { ask, azure } = await gatewayOver({ world });
    const underWay = watched(azure);
    await ask(QUERY, { vaults });
    assert.deepEqual([...underWay.hosts].length, 11);
    assert.equal(underWay.most, 4);
  });

  it('reads the default vault though ARM shows the identity no vault', async () => {
    const world = contoso();
    world.roleAssignments = world.roleAssignments.filter(({ role }) => role !== 'Reader');
    const { ask } = await gatewayOver({ world });
    const { data } = await ask(`{ secretsExpiring(before: "${BEFORE}") { ${ALL} } }`);
    assert.deepEqual(data.secretsExpiring, {
      nodes: [
        { name: 'expired-certificate-password', vault: 'contoso-vault' },
        { name: 'SampleSecret', vault: 'contoso-vault' },
      ],
      totalCount: 2,
      completeness: { complete: true, missing: [] },
    });
  });
});

describe('a page of secretsExpiring', () => {
  it('walked forward gives each of 120 secrets once, by instant, vault and name', async () => {
    const instants = ['2027-01-01', '2027-01-02', '2027-01-03'];
    const world = contosoWith(
      Array.from({ length: 120 }, (_, index) =>
        createSecret(`${index % 2 ? 'x' : 'X'}-${(index * 37) % 120}`, {
          expiresAt: `${instants[index % 3]}T00:00:00Z`,
        }),
      ),
    );
    const half = world.vaults[0]?.secrets.splice(0, 60) ?? [];
    world.vaults[1]?.secrets.splice(0, 3, ...half);
    const { ask } = await gatewayOver({ world });
    const [whole, walked] = [await ask(QUERY, { first: 1000 }), await walk(ask, { first: 7 })];
    const placeOf = (name: string, vault: string) => `${expiryOf(world, vault, name)} ${vault} ${name.toLowerCase()}`;
    const places = walked.map(({ name, vault }) => placeOf(name, vault));
    assert.deepEqual(walked, whole.data.secretsExpiring.nodes);
    assert.deepEqual(places, [...new Set(places)].sort());
    assert.equal(places.length, 120);
  });

  it('tells each secret its cursor, and the last page that it is one', async () => {
    const { ask } = await gatewayOver();
    const [one, two] = (await ask(QUERY, { first: 2 })).data.secretsExpiring.edges;
    const page = async (variables: object) => {
      const { pageInfo, totalCount } = (await ask(QUERY, variables)).data.secretsExpiring;
      return { ...pageInfo, totalCount };
    };
    assert.deepEqual(await page({ first: 1 }), { hasNextPage: true, endCursor: one.cursor, totalCount: 2 });
    assert.deepEqual(await page({ after: one.cursor }), { hasNextPage: false, endCursor: two.cursor, totalCount: 2 });
    assert.deepEqual(await page({ after: two.cursor }), { hasNextPage: false, endCursor: null, totalCount: 2 });
  });

  it('holds 50 where nobody says how many', async () => {
    const secrets = Array.from({ length: 51 }, (_, index) => createSecret(`s-${index}`, { expiresAt: BEFORE }));
    const { ask } = await gatewayOver({ world: contosoWith(secrets) });
    const { data } = await ask('{ secretsExpiring(before: "2101-01-01T00:00:00Z") { nodes { name } totalCount } }');
    assert.deepEqual([data.secretsExpiring.nodes.length, data.secretsExpiring.totalCount], [50, 51]);
  });
});

describe('what secretsExpiring could not read', () => {
  it('is named by vault, with why and what to do, and the others are answered', async () => {
    const { ask } = await gatewayOver();
    const vaults = ['contoso-vault', 'no-such-vault', 'contoso-legacy'];
    const { data } = await ask(`query ($vaults: [String!]) {
      secretsExpiring(before: "${BEFORE}", vaults: $vaults, first: 1) { ${ALL} }
    }`, { vaults }); // biome-ignore format: one query
    assert.deepEqual(data.secretsExpiring, {
      nodes: [{ name: 'expired-certificate-password', vault: 'contoso-vault' }],
      totalCount: 2,
      completeness: {
        complete: false,
        missing: [
          {
            scope: 'https://contoso-legacy.vault.azure.net',
            code: 'FORBIDDEN',
            message:
              "contoso-legacy.vault.azure.net refused the gateway's identity. Grant it the role Key Vault Secrets User on vault contoso-legacy, and check the firewall there.",
          },
          {
            scope: 'https://no-such-vault.vault.azure.net',
            code: 'UPSTREAM_UNAVAILABLE',
            message: 'no-such-vault.vault.azure.net has no address. Check the name, and the DNS that the gateway uses.',
          },
        ],
      },
    });
  });

  it('is never an empty list that says it is whole', async () => {
    const { ask } = await gatewayOver();
    const { data } = await ask(QUERY, { vaults: ['contoso-legacy'] });
    assert.deepEqual(data.secretsExpiring, {
      ...{ nodes: [], edges: [], pageInfo: { hasNextPage: false, endCursor: null }, totalCount: 0 },
      completeness: {
        complete: false,
        missing: [{ scope: 'https://contoso-legacy.vault.azure.net', code: 'FORBIDDEN' }],
      },
    });
  });

  it('is named by subscription where its vaults are not known', async () => {
    const { ask, azure } = await gatewayOver();
    azure.addFault({ service: 'arm', path: `${PRODUCTION?.id}/resources`, status: 501 });
    const { data } = await ask(QUERY);
    assert.deepEqual(names(data.secretsExpiring.nodes), ['expired-certificate-password', 'SampleSecret']);
    assert.deepEqual(data.secretsExpiring.completeness, {
      complete: false,
      missing: [{ scope: PRODUCTION?.id, code: 'UPSTREAM_UNAVAILABLE' }],
    });
  });

  const unasked: Record<string, { fault: Fault; names: readonly string[] }> = {
    'a vault that fails': {
      fault: { service: 'key-vault', host: PAYMENTS, status: 500 },
      names: ['expired-certificate-password', 'SampleSecret'],
    },
    'a vault whose second page fails': {
      fault: { service: 'key-vault', host: 'contoso-vault.vault.azure.net', path: '?skiptoken', status: 500 },
      names: [],
    },
    'the vaults of a subscription': {
      fault: { service: 'arm', path: `${PRODUCTION?.id}/resources`, status: 501 },
      names: ['expired-certificate-password', 'SampleSecret'],
    },
  };
  for (const [what, { fault, names: there }] of Object.entries(unasked)) {
    it(`is in errors, beside what is there, where completeness is not asked for: ${what}`, async () => {
      const { ask, azure } = await gatewayOver();
      azure.addFault(fault);
      const answer = await ask(`{ expiring: secretsExpiring(before: "${BEFORE}") { nodes { name } } }`);
      assert.deepEqual([names(answer.data.expiring.nodes), codes(answer)], [there, ['UPSTREAM_UNAVAILABLE']]);
      assert.deepEqual(answer.errors?.[0]?.path, ['expiring']);
      assert.match(answer.errors?.[0]?.message ?? '', /^(https:\/\/contoso-|\/subscriptions\/)\S+ is missing here: /);
    });
  }

  it('is what takes longer than four fifths of the time: given up, named, and the rest answered', LATE, async (t) => {
    const { ask, azure } = await gatewayOver({ env: { REQUEST_TIMEOUT_SECONDS: '10' } });
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const held = holding(azure, 'contoso-payments');
    const answer = ask(QUERY);
    await Promise.all([held.arrived, answered(azure, 'contoso-vault', 2)]);
    t.mock.timers.tick(8000);
    assert.deepEqual(found(await answer), [['expired-certificate-password', 'SampleSecret'], PAYMENTS_TIMED_OUT]);
    assert.ok(held.isAborted());
  });

  it('is also what waits so long for the reads of others', LATE, async (t) => {
    const { ask, azure, clients } = await gatewayOver({ env: { REQUEST_TIMEOUT_SECONDS: '10' } });
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { name, host } = clients.vault('contoso-payments');
    const scope = { api: 'key-vault', host, name } as const;
    for (let read = 0; read < 16; read++) await clients.governor.admit(scope, undefined, undefined);
    const answer = ask(QUERY);
    await answered(azure, 'contoso-vault', 2);
    t.mock.timers.tick(8000);
    assert.deepEqual(found(await answer), [['expired-certificate-password', 'SampleSecret'], PAYMENTS_TIMED_OUT]);
  });
});

const found = ({ data: { secretsExpiring: of } }: Answer) => [names(of.nodes), of.completeness.missing];

describe('whose secrets expire', () => {
  const contosoGateway = async (): Promise<Gateway> => {
    const world = contosoWith([createSecret('billing-token', { expiresAt: '2027-01-01T00:00:00Z' })]);
    world.vaults[0]?.secrets.push(...(contoso().vaults[0]?.secrets ?? []));
    return gatewayOver({ world, env: { ACCESS_POLICY: textFile(accessPolicy(world)) } });
  };

  it('is counted for each caller by what it may read', async () => {
    const { askAs } = await contosoGateway();
    const answers = await Promise.all(
      ['Auditor', 'Billing Service'].map((caller) => askAs(caller, QUERY, { first: 1 })),
    );
    assert.deepEqual(
      answers.map(({ data: { secretsExpiring: of } }) => [names(of.nodes), of.totalCount, of.pageInfo.hasNextPage]),
      [
        [['expired-certificate-password'], 3, true],
        [['billing-token'], 2, true],
      ],
    );
  });

  it('is not asked of a vault that the policy denies: it is left out, or named where the caller named it', async () => {
    const { askAs, azure } = await contosoGateway();
    const whole = await askAs('Billing Service', QUERY);
    const named = await askAs('Billing Service', QUERY, { vaults: ['contoso-payments', 'contoso-vault'] });
    assert.deepEqual(whole.data.secretsExpiring.completeness, { complete: true, missing: [] });
    assert.deepEqual(named.data.secretsExpiring.completeness.missing, [
      { scope: 'https://contoso-payments.vault.azure.net', code: 'FORBIDDEN' },
    ]);
    assert.ok(callsOf(azure).every((call) => !call.includes('contoso-payments')));
  });

  it('is refused at no cost where the policy grants none of them', async () => {
    const { askAs, upstream } = await contosoGateway();
    const answers = [
      await askAs('Ada', QUERY),
      await askAs(null, QUERY),
      await askAs('Billing Service', QUERY, { vaults: ['contoso-payments', 'contoso-legacy'] }),
    ];
    assert.deepEqual(answers.map(codes), [['FORBIDDEN'], ['UNAUTHENTICATED'], ['FORBIDDEN']]);
    assert.match(answers[0]?.errors?.[0]?.message ?? '', /may not readSecretProperties of any secret\. /);
    assert.match(answers[2]?.errors?.[0]?.message ?? '', / of any secret in vault contoso-legacy, or in 1 more\. /);
    assert.deepEqual(upstream(), []);
  });
});

describe('what secretsExpiring is not asked', () => {
  const of = hashOf([Date.parse(BEFORE), null]);
  const cursor = (...key: string[]) => encodeCursor('secretsExpiring', of, key);
  const inputs: Record<string, object> = {
    'a page of none': { first: 0 },
    'a page of less': { first: -1 },
    'a page of too many': { first: 1001 },
    "a name that is no vault's": { vaults: ['contoso-vault', 'evil.example/'] },
    'no vault': { vaults: [] },
    'too many vaults': { vaults: Array.from({ length: 101 }, () => 'contoso-vault') },
    'an instant that is none': { before: 'tomorrow' },
    'an empty cursor': { after: '' },
    'a cursor that is none': { after: 'x' },
    'a cursor of another query': { after: cursor('1', 'v', 'n'), vaults: ['contoso-vault'] },
    'a cursor without a place': { after: cursor() },
    'a cursor with half a place': { after: cursor('1', 'v') },
    'a cursor with more than a place': { after: cursor('1', 'v', 'n', 'x') },
    'a cursor whose instant is none': { after: cursor('1e3', 'v', 'n') },
  };
  for (const [what, variables] of Object.entries(inputs)) {
    it(`is ${what}: BAD_USER_INPUT, at no cost`, async () => {
      const { ask, upstream } = await gatewayOver();
      assert.deepEqual(codes(await ask(QUERY, variables)), ['BAD_USER_INPUT']);
      assert.deepEqual(upstream(), []);
    });
  }

  it("but a page of 1000, of 100 vaults, behind a place that is no secret's", async () => {
    const { ask } = await gatewayOver();
    const vaults = Array.from({ length: 100 }, () => 'contoso-vault');
    assert.equal((await ask(QUERY, { first: 1000, vaults })).data.secretsExpiring.nodes.length, 2);
    const { data } = await ask(QUERY, { after: cursor('1798761600000', 'v', 'n') });
    assert.deepEqual(names(data.secretsExpiring.nodes), ['SampleSecret']);
  });
});

/** Contoso with these in its default vault. */
function contosoWith(secrets: ReturnType<typeof createSecret>[]) {
  const world = contoso();
  const [vault] = world.vaults;
  if (vault) vault.secrets = secrets;
  return world;
}

const callsOf = (azure: Azure): string[] =>
  azure.calls
    .filter(({ service }) => service !== 'entra')
    .map(({ service, host, status }) => `${service} ${host} ${status}`)
    .sort();

/** The names and vaults of all pages. */
async function walk(ask: Gateway['ask'], variables: object): Promise<{ name: string; vault: string }[]> {
  const { nodes, pageInfo } = (await ask(QUERY, variables)).data.secretsExpiring;
  return pageInfo.hasNextPage ? [...nodes, ...(await walk(ask, { ...variables, after: pageInfo.endCursor }))] : nodes;
}

const expiryOf = (world: ReturnType<typeof contoso>, vault: string, name: string): string | undefined =>
  world.vaults.find((each) => each.name === vault)?.secrets.find((each) => each.name === name)?.versions[0]?.expiresAt;

/** How many vaults are being asked at once, and which. */
function watched(azure: Azure) {
  const underWay = { now: 0, most: 0, hosts: new Set<string>() };
  const { fetch } = azure;
  azure.fetch = async (request) => {
    const { host } = new URL(request.url);
    if (!host.endsWith('.vault.azure.net')) return fetch(request);
    underWay.hosts.add(host);
    underWay.most = Math.max(underWay.most, ++underWay.now);
    return fetch(request).finally(() => underWay.now--);
  };
  return underWay;
}

/** Leaves the requests to a vault without an answer until they are aborted. */
function holding(azure: Azure, vault: string) {
  const { promise: arrived, resolve } = Promise.withResolvers<void>();
  const { fetch } = azure;
  let aborted = false;
  azure.fetch = (request) => {
    if (!request.url.includes(`//${vault}.`)) return fetch(request);
    return new Promise((_, reject) => {
      request.signal.addEventListener('abort', () => {
        aborted = true;
        reject(request.signal.reason);
      });
      resolve();
    });
  };
  return { arrived, isAborted: () => aborted };
}

/** Resolves when Azure has answered that many pages of a vault, and the SDK has read them. */
async function answered(azure: Azure, vault: string, pages: number) {
  const count = () => azure.calls.filter(({ host, status }) => host.startsWith(`${vault}.`) && status === 200).length;
  while (count() < pages) await setImmediate();
  for (let turn = 0; turn < 50; turn++) await setImmediate();
}
