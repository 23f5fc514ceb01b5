import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type GraphQLResolveInfo, isObjectType } from 'graphql';
import { contoso } from '../emulator/contoso.ts';
import type { Fault } from '../emulator/faults.ts';
import { createSchema } from '../src/graphql/schema.ts';
import { faultyGateway } from './support/fault.ts';
import { textFile } from './support/file.ts';
import { codes, gatewayOver } from './support/gateway.ts';

const [PRODUCTION = '', DEVELOPMENT = ''] = contoso().subscriptions.map(({ subscriptionId }) => subscriptionId);

// Every subscription's record, and the resources of one.
const POLICY = `@id("records") permit (principal in Role::"Tester", action == Action::"readEstate", resource is Subscription);
@id("development") permit (principal in Role::"Tester", action == Action::"readEstate", resource in Subscription::"${DEVELOPMENT}");`;

describe('a caller who may read the resources of one subscription, and that there are others', () => {
  const gateway = () => gatewayOver({ env: { ACCESS_POLICY: textFile(POLICY), AZURE_SUBSCRIPTION_ID: '' } });

  it('reads none in the others, at no cost, and loses none of those', async () => {
    const { ask, upstream } = await gateway();
    const { data, errors } = await ask('{ subscriptions { subscriptionId resources { totalCount } } }');
    assert.equal(errors, undefined);
    const counts = new Map<string, number>(
      data.subscriptions.map((each: Counted) => [each.subscriptionId, each.resources.totalCount]),
    );
    assert.equal(counts.get(PRODUCTION), 0);
    assert.ok((counts.get(DEVELOPMENT) ?? 0) > 0);
    assert.deepEqual(upstream(), ['imds', 'arm', 'resource-graph']);
  });

  it('is told which of the subscriptions that it names it may not read', async () => {
    const { ask } = await gateway();
    const ids = JSON.stringify([PRODUCTION, DEVELOPMENT]);
    const query = `{ resources(where: { subscriptionIds: ${ids} }) { totalCount completeness { complete missing { scope code } } } }`;
    const { totalCount, completeness } = (await ask(query)).data.resources;
    assert.ok(totalCount > 0);
    const missing = [{ scope: `/subscriptions/${PRODUCTION}`, code: 'FORBIDDEN' }];
    assert.deepEqual(completeness, { complete: false, missing });
  });
});

describe("a subscription that the gateway's identity does not see", () => {
  const FINANCE = contoso().subscriptions[2]?.subscriptionId ?? '';
  const grants = {
    'everything there is': 'resource',
    'all of it': `resource in Subscription::"${FINANCE}"`,
    'one of its groups': `resource == ResourceGroup::"${FINANCE}/rg-finance"`,
  };
  for (const [what, on] of Object.entries(grants)) {
    it(`is named by who asks for it and may read ${what}, beside what is there`, async () => {
      const policy = `@id("finance") permit (principal, action == Action::"readEstate", ${on});
        @id("development") permit (principal, action == Action::"readEstate", resource in Subscription::"${DEVELOPMENT}");`;
      const { ask } = await gatewayOver({ env: { ACCESS_POLICY: textFile(policy) } });
      const completeness = 'totalCount completeness { complete missing { scope code } }';
      const { data } = await ask(
        `{ both: resources(where: { subscriptionIds: ["${FINANCE.toUpperCase()}", "${DEVELOPMENT}"] }) { ${completeness} } one: resources(where: { subscriptionIds: ["${FINANCE}"] }) { ${completeness} } }`,
      );
      const named = { complete: false, missing: [{ scope: `/subscriptions/${FINANCE}`, code: 'FORBIDDEN' }] };
      assert.ok(data.both.totalCount > 0);
      assert.deepEqual([data.both.completeness, data.one], [named, { totalCount: 0, completeness: named }]);
    });
  }
});

describe('a field that is decided on', () => {
  const decided = Object.values(createSchema().getTypeMap())
    .filter(isObjectType)
    .flatMap((type) => Object.values(type.getFields()).map((field) => ({ name: `${type.name}.${field.name}`, field })))
    .filter(({ field }) => field.astNode?.directives?.some(({ name }) => name.value === 'access'));

  // Below a list the engine would leave the other items' promises alone, and one that is rejected then ends the process.
  for (const { name, field } of decided) {
    it(`fails by a promise, and never throws: ${name}`, async () => {
      const context = new Proxy({}, { get: () => assert.fail('It was asked.') });
      await assert.rejects(field.resolve?.({}, {}, context, {} as GraphQLResolveInfo) as Promise<unknown>);
    });
  }
});

