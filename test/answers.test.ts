import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parse, validate } from 'graphql';
import { createManualClock } from '../emulator/clock.ts';
import { contoso } from '../emulator/contoso.ts';
import { createSchema } from '../src/graphql/schema.ts';
import { documents } from './support/documents.ts';
import { textFile } from './support/file.ts';
import { type Answer, arrival, type Gateway, gatewayOver, NOTHING_KEPT } from './support/gateway.ts';

const SECOND = 1000;
const GROUPS = '{ resourceGroups { name } }';
const URL = 'https://gateway.test/graphql';

describe('an answer of the estate', () => {
  it('is given again, to callers of the same rights, with a log line each', async () => {
    const { askAs, upstream, log } = await gateway();
    const first = await askAs('Billing Service', GROUPS);
    const calls = upstream().length;
    assert.deepEqual(await askAs('Auditor', GROUPS), first);
    assert.equal(upstream().length, calls);
    assert.deepEqual(keptLines(log), [false, true]);
  });

  it('is not given to a caller of other rights', async () => {
    const { askAs, log } = await gateway();
    const all = await askAs('Billing Service', GROUPS);
    const some = await askAs('Ada', GROUPS);
    assert.ok(some.data.resourceGroups.length < all.data.resourceGroups.length);
    assert.deepEqual(keptLines(log), [false, false]);
  });

  it('is not given to a caller whom the policy could not grant any of it, though nothing is in it', async () => {
    const { askAs } = await gateway();
    const asked = '{ resourceGroups(subscriptionId: "00000000-0000-0000-0000-000000000000") { name } }';
    await askAs('Billing Service', asked);
    assert.equal((await askAs('Ada', asked)).errors?.[0]?.extensions.code, 'FORBIDDEN');
  });

  it('is not given to a caller of equally no rights who is refused, where it is empty for one who is not', async () => {
    const { askAs, log } = await gateway({}, createManualClock(), GRANTED_IN_VAIN);
    for (let nth = 0; nth < 2; nth++) assert.deepEqual(await askAs('Ada', GROUPS), { data: { resourceGroups: [] } });
    assert.equal((await askAs('Auditor', GROUPS)).errors?.[0]?.extensions.code, 'FORBIDDEN');
    assert.deepEqual(keptLines(log), [false, true, false]);
  });

  const other: Record<string, [first: object, second: object]> = {
    'another document': [{ query: GROUPS }, { query: '{ resourceGroups { id } }' }],
    'another operation of it': [
      { query: `query A ${GROUPS} query B { subscriptions { id } }`, operationName: 'A' },
      { query: `query A ${GROUPS} query B { subscriptions { id } }`, operationName: 'B' },
    ],
    'other variables': [variablesOf('rg'), variablesOf('mc')],
  };
  for (const [what, [first, second]] of Object.entries(other)) {
    it(`is not the answer to ${what}`, async () => {
      const world = await gateway();
      const answers = [await post(world, first), await post(world, second)].map(({ text }) => text);
      assert.notEqual(answers[0], answers[1]);
      assert.deepEqual(keptLines(world.log), [false, false]);
    });
  }

  const unnamed: Record<string, [query: string, operationName: string | undefined, status: number]> = {
    'an empty operationName is none': [`query A ${GROUPS}`, '', 200],
    'of two operations none is meant': [`query A ${GROUPS} query B { subscriptions { id } }`, undefined, 400],
    'of two operations an empty operationName means none': [
      `query A ${GROUPS} query B { subscriptions { id } }`,
      '',
      400,
    ],
  };
  for (const [what, [query, operationName, status]] of Object.entries(unnamed)) {
    it(`is given where its execution would give it, and nowhere else: ${what}`, async () => {
      const [keeping, forgetful] = [await gateway(), await gateway(NOTHING_KEPT)];
      await post(keeping, { query: `query A ${GROUPS}` });
      const answers = [await post(keeping, { query, operationName }), await post(forgetful, { query, operationName })];
      assert.deepEqual(
        answers.map((answer) => answer.status),
        [status, status],
      );
      assert.equal(answers[0]?.text, answers[1]?.text);
      assert.deepEqual(keptLines(keeping.log), [false, status === 200]);
    });
  }

  it('is the same for variables in another order', async () => {
    const world = await gateway();
    const query = 'query ($a: String, $b: String) { resourceGroups(where: { namePrefix: $a, location: $b }) { name } }';
    await post(world, { query, variables: { a: 'rg', b: 'eastus' } });
    await post(world, { query, variables: { b: 'eastus', a: 'rg' } });
    assert.deepEqual(keptLines(world.log), [false, true]);
  });

  it('is the same whatever variables come with it that it does not declare', async () => {
    const world = await gateway();
    const query = '{ resourceGroups { name } }';
    await post(world, { query });
    await post(world, { query, variables: { a: 'nobody looks at it' } });
    await post(world, { query, variables: {} });
    assert.deepEqual(keptLines(world.log), [false, false, true]);
  });

  it('is another one where a variable is null than where it is left to its default', async () => {
    const world = await gateway();
    const query = 'query ($a: String = "no-such-group") { resourceGroups(where: { namePrefix: $a }) { name } }';
    const texts = [];
    for (const variables of [{}, { a: null }]) texts.push((await post(world, { query, variables })).text);
    assert.notEqual(texts[0], texts[1]);
    assert.deepEqual(keptLines(world.log), [false, false]);
  });

  it('comes in the media type that was asked for', async () => {
    const world = await gateway();
    const accepted = ['application/json', 'application/graphql-response+json', 'application/json'];
    const types = [];
    for (const accept of accepted) types.push((await post(world, { query: GROUPS }, { accept })).type);
    assert.deepEqual(
      types,
      accepted.map((type) => `${type}; charset=utf-8`),
    );
    assert.deepEqual(keptLines(world.log), [false, false, true]);
  });

  it('does not answer HEAD', async () => {
    const world = await gateway();
    const asked = `${URL}?query=${encodeURIComponent(GROUPS)}`;
    const headers = { authorization: await world.authorizationOf('Billing Service') };
    const statuses = [];
    for (const method of ['GET', 'HEAD', 'GET'])
      statuses.push((await world.app(new Request(asked, { method, headers }))).status);
    assert.deepEqual(statuses, [200, 405, 200]);
  });

  it('has a request id of its own', async () => {
    const world = await gateway();
    const ids = [];
    for (const id of ['one', 'two']) ids.push((await post(world, { query: GROUPS }, { 'x-request-id': id })).requestId);
    assert.deepEqual(ids, ['one', 'two']);
    assert.deepEqual(
      world.log.filter(isOperation).map(({ requestId }) => requestId),
      ids,
    );
  });

  it('counts against the rate of its caller', async () => {
    const world = await gateway({ RATE_LIMIT_PER_MINUTE: '2' });
    const statuses = [];
    for (let nth = 0; nth < 3; nth++) statuses.push((await post(world, { query: GROUPS })).status);
    assert.deepEqual(statuses, [200, 200, 429]);
  });

  it('is made anew for who asks what it costs', async () => {
    const world = await gateway();
    await post(world, { query: GROUPS });
    await post(world, { query: GROUPS }, { 'x-explain': '1' });
    assert.deepEqual(keptLines(world.log), [false, false]);
  });

  it('ends with the first of what it was made of', async () => {
    const clock = createManualClock();
    const world = await gateway({ INVENTORY_TTL_SECONDS: '30' }, clock);
    await post(world, { query: GROUPS });
    clock.advance(26 * SECOND);
    await post(world, { query: GROUPS });
    clock.advance(5 * SECOND);
    await post(world, { query: GROUPS });
    assert.deepEqual(keptLines(world.log), [false, true, false]);
  });

  it('ends with its maxAgeSeconds', async () => {
    const clock = createManualClock();
    const world = await gateway({ INVENTORY_TTL_SECONDS: '30' }, clock);
    const query = '{ resourceGroups(maxAgeSeconds: 10) { name } }';
    await post(world, { query });
    clock.advance(9 * SECOND);
    await post(world, { query });
    clock.advance(2 * SECOND);
    await post(world, { query });
    assert.deepEqual(keptLines(world.log), [false, true, false]);
  });

  it('is not given where what it was made of has been read anew, by whatever query: no caller sees time go back', async () => {
    const world = await gateway();
    await post(world, { query: GROUPS });
    world.azure.world.resourceGroups.splice(0, 1);
    const now = await post(world, { query: '{ resourceGroups(maxAgeSeconds: 0) { id name } }' });
    const texts = [await post(world, { query: GROUPS }), await post(world, { query: GROUPS })].map(({ text }) => text);
    for (const text of texts) assert.deepEqual(namesIn(text), namesIn(now.text));
    assert.deepEqual(keptLines(world.log), [false, false, false, true]);
  });

  it('is not given where a part of it has been read anew', async () => {
    const world = await gateway();
    const both = { query: '{ subscriptions { id } resourceGroups { name } }' };
    for (let nth = 0; nth < 2; nth++) await post(world, both);
    await post(world, { query: '{ subscriptions(maxAgeSeconds: 0) { id } }' });
    for (let nth = 0; nth < 2; nth++) await post(world, both);
    assert.deepEqual(keptLines(world.log), [false, true, false, false, true]);
  });

  it('is not given where Azure has refused what it was made of', async () => {
    const world = await gateway();
    await post(world, { query: GROUPS });
    world.azure.addFault({ service: 'arm', status: 403 });
    for (const query of ['{ resourceGroups(maxAgeSeconds: 0) { name } }', GROUPS]) {
      assert.match((await post(world, { query })).text, /"resourceGroups":null/);
    }
    assert.deepEqual(keptLines(world.log), [false, false, false]);
  });

  it('is given again whatever else has been read anew', async () => {
    const world = await gateway();
    await post(world, { query: GROUPS });
    await post(world, { query: '{ subscriptions(maxAgeSeconds: 0) { id } }' });
    await post(world, { query: GROUPS });
    assert.deepEqual(keptLines(world.log), [false, false, true]);
  });

  it('is not kept at maxAgeSeconds: 0', async () => {
    const world = await gateway();
    const query = '{ resourceGroups(maxAgeSeconds: 0) { name } }';
    for (let nth = 0; nth < 2; nth++) await post(world, { query });
    assert.deepEqual(keptLines(world.log), [false, false]);
  });

  it('is not kept where a field failed', async () => {
    const world = await gateway();
    const query = '{ resourceGroups { name } resourceGroup(name: "%") { name } }';
    for (let nth = 0; nth < 2; nth++) await post(world, { query });
    assert.deepEqual(keptLines(world.log), [false, false]);
  });

  it('is not kept where it lacks something', async () => {
    const world = await gateway();
    const ids = [world.azure.world.subscriptions[0]?.subscriptionId, '99999999-9999-9999-9999-999999999999'];
    const query = `{ resources(where: { subscriptionIds: ${JSON.stringify(ids)} }) { totalCount completeness { complete } } }`;
    const texts = [];
    for (let nth = 0; nth < 2; nth++) texts.push((await post(world, { query })).text);
    assert.match(texts.join(), /"complete":false/);
    assert.deepEqual(keptLines(world.log), [false, false]);
  });

  it('is forgotten with the policy', async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] });
    const world = await gateway();
    const before = await post(world, { query: GROUPS });
    world.change((policy) => policy.replace('@id("all") permit', '@id("all") forbid'));
    for (let nth = 0; nth < 3; nth++) t.mock.timers.tick(SECOND);
    assert.match(before.text, /rg-payments-prod/);
    assert.match((await post(world, { query: GROUPS })).text, /"resourceGroups":null/);
    assert.deepEqual(keptLines(world.log), [false, false]);
  });

  it('is not kept where the policy changes while it is made, though the rights stay', async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] });
    const world = await gateway();
    const { reached, release } = holdingBack(world);
    const before = post(world, { query: GROUPS });
    await reached;
    world.change((policy) => `${policy}// Another version.\n`);
    for (let nth = 0; nth < 3; nth++) t.mock.timers.tick(SECOND);
    await post(world, { query: '{ subscriptions { id } }' });
    release();
    await before;
    for (let nth = 0; nth < 2; nth++) assert.equal((await post(world, { query: GROUPS })).text, (await before).text);
    assert.deepEqual(keptLines(world.log), [false, false, false, true]);
  });

  it('is that of a trusted document, and of no other text', async () => {
    const world = await gateway({ TRUSTED_DOCUMENTS: textFile(JSON.stringify({ a: GROUPS })) });
    const statuses = [];
    for (const body of [{ documentId: 'a' }, { documentId: 'a' }, { query: GROUPS }])
      statuses.push((await post(world, body)).status);
    assert.deepEqual(statuses, [200, 200, 400]);
    assert.deepEqual(keptLines(world.log).slice(0, 2), [false, true]);
  });
});

