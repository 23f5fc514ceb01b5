import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GraphQLInt, GraphQLObjectType, GraphQLScalarType, GraphQLSchema, graphql } from 'graphql';
import type { Context } from '../src/graphql/context.ts';
import { withCodes } from '../src/graphql/errors.ts';
import { createLog, type Log } from '../src/telemetry.ts';
import { gatewayOver } from './support/gateway.ts';

describe('the schema', () => {
  const nearMisses: Record<string, string> = {
    'a field': '{ secret(name: "a") { nam } }',
    'an argument': '{ secret(nam: "a") { name } }',
    'a type': '{ ... on Secre { name } }',
    'a directive': '{ __typename @includ(if: true) }',
    'an argument of a directive': '{ __typename @include(i: true) }',
    'a field of an input': '{ resourceGroups(where: { tag: { ke: "a" } }) { id } }',
    'a fragment': '{ ...Nam } fragment Name on Query { __typename }',
    "a variable's type": 'query ($a: TagFilte) { __typename }',
    'the dots of a fragment': '{ .. on Query { __typename } }',
    'single quotes': "{ secret(name: 'a') { name } }",
  };
  for (const [what, query] of Object.entries(nearMisses)) {
    it(`is not told by a suggestion: ${what}`, async () => {
      const { app } = await gatewayOver();
      const { errors } = await json(await app(post({ query })));
      assert.ok(errors.length > 0);
      assert.doesNotMatch(JSON.stringify(errors), /did you mean/i);
    });
  }
});

describe('what a caller sent', () => {
  const WHERE = 'query ($where: ResourceGroupFilter!) { resourceGroups(where: $where) { id } }';
  const mistakes: Record<string, [query: string, message: string, variables?: object]> = {
    'a string for a Boolean': ['{ id @skip(if: "canary") }', 'Boolean cannot represent a non boolean value.'],
    'an enum for a string': ['{ secret(name: canary) { id } }', 'String cannot represent a non string value.'],
    'a number for a string': ['{ secret(name: 47114711471147) { id } }', 'String cannot represent a non string value.'],
    'a list for an id': [
      '{ resourceGroups(subscriptionId: 4.7114711471147) { id } }',
      'ID cannot represent a non-string and non-integer value.',
    ],
    'a string for an input': [
      '{ resourceGroups(where: "canary") { id } }',
      'Expected value of type "ResourceGroupFilter" to be an object.',
    ],
    'an unknown field of an input': [
      '{ resourceGroups(where: { tga: "canary" }) { id } }',
      'Expected value of type "ResourceGroupFilter" not to include unknown field "tga".',
    ],
    'a missing field of an input': [
      '{ resourceGroups(where: { tag: { equals: "canary" } }) { id } }',
      'Expected value of type "TagFilter" to include required field "key".',
    ],
    'null for a string': ['{ secret(name: null) { id } }', 'Expected value of non-null type "String!" not to be null.'],
    'a default of the wrong type': [
      'query ($name: Boolean = "canary") { __typename @skip(if: $name) }',
      'Boolean cannot represent a non boolean value.',
    ],
    'a variable of the wrong type': [
      WHERE,
      'Variable "$where" has a value that does not fit its type (ResourceGroupFilter!).',
      { where: { namePrefix: { type: 'type "canary"' } } },
    ],
    'a variable with another field': [
      WHERE,
      'Variable "$where" has a value that does not fit its type (ResourceGroupFilter!).',
      { where: { canary: 'canary' } },
    ],
    'a variable that is not there': [
      WHERE,
      'Variable "$where" has a value that does not fit its type (ResourceGroupFilter!).',
    ],
    'a string out of place': ['{ secret "canary" }', 'Syntax Error: Expected Name, found String.'],
    'a block string out of place': [
      '{ secret """a ", found canary""" }',
      'Syntax Error: Expected Name, found BlockString.',
    ],
    'a number out of place': ['{ secret 47114711471147 }', 'Syntax Error: Expected Name, found Int.'],
    'no GraphQL': ['canary', 'Syntax Error: Unexpected Name.'],
    'an odd escape': ['{ secret(name: "\\u{canary}") }', 'Syntax Error: Invalid Unicode escape sequence.'],
    'an odd character': ['{ secret(name: ?canary) }', 'Syntax Error: Unexpected character.'],
    'an odd number': ['{ secret(name: .47114711471147) }', 'Syntax Error: Invalid number.'],
    'a variable in a default': ['query ($a: String = $canary) { a }', 'Syntax Error: Unexpected variable.'],
    'an end too early': ['{ secret(name: "canary"', 'Syntax Error: Expected Name, found <EOF>.'],
    'a brace out of place': ['{ secret(name: "canary" } }', 'Syntax Error: Expected Name, found "}".'],
  };
  for (const [what, [query, message, variables]] of Object.entries(mistakes)) {
    it(`is not in the answer nor in the log: ${what}`, async () => {
      const { app, log } = await gatewayOver();
      const { errors } = await json(await app(post({ query, variables })));
      const messages = errors.map((error: { message: string }) => error.message);
      assert.ok(messages.includes(message), messages.join('\n'));
      assert.doesNotMatch(JSON.stringify([errors, log]), /canary|4711471147/);
    });
  }

  it('is not in the answer nor in the log, whatever a scalar throws at it', async () => {
    const log: string[] = [];
    const coerceInputValue = (value: unknown) => {
      throw new Error(`${value} is not odd`);
    };
    const Odd = new GraphQLScalarType({ name: 'Odd', coerceInputValue });
    const a = { type: GraphQLInt, args: { odd: { type: Odd } } };
    const schema = new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields: { a } }) });
    const context = contextOf(createLog('debug', { write: (line) => log.push(line) }));
    const variable = { source: 'query ($odd: Odd) { a(odd: $odd) }', variableValues: { odd: 'canary' } };
    const results = [await graphql({ schema, source: '{ a(odd: "canary") }' }), await graphql({ schema, ...variable })];
    const answers = results.map((result) => withCodes(result, context));
    assert.deepEqual(
      answers.map(({ errors }) => errors?.[0]?.message),
      ['Expected value of type "Odd".', 'Variable "$odd" has a value that does not fit its type (Odd).'],
    );
    assert.deepEqual(log, []);
  });
});

// Nothing that is asked of it gets as far as a resolver.
const contextOf = (log: Log) => ({ requestId: 'test', log }) as unknown as Context;

// biome-ignore lint/suspicious/noExplicitAny: the shape is what each test is about
const json = async (response: Pick<Response, 'json'>): Promise<any> => response.json();

function post(body: object): Request {
  const headers = { 'content-type': 'application/json' };
  return new Request('https://gateway.test/graphql', { method: 'POST', headers, body: JSON.stringify(body) });
}