describe('a resource that is in no group', () => {
  it('is found by its id, as by a list', async () => {
    const world = contoso();
    const id = `/subscriptions/${PRODUCTION}/providers/Microsoft.Insights/diagnosticThings/of-the-subscription`;
    const [template] = world.resources;
    assert.ok(template);
    world.resources.push({ ...template, id, name: 'of-the-subscription', type: 'Microsoft.Insights/diagnosticThings' });
    const { ask } = await gatewayOver({ world });
    const asked = `resource(id: "${id}") { name } node(id: "${id}") { id } viewer { can(action: readEstate, resource: "${id}") { allowed } }`;
    const { data } = await ask(`{ ${asked} }`);
    assert.deepEqual(data, {
      resource: { name: 'of-the-subscription' },
      node: { id },
      viewer: { can: { allowed: true } },
    });
  });
});

describe('what leads to a resource', () => {
  const world = contoso();
  const machine = world.resources.find(({ type }) => /compute\/virtualMachines$/i.test(type));
  const [, nic = ''] = /"id":"([^"]*networkInterfaces[^"]*)"/i.exec(JSON.stringify(machine?.properties)) ?? [];
  const related = (asked: string) =>
    `{ resource(id: "${nic}") { name related(direction: IN, types: ["Microsoft.Compute/virtualMachines"]) { ${asked} } } }`;
  /** The resource itself is known there, and the search alone fails. */
  const failing = async (fault: Omit<Fault, 'service'>, asked: string) => {
    const gateway = await faultyGateway();
    const { ask, azure } = gateway;
    for (const name of ['one', 'other'])
      azure.putResource({ id: machine?.id.replace(/[^/]+$/, name) ?? '', location: 'eastus', properties: { of: nic } });
    await ask(`{ resource(id: "${nic}") { related(direction: IN) { totalCount } } }`);
    azure.addFault({ service: 'resource-graph', ...fault });
    const { result } = await gateway.timed(ask(related(asked)));
    return result;
  };

  const LACK = 'totalCount completeness { complete missing { scope code } }';
  const rows: Record<string, { fault: Omit<Fault, 'service'>; found: number; code: string }> = {
    'Resource Graph leaves rows out': { fault: { truncateTo: 1 }, found: 2, code: 'LIMIT_EXCEEDED' },
    'the search fails': { fault: { status: 500 }, found: 0, code: 'UPSTREAM_UNAVAILABLE' },
    'the search is never answered': { fault: { hang: true }, found: 0, code: 'UPSTREAM_TIMEOUT' },
  };
  for (const [what, { fault, found, code }] of Object.entries(rows)) {
    it(`is what was found, and what is missing is named, where ${what}`, async () => {
      const { data, errors } = await failing(fault, LACK);
      assert.equal(errors, undefined);
      const completeness = { complete: false, missing: [{ scope: '/', code }] };
      assert.deepEqual(data.resource, { name: 'nic-jump-prod', related: { totalCount: found, completeness } });
    });

    it(`is beside an entry in errors where nobody asks what is missing, and ${what}`, async () => {
      const answer = await failing(fault, 'totalCount');
      assert.deepEqual(answer.data.resource, { name: 'nic-jump-prod', related: { totalCount: found } });
      assert.deepEqual([codes(answer), answer.errors?.[0]?.path], [[code], ['resource', 'related']]);
    });
  }
});

