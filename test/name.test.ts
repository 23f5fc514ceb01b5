import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { codes, gatewayOver } from './support/gateway.ts';

const NO_NAMES_OF_ONE_KIND = {
  'query ($name: String!) { secret(name: $name) { value } }': 'a_b',
  'query ($name: String!) { secrets(vault: $name) { name } }': 'a--b',
};
const NO_NAMES = ['', '..', '.', '/', '%2f', 'a/b', 'a%2fb', '../../etc', 'a?b', 'a#b', 'a b\n', 'x'.repeat(128)];
const GUID = '00000000-0000-0000-0000-000000000000';

describe('a name that Azure cannot have', () => {
  const queries = {
    'a resource group': 'query ($name: String!) { resourceGroup(name: $name) { id } }',
    'a secret': 'query ($name: String!) { secret(name: $name) { value } }',
    'a vault': 'query ($name: String!) { secret(name: "SampleSecret", vault: $name) { value } }',
    'a vault to list': 'query ($name: String!) { secrets(vault: $name) { name } }',
    'a version': 'query ($name: String!) { secret(name: "SampleSecret", version: $name) { value } }',
    'a subscription': 'query ($name: ID!) { resourceGroups(subscriptionId: $name) { id } }',
    "a group's subscription": 'query ($name: ID!) { resourceGroup(name: "rg", subscriptionId: $name) { id } }',
  };
  for (const [what, query] of Object.entries(queries)) {
    it(`is BAD_USER_INPUT for ${what}, and costs nothing`, async () => {
      const { ask, upstream } = await gatewayOver();
      const answers = await Promise.all(NO_NAMES.map((name) => ask(query, { name })));
      assert.deepEqual(
        answers.map(codes),
        NO_NAMES.map(() => ['BAD_USER_INPUT']),
      );
      assert.deepEqual(upstream(), []);
    });
  }

  for (const [query, name] of Object.entries(NO_NAMES_OF_ONE_KIND)) {
    it(`is BAD_USER_INPUT by the grammar of its kind: ${name}`, async () => {
      const { ask } = await gatewayOver();
      assert.deepEqual(codes(await ask(query, { name })), ['BAD_USER_INPUT']);
    });
  }

  it('is not repeated in the message: it may be a secret in the wrong place', async () => {
    const { ask } = await gatewayOver();
    const { errors } = await ask('{ secret(name: "hunter2 hunter2") { value } }');
    assert.doesNotMatch(JSON.stringify(errors), /hunter2/);
  });
});

describe("a filter outside Azure's grammar", () => {
  const filters = {
    'a prefix': { namePrefix: 'rg/' },
    'a long prefix': { namePrefix: 'x'.repeat(91) },
    'no region': { location: '' },
    'spaces for a region': { location: '  ' },
    'a region': { location: "east'us" },
    'no tag': { tag: { key: '' } },
    'a tag': { tag: { key: 'a<b' } },
    'a long tag': { tag: { key: 'x'.repeat(513) } },
    'a tag value': { tag: { key: 'a', equals: 'x'.repeat(257) } },
  };
  for (const [what, where] of Object.entries(filters)) {
    it(`is BAD_USER_INPUT for ${what}, and costs nothing`, async () => {
      const { ask, upstream } = await gatewayOver();
      const answer = await ask('query ($where: ResourceGroupFilter) { resourceGroups(where: $where) { id } }', {
        where,
      });
      assert.deepEqual(codes(answer), ['BAD_USER_INPUT']);
      assert.deepEqual(upstream(), []);
    });
  }
});

describe('a name that Azure can have', () => {
  it('is asked for, however odd', async () => {
    const { ask, azure } = await gatewayOver();
    const odd = ['Grüße_(1).x-y', 'x'.repeat(90)];
    for (const name of odd) await ask('query ($name: String!) { resourceGroup(name: $name) { id } }', { name });
    const asked = azure.calls.filter(({ service }) => service === 'arm').map(({ path }) => decodeURIComponent(path));
    assert.deepEqual(
      asked.map((path) => path.split('/').at(-1)),
      odd,
    );
  });

  it('is found where its letter case differs', async () => {
    const { ask } = await gatewayOver();
    const answer = await ask(`{ resourceGroups(subscriptionId: "${GUID.toUpperCase()}") { id } }`);
    assert.match(answer.errors?.[0]?.message ?? '', /There is no such subscription/);
  });
});