describe('an answer that needs another right', () => {
  const SECRETS: Record<string, string> = {
    'a value': '{ secret(name: "SampleSecret") { value } }',
    'properties beside the estate': '{ resourceGroups { name } secret(name: "SampleSecret") { name } }',
    'a list of secrets': '{ secrets { name } }',
    'secrets that expire':
      '{ secretsExpiring(before: "2099-01-01T00:00:00Z") { totalCount completeness { complete } } }',
    'a secret as a node': '{ node(id: "https://contoso-vault.vault.azure.net/secrets/SampleSecret") { id } }',
    'who asks': '{ resourceGroups { name } viewer { id } }',
    'what is left of quotas': '{ resourceGroups { name } budget { limits { remaining } } }',
  };
  for (const [what, query] of Object.entries(SECRETS)) {
    it(`is never given again: ${what}`, async () => {
      const { askAs, log } = await gateway();
      for (const caller of ['Billing Service', 'Billing Service', 'Auditor']) await askAs(caller, query);
      assert.deepEqual(keptLines(log), [false, false, false]);
    });
  }

  it('is refused to a caller of the same rights on the estate, and each attempt is on record', async () => {
    const { askAs, audit } = await gateway();
    const query = '{ resourceGroups { name } secret(name: "SampleSecret") { value } }';
    assert.equal((await askAs('Billing Service', query)).data.secret.value, 'MSI Secret!');
    assert.equal((await askAs('Billing Service', query)).data.secret.value, 'MSI Secret!');
    assert.equal(JSON.stringify(await askAs('Auditor', query)).includes('MSI Secret!'), false);
    const outcomes = audit.flatMap(({ outcome }) => outcome ?? []);
    assert.deepEqual(outcomes, ['READ', 'READ', 'DENIED']);
  });
});