describe('rows that Resource Graph leaves out below groups', () => {
  const LIMIT = { 'x-ms-tenant-subscription-limit-hit': 'true' };
  const lacking = (flags: string) => ({
    complete: false,
    missing: [
      {
        ...{ scope: '/', code: 'LIMIT_EXCEEDED' },
        message: `Resource Graph left rows out (${flags}). Ask for fewer subscriptions at a time.`,
      },
    ],
  });
  const whole = { complete: true, missing: [] };
  const rows: Record<string, Cut> = {
    'are read by the next call, and none is missing': {
      held: 5,
      truncateTo: 3,
      calls: 2,
      read: 5,
      completeness: whole,
    },
    'are read by as many calls as of whole pages, and none is missing': {
      ...{ held: 2500, truncateTo: 999, calls: 3, read: 2500, completeness: whole },
    },
    'are read where one answer of many is cut off': {
      ...{ held: 4500, truncateTo: 7, times: 1, calls: 6, read: 4500, completeness: whole },
    },
    'are missing where one more call does not bring them': {
      ...{ held: 10, truncateTo: 3, calls: 2, read: 6, completeness: lacking('resultTruncated') },
    },
    'are missing where as many calls as there are pages, and one, do not bring them': {
      ...{ held: 2500, truncateTo: 3, calls: 4, read: 12, completeness: lacking('resultTruncated') },
    },
    'are missing where none comes': {
      ...{ held: 5, truncateTo: 0, calls: 1, read: 0, completeness: lacking('resultTruncated') },
    },
    'are told of once, whatever the number of flags': {
      ...{ held: 10, truncateTo: 3, headers: LIMIT, calls: 2, read: 6 },
      completeness: lacking('x-ms-tenant-subscription-limit-hit, resultTruncated'),
    },
  };
  for (const [what, { held, calls, read, completeness, ...fault }] of Object.entries(rows)) {
    it(what, async () => {
      const world = contoso({ subscriptions: 1, groupsPerSubscription: 20, resources: held });
      const large = world.subscriptions.at(-1)?.subscriptionId;
      const { ask, azure, upstream } = await gatewayOver({ world });
      azure.addFault({ service: 'resource-graph', ...fault });
      const asked = 'resources(first: 1000) { nodes { id } completeness { complete missing { scope code message } } }';
      const { data, errors } = await ask(`{ resourceGroups(subscriptionId: "${large}") { ${asked} } }`);
      const lists: readonly Listed[] = data.resourceGroups.map(({ resources }: { resources: Listed }) => resources);
      const ids = lists.flatMap(({ nodes }) => nodes.map(({ id }) => id));
      assert.deepEqual([errors, ids.length, new Set(ids).size], [undefined, read, read]);
      for (const list of lists) assert.deepEqual(list.completeness, completeness);
      const graph = Array.from({ length: calls }, () => 'resource-graph');
      assert.deepEqual(upstream(), ['imds', 'arm', ...graph, 'arm']);
    });
  }
});

describe('what is looked up by its id', () => {
  it('is asked for again as far as Resource Graph has cut it off', async () => {
    const { ask, azure, upstream } = await gatewayOver();
    const ids = azure.world.resources.slice(0, 4).map(({ id }) => id);
    azure.addFault({ service: 'resource-graph', truncateTo: 3, times: 1 });
    const { data, errors } = await ask(`{ nodes(ids: ${JSON.stringify(ids)}) { id } }`);
    assert.deepEqual([errors, data.nodes], [undefined, ids.map((id) => ({ id }))]);
    assert.deepEqual(upstream(), ['imds', 'resource-graph', 'resource-graph']);
  });

  it('is not said to be gone where Resource Graph cuts its answer off', async () => {
    const { ask, azure } = await gatewayOver();
    const ids = azure.world.resources.slice(0, 4).map(({ id }) => id);
    azure.addFault({ service: 'resource-graph', truncateTo: 0 });
    const answer = await ask(`{ nodes(ids: ${JSON.stringify(ids)}) { id } }`);
    assert.deepEqual([...new Set(codes(answer))], ['LIMIT_EXCEEDED']);
  });
});

describe('a tag', () => {
  it('is not found in the end of a value and the beginning of the next key', async () => {
    const world = contoso();
    for (const resource of world.resources) resource.tags = { a: 'x,', ':b': 'v', c: 'y' };
    const { ask } = await gatewayOver({ world });
    const count = async (key: string) => {
      const where = `where: { tag: { key: ${JSON.stringify(key)}, exists: true } }`;
      return (await ask(`{ resources(${where}) { totalCount } }`)).data.resources.totalCount > 0;
    };
    assert.deepEqual(
      [await count(','), await count(':B'), await count('c'), await count('A')],
      [false, true, true, true],
    );
  });
});

interface Counted {
  readonly subscriptionId: string;
  readonly resources: { readonly totalCount: number };
}

interface Cut {
  readonly held: number;
  readonly truncateTo: number;
  readonly times?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly calls: number;
  readonly read: number;
  readonly completeness: object;
}

interface Listed {
  readonly nodes: readonly { readonly id: string }[];
  readonly completeness: object;
}
