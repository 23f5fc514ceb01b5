import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { decodeCursor, encodeCursor, hashOf } from '../src/azure/cursor.ts';

const OF = hashOf({ before: 1 });
const cursor = encodeCursor('list', OF, ['a', 'b']);
const refusal = { name: 'GatewayError', code: 'BAD_USER_INPUT', message: /^after is no cursor of this query/ };

describe('a cursor', () => {
  it('gives back its key, whatever is in it', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (key) => {
        assert.deepEqual(decodeCursor('list', OF, encodeCursor('list', OF, key)), key);
      }),
    );
  });

  it('is of one list and one query', () => {
    assert.throws(() => decodeCursor('another', OF, cursor), refusal);
    assert.throws(() => decodeCursor('list', hashOf({ before: 2 }), cursor), refusal);
  });

  it('is no text that this did not write', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json().map(base64url)), (text) => {
        assert.throws(() => decodeCursor('list', OF, text), refusal);
      }),
    );
  });

  const parts = ['1', 'list', OF, 'a'];
  for (const [what, text] of Object.entries({
    'with padding': `${cursor}=`,
    'with a line break': `${cursor}\n`,
    'in the other alphabet': base64url(JSON.stringify([...parts, '???>>>']))
      .replaceAll('-', '+')
      .replaceAll('_', '/'),
    'with a space in its JSON': base64url(JSON.stringify(parts).replace(',', ', ')),
    'of another version': base64url(JSON.stringify(['2', ...parts.slice(1)])),
    'with a number for its version': base64url(JSON.stringify([1, ...parts.slice(1)])),
    'with a number in its key': base64url(JSON.stringify([...parts, 1])),
    'as an object': base64url(JSON.stringify({ ...parts })),
    'longer than any': encodeCursor('list', OF, ['a'.repeat(4096)]),
  })) {
    it(`is refused ${what}`, () => {
      assert.throws(() => decodeCursor('list', OF, text), refusal);
    });
  }
});

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
