import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Kind, parse, validate } from 'graphql';
import { createEstateTest } from '../src/graphql/estate-only.ts';
import { createSchema } from '../src/graphql/schema.ts';

const schema = createSchema();
const isEstateOnly = createEstateTest(schema);

describe('what needs readEstate alone', () => {
  const estate = [
    '{ __typename }',
    '{ resourceGroups { name tags { key value } } }',
    '{ a: resourceGroup(name: "rg") { subscription { displayName } } }',
    '{ subscriptions { resourceGroups { ...Of } } } fragment Of on ResourceGroup { id ...Again } fragment Again on ResourceGroup { name }',
    '{ resources { nodes { name ... on KeyVault { uri } ... on VirtualMachine { size } } completeness { complete } } }',
    '{ resource(id: "/subscriptions/x") { ... on Node { id } subscription { id } resourceGroup { name } } }',
    'query A { resourceGroups { name } } query B { viewer { id } }',
  ];
  for (const query of estate) {
    it(`is ${query}`, () => assert.equal(answerFor(query), true));
  }

  const more: Record<string, string> = {
    'a secret': '{ secret(name: "a") { id } }',
    "a secret's value": '{ secret(name: "a") { value } }',
    'the list of secrets': '{ secrets { name } }',
    'the secrets of a vault':
      '{ resources { nodes { ... on KeyVault { secrets { name } } } completeness { complete } } }',
    'secrets that expire':
      '{ secretsExpiring(before: "2027-01-01T00:00:00Z") { totalCount completeness { complete } } }',
    'who asks': '{ resourceGroups { name } viewer { id } }',
    'a node, which may be a secret': '{ node(id: "x") { id } }',
    'nodes, of which one may be': '{ nodes(ids: ["x"]) { ... on ResourceGroup { name } } }',
    'what a resource is related to, which may be a secret':
      '{ resource(id: "x") { related { edges { node { ... on ResourceGroup { name } } } } } }',
    'how many that are, for secrets count': '{ resource(id: "x") { related { totalCount } } }',
    'where their ids stand':
      '{ resources { nodes { ... on KeyVault { related { edges { targetId } } } } completeness { complete } } }',
    'the schema': '{ __schema { queryType { name } } }',
    'a type of the schema': '{ __type(name: "Secret") { name } }',
    'anything of these in a fragment':
      '{ ...A } fragment A on Query { resourceGroups { name } ...B } fragment B on Query { viewer { id } }',
    'anything of these in an inline fragment': '{ ... on Query { ... { secrets { name } } } }',
    'what a directive may leave out': 'query ($a: Boolean!) { resourceGroups { name @skip(if: $a) } }',
    'a list that does not say what it lacks': '{ resources { nodes { name } } }',
    'one that says so elsewhere':
      '{ resources { nodes { name } ...C } } fragment C on ResourceConnection { completeness { complete } }',
  };
  for (const [what, query] of Object.entries(more)) {
    it(`is not ${what}`, () => assert.equal(answerFor(query), false));
  }
});

/** Of the document's first operation. */
function answerFor(query: string): boolean {
  const document = parse(query);
  assert.deepEqual(validate(schema, document), []);
  const operation = document.definitions.find((each) => each.kind === Kind.OPERATION_DEFINITION);
  return operation !== undefined && isEstateOnly(document, operation);
}