describe('a gateway that keeps answers', () => {
  it('answers whoever asks whatever after whomever as one that keeps none', async () => {
    const clock = createManualClock();
    const [keeping, forgetful] = [await gateway({}, clock), await gateway(NOTHING_KEPT, clock)];
    // Signed in beforehand: a token is of its time, and the clock is moved far.
    for (const each of [keeping, forgetful]) {
      for (const caller of ['Ada', 'Billing Service', 'Auditor']) await each.authorizationOf(caller);
    }
    const schema = createSchema();
    const asked = fc.array(fc.tuple(fc.constantFrom('Ada', 'Billing Service', 'Auditor', null), fc.nat(1)), {
      minLength: 2,
      maxLength: 5,
    });
    const texts = fc.tuple(
      documents(schema, ARGUMENTS, OWN_TIME),
      documents(schema, ARGUMENTS, [...OWN_TIME, ...NOT_KEPT]),
    );
    const same = fc.asyncProperty(texts, asked, async (two, asks) => {
      fc.pre(two.every(({ text }) => validate(schema, parse(text)).length === 0));
      // Nothing is left of the run before, not even what may be given while it is read again.
      clock.advance(200 * SECOND);
      for (const [caller, nth] of asks) {
        const { text, variables } = two[nth] ?? two[0];
        // Resource Graph's quota is whole again by then, and what is kept is good for longer.
        clock.advance(5 * SECOND);
        const answers = [await keeping.askAs(caller, text, variables), await forgetful.askAs(caller, text, variables)];
        const [kept, made] = answers.map(inOrder);
        assert.deepEqual(kept, made, `${caller}: ${text}`);
      }
    });
    await fc.assert(same, { numRuns: 100 });
    const kept = keptLines(keeping.log).filter((isKept) => isKept).length;
    assert.ok(kept > 10, `${kept} answers were given again`);
    assert.equal(keptLines(forgetful.log).includes(true), false);
  });
});

