import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { GraphQLInt, GraphQLObjectType, GraphQLSchema, graphql, parse, validate } from 'graphql';
import { SecretTextScalar } from '../src/graphql/secret-text.ts';
import { reveal, SecretText } from '../src/secret-text.ts';
import { createLog } from '../src/telemetry.ts';

const CANARY = 'canary-4711';
const secret = SecretText.of(CANARY);

describe('a secret value', () => {
  const printed: Record<string, [shown: unknown, expected: unknown]> = {
    'String()': [String(secret), '[redacted]'],
    'a template': [`${secret}`, '[redacted]'],
    'a concatenation': [`is ${secret}`.concat(secret as never), 'is [redacted][redacted]'],
    'a join': [[secret, secret].join(), '[redacted],[redacted]'],
    'JSON.stringify': [JSON.stringify({ secret, all: [secret] }), '{"secret":"[redacted]","all":["[redacted]"]}'],
    inspect: [inspect({ secret }, { showHidden: true, depth: null }), '{ secret: [redacted] }'],
    'inspect without its own word': [inspect(secret, { customInspect: false, showHidden: true }), 'SecretText {}'],
    'an error': [new Error(secret as never).message, '[redacted]'],
    structuredClone: [structuredClone({ secret }), { secret: {} }],
    'a spread': [{ ...secret }, {}],
    'Object.entries': [Object.entries(secret), []],
    'Reflect.ownKeys': [Reflect.ownKeys(secret), []],
  };
  for (const [way, [shown, expected]] of Object.entries(printed)) {
    it(`does not come out by ${way}`, () => assert.deepEqual(shown, expected));
  }

  it('does not come out by the log', () => {
    const said: string[] = [];
    const log = createLog('info', { write: (line) => void said.push(line) });
    log.info({ event: 'seen', secret, error: new Error('failed', { cause: secret }), deep: { list: [secret] } });
    const { time: _time, error: _error, ...fields } = JSON.parse(said.join());
    assert.deepEqual(fields, { level: 'info', event: 'seen', secret: '[redacted]', deep: { list: ['[redacted]'] } });
    assert.equal(said.join().includes(CANARY), false);
  });

  it('does not come out by a failed assertion', () => {
    assert.throws(
      () => assert.deepEqual(secret, 'guessed'),
      (error) => !inspect(error, { showHidden: true, depth: null }).includes(CANARY),
    );
  });

  it('is opened by reveal', () => assert.equal(reveal(secret), CANARY));

  it('may be empty', () => assert.equal(reveal(SecretText.of('')), ''));
});

describe('the scalar SecretText', () => {
  it('answers the value', async () => {
    assert.deepEqual(await answerOf(secret), { data: { value: CANARY } });
  });

  const others: Record<string, unknown> = {
    string: CANARY,
    number: 4711,
    'object like one': { toString: () => CANARY, toJSON: () => CANARY },
    Buffer: Buffer.from(CANARY),
  };
  for (const [kind, value] of Object.entries(others)) {
    it(`answers no ${kind}, and does not quote it`, async () => {
      const { data, errors } = await answerOf(value);
      const message = `A SecretText was to be answered, and the resolver gave a ${typeof value}.`;
      assert.deepEqual(
        { data, messages: errors?.map((error) => error.message) },
        { data: { value: null }, messages: [message] },
      );
    });
  }

  it('does not open what only looks like one', async () => {
    const { data, errors } = await answerOf(Object.create(SecretText.prototype));
    assert.deepEqual([data, errors?.length], [{ value: null }, 1]);
  });

  it('takes no literal, and does not quote it', () => {
    const errors = validate(taking(), parse(`{ find(value: "${CANARY}") }`));
    assert.deepEqual(
      errors.map(({ message }) => message),
      ['SecretText is only ever answered: give no value of that type.'],
    );
  });

  it('takes no variable', async () => {
    const source = 'query ($value: SecretText) { find(value: $value) }';
    const { data, errors } = await graphql({ schema: taking(), source, variableValues: { value: CANARY } });
    assert.deepEqual([data, errors?.length], [undefined, 1]);
  });
});

async function answerOf(value: unknown) {
  const query = new GraphQLObjectType({
    name: 'Query',
    fields: { value: { type: SecretTextScalar, resolve: () => value } },
  });
  const { data, errors } = await graphql({ schema: new GraphQLSchema({ query }), source: '{ value }' });
  return { data: { ...data }, ...(errors && { errors }) };
}

function taking(): GraphQLSchema {
  const find = { type: GraphQLInt, args: { value: { type: SecretTextScalar } } };
  return new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields: { find } }) });
}
