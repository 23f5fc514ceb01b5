import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parsePath, printPath } from '../src/azure/property-path.ts';
import { accessor } from '../src/azure/resource-graph/column.ts';
import { GatewayError } from '../src/errors.ts';

describe('a path', () => {
  for (const [text, path] of [
    ['provisioningState', ['provisioningState']],
    ['networkProfile.networkInterfaces[0].id', ['networkProfile', 'networkInterfaces', 0, 'id']],
    ["['a.b']", ['a.b']],
    ["a['b.c'].d[12][99999]", ['a', 'b.c', 'd', 12, 99_999]],
    [String.raw`a['it\'s']['\\']`, ['a', "it's", '\\']],
    ['[0].a', [0, 'a']],
    ["a['0'].1", ['a', '0', '1']],
    ['$schema.@odata-type.Größe_1', ['$schema', '@odata-type', 'Größe_1']],
    ["['/subscriptions/s/x y']", ['/subscriptions/s/x y']],
    [Array(20).fill('a').join('.'), Array(20).fill('a')],
  ] as const) {
    it(`is read: ${text}`, () => {
      assert.deepEqual(parsePath(text), path);
    });
  }

  const MALFORMED = {
    nothing: '',
    'a dot alone': '.',
    'a dot before': '.a',
    'a dot behind': 'a.',
    'two dots': 'a..b',
    'a dot before a bracket': "a.['b']",
    'no dot behind a bracket': 'a[0]b',
    'an open bracket': 'a[0',
    'an open quote': "a['b",
    'a quote without bracket': "a['b'",
    'a bracket without end behind a quote': "a['b'x",
    'empty brackets': 'a[]',
    'an empty quoted name': "a['']",
    'a double quoted name': 'a["b"]',
    'a closing bracket alone': 'a]',
    'a bare name in brackets': 'a[b]',
    'a negative index': 'a[-1]',
    'an index with a sign': 'a[+1]',
    'an index with a zero before': 'a[01]',
    'an index with a fraction': 'a[1.5]',
    'a huge index': 'a[100000]',
    'a star': 'a[*]',
    'a space': 'a b',
    'a space before': ' a',
    'a line end': 'a\n',
    'a comma': 'a,b',
    'a pipe': "a']|take 1",
    'an escape of another character': String.raw`['\n']`,
    'an escaped end': String.raw`['a\']`,
    'a control character': "['a\u0000']",
    'a line end in a name': "['a\nb']",
    'a line separator in a name': "['a\u2028b']",
    'half a character': "['a\ud800']",
    '21 segments': Array(21).fill('a').join('.'),
    '501 characters': 'a'.repeat(501),
  };
  for (const [what, text] of Object.entries(MALFORMED)) {
    it(`is BAD_USER_INPUT with ${what}`, () => {
      assert.throws(() => parsePath(text), isRefusal);
    });
  }

  it('is not repeated in the message: it may be a secret in the wrong place', () => {
    assert.throws(
      () => parsePath('hunter2 hunter2'),
      (error: Error) => !error.message.includes('hunter2'),
    );
  });

  it('is the same after it was printed and read', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(odd, fc.nat(99_999)), { minLength: 1 }), (path) => {
        const text = printPath(path);
        fc.pre(text.length <= 500 && path.length <= 20);
        assert.deepEqual(parsePath(text), path);
      }),
    );
  });

  it('that no other path prints as: whatever can be read prints as something that is read the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...".[]'\\a0-"), maxLength: 12 }), (text) => {
        const path = readable(text);
        if (path) assert.deepEqual(parsePath(printPath(path)), path);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a path in Kusto', () => {
  it('quotes every name', () => {
    assert.equal(
      accessor(['a', 'b.c', 0, "it's", 'a\\', '']).text,
      String.raw`properties['a']['b.c'][0]['it\'s']['a\\']['']`,
    );
  });

  it('holds nothing but its names, whatever they are', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(hostile, fc.nat())), (path) => {
        assert.deepEqual(segmentsOfKql(accessor(path).text), path);
      }),
      { numRuns: 500 },
    );
  });
});

const isRefusal = (error: unknown): boolean => error instanceof GatewayError && error.code === 'BAD_USER_INPUT';

const odd = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'.[]\'\\"|/ aB0-é🙂'), minLength: 1, maxLength: 12 }),
  fc.string({ unit: 'grapheme', minLength: 1 }).filter((name) => !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(name)),
);
const hostile = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'\'"\\]|[;`\n\r\0\u2028\u2029\u0085\ud800xnu0'), maxLength: 12 }),
  fc.string({ unit: fc.nat(0x10ffff).map((code) => String.fromCodePoint(code)) }),
);

function readable(text: string): ReturnType<typeof parsePath> | undefined {
  try {
    return parsePath(text);
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/** A reader of Kusto's own accessors, as strict as Kusto: a literal ends at the first quote without a backslash, or breaks at a line end. */
function segmentsOfKql(kql: string): (string | number)[] {
  const ACCESSOR = /\[(?:(?<index>\d+)|'(?<text>(?:[^'\\\n\r\u0085\u2028\u2029]|\\(?:['\\]|u[0-9a-f]{4}))*)')\]/y;
  const segments: (string | number)[] = [];
  ACCESSOR.lastIndex = 'properties'.length;
  for (let end = ACCESSOR.lastIndex; end < kql.length; end = ACCESSOR.lastIndex) {
    const { index, text } = ACCESSOR.exec(kql)?.groups ?? assert.fail(`This is no accessor: ${kql}`);
    segments.push(text === undefined ? Number(index) : text.replace(/\\(?:u(.{4})|(.))/g, unescaped));
  }
  return segments;
}

const unescaped = (_all: string, code: string | undefined, character: string): string =>
  code === undefined ? character : String.fromCharCode(Number.parseInt(code, 16));