// When it was read, and what is left of quotas, is another matter for who reads each time.
const OWN_TIME = ['observedAt', 'budget'];
// Random questions have one of these nearly always.
const NOT_KEPT = ['viewer', 'secret', 'secrets', 'secretsExpiring', 'related', 'resources'];
const ARGUMENTS = {
  resourceGroup: ['(name: "rg-payments-prod")'],
  secret: ['(name: "SampleSecret")'],
};

// Billing and Auditor may read the same of the estate, and not the same of secrets.
const POLICY = `
@id("some") permit (principal, action == Action::"readEstate", resource)
when { principal == CALLER_Ada && resource in ResourceGroup::"SUBSCRIPTION/rg-payments-prod" };
@id("all") permit (principal, action == Action::"readEstate", resource)
when { principal == CALLER_Billing || principal == CALLER_Auditor };
@id("values") permit (principal == CALLER_Billing, action in [Action::"readSecretProperties", Action::"readSecretValue"], resource);
@id("properties") permit (principal == CALLER_Auditor, action == Action::"readSecretProperties", resource);
@id("explain") permit (principal == CALLER_Billing, action == Action::"explain", resource);
`;

// What the policy could grant Ada it forbids: her rights are those of whom it never could.
const GRANTED_IN_VAIN = `
@id("granted") permit (principal == CALLER_Ada, action == Action::"readEstate", resource in ResourceGroup::"SUBSCRIPTION/rg-payments-prod");
@id("in vain") forbid (principal, action == Action::"readEstate", resource in ResourceGroup::"SUBSCRIPTION/rg-payments-prod");
`;

