import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { textFile } from './support/file.ts';
import { type Gateway, gatewayOver, TESTER } from './support/gateway.ts';

const GROUPS = 'query Groups { resourceGroups { name } }';
const SECRET = 'query Sample($name: String!) { secret(name: $name) { value } }';
const idOf = (text: string) => createHash('sha256').update(text).digest('hex');
const MANIFEST = { [idOf(GROUPS)]: GROUPS, [idOf(SECRET)]: SECRET };

const trusting = (manifest: unknown = MANIFEST) =>
  gatewayOver({
    env: { TRUSTED_DOCUMENTS: textFile(typeof manifest === 'string' ? manifest : JSON.stringify(manifest)) },
  });

async function send({ app, authorizationOf }: Gateway, body: object) {
  const headers = { 'content-type': 'application/json', authorization: await authorizationOf(TESTER) };
  const response = await app(
    new Request('https://gateway.test/graphql', { method: 'POST', headers, body: JSON.stringify(body) }),
  );
  return { status: response.status, ...(await response.json()) };
}

describe('trusted documents', () => {
  const ways: Record<string, object> = {
    'by documentId': { documentId: idOf(SECRET) },
    'by documentId with its algorithm': { documentId: `sha256:${idOf(SECRET)}` },
    'by the hash of a persisted query': { extensions: { persistedQuery: { version: 1, sha256Hash: idOf(SECRET) } } },
  };
  for (const [how, named] of Object.entries(ways)) {
    it(`are served ${how}`, async () => {
      const { data } = await send(await trusting(), { ...named, variables: { name: 'SampleSecret' } });
      assert.deepEqual(data, { secret: { value: 'MSI Secret!' } });
    });
  }

  const refused: Record<string, object> = {
    'free text': { query: GROUPS },
    'free text beside an id that is trusted': { query: '{ subscriptions { id } }', documentId: 'x' },
    'an unknown id': { documentId: idOf('{ subscriptions { id } }') },
    'an id that is no text': { documentId: 7 },
    nothing: {},
  };
  for (const [what, body] of Object.entries(refused)) {
    it(`are the only ones: ${what} is BAD_REQUEST, at no cost`, async () => {
      const gateway = await trusting();
      const { status, errors } = await send(gateway, body);
      assert.deepEqual([status, errors[0].extensions.code], [400, 'BAD_REQUEST']);
      assert.deepEqual(gateway.upstream(), []);
    });
  }

  it('run instead of a text that is sent along', async () => {
    const { data } = await send(await trusting(), { documentId: idOf(GROUPS), query: '{ subscriptions { id } }' });
    assert.deepEqual(Object.keys(data), ['resourceGroups']);
  });

  it('are asked for in vain where there is no manifest', async () => {
    const { status, errors } = await send(await gatewayOver(), { documentId: idOf(GROUPS) });
    assert.equal(status, 400);
    assert.match(errors[0].message, /keeps no trusted documents: send the query/);
  });

  const broken: Record<string, [manifest: unknown, complaint: RegExp]> = {
    'no JSON': ['{', /give a JSON object/],
    'no object': [[], /give a JSON object/],
    'a text that is none': [{ a: 1 }, /a: its text is no string/],
    'a document that does not parse': [{ a: '{' }, /a: Syntax Error/],
    'a field that is not there': [{ a: '{ nope }' }, /a: Cannot query field "nope"/],
    'a document beyond the limits': [
      { a: `{ ${Array.from({ length: 51 }, (_, index) => `s${index}: secret(name: "x") { value }`).join(' ')} }` },
      /a: The operation asks for 51 secret values/,
    ],
  };
  for (const [what, [manifest, complaint]] of Object.entries(broken)) {
    it(`stop the start with a complaint of ${what}`, async () => {
      await assert.rejects(trusting(manifest), complaint);
    });
  }
});