async function gateway(env: Readonly<Record<string, string>> = {}, clock = createManualClock(), text = POLICY) {
  const world = contoso();
  const callers = { Ada: 'Ada', Billing: 'Billing Service', Auditor: 'Auditor' };
  const policy = Object.entries(callers).reduce(
    (policy, [name, displayName]) => {
      const { principalId } = world.applications.find((each) => each.displayName === displayName) ?? {
        principalId: '',
      };
      return policy.replaceAll(
        `CALLER_${name}`,
        `Caller::"https://sts.windows.net/${world.tenant.id}/|${principalId}"`,
      );
    },
    text.replaceAll('SUBSCRIPTION', world.subscriptions[0]?.subscriptionId ?? ''),
  );
  const file = textFile(policy);
  const settings = { ACCESS_POLICY: file, RATE_LIMIT_PER_MINUTE: '1000000', ...env };
  const made = await gatewayOver({ world, clock, env: settings });
  return { ...made, change: (edit: (policy: string) => string) => writeFileSync(file, edit(policy)) };
}

/** Keeps ARM's first answer back until it is released. */
function holdingBack({ azure }: Gateway) {
  const reached = arrival(azure, (url) => url.includes('/resourcegroups'));
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { fetch } = azure;
  azure.fetch = async (request) => {
    const response = await fetch(request);
    if (request.url.includes('/resourcegroups')) await released;
    return response;
  };
  return { reached, release };
}

function variablesOf(prefix: string) {
  const query = 'query ($prefix: String) { resourceGroups(where: { namePrefix: $prefix }) { name } }';
  return { query, variables: { prefix } };
}

async function post({ app, authorizationOf }: Gateway, body: object, more: Readonly<Record<string, string>> = {}) {
  const authorization = await authorizationOf('Billing Service');
  const headers = { 'content-type': 'application/json', authorization, ...more };
  const response = await app(new Request(URL, { method: 'POST', headers, body: JSON.stringify(body) }));
  const [type, requestId] = ['content-type', 'x-request-id'].map((name) => response.headers.get(name));
  return { status: response.status, type, requestId, text: await response.text() };
}

// Fields fail in the order in which Azure answers, which GraphQL promises nothing of.
function inOrder({ errors, ...answer }: Answer): Answer {
  const path = (error: NonNullable<Answer['errors']>[number]) => JSON.stringify(error.path ?? []);
  return errors ? { ...answer, errors: errors.toSorted((a, b) => (path(a) < path(b) ? -1 : 1)) } : answer;
}

const namesIn = (text: string): string[] =>
  JSON.parse(text).data.resourceGroups.map(({ name }: { name: string }) => name);

const isOperation = ({ event }: { readonly event?: unknown }): boolean => event === 'operation';
const keptLines = (log: Gateway['log']): boolean[] => log.filter(isOperation).map(({ kept }) => kept === true);
