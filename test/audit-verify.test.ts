import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hashOf } from '../src/audit/line.ts';
import { chainOf, faultsOf, mended } from './support/audit.ts';

const KEY = 'a key of the auditor';

// The chain's file line n has seq n - 1.
describe('the verifier', () => {
  const tampered: Record<string, [tamper: (chain: string[]) => string[], fault: string]> = {
    'an altered line': [
      (chain) => altered(chain, 3, (text) => text.replace('"allowed":true', '"allowed":false')),
      'line 4: it was altered',
    ],
    'an altered line whose hash was mended': [
      (chain) => chain.with(3, mended(chain[3], { name: 'another' })),
      'line 5: it does not follow from line 4: one of both was altered',
    ],
    'a field said twice': [
      (chain) => altered(chain, 3, (text) => text.replace('"name":', '"name":"another","name":')),
      'line 4: it was altered',
    ],
    'a field added': [
      (chain) => altered(chain, 3, (text) => text.replace('{', '{"note":"added",')),
      'line 4: it was altered',
    ],
    'a dropped line': [(chain) => chain.toSpliced(3, 1), 'line 4: seq 3 is missing before it'],
    'dropped lines': [(chain) => chain.toSpliced(3, 2), 'line 4: seq 3 to 4 are missing before it'],
    'a line made unreadable': [(chain) => chain.with(3, 'gone'), 'line 5: seq 3 is missing before it'],
    'a cut head': [(chain) => chain.slice(2), 'line 1: seq 0 to 1 are missing before it, or in an earlier file'],
    'swapped lines': [
      (chain) => chain.with(3, chain[4] ?? '').with(4, chain[3] ?? ''),
      'line 4: it was moved: seq 3, which comes before it, is line 5',
    ],
    'a line moved down': [
      (chain) => chain.toSpliced(1, 1).toSpliced(4, 0, chain[1] ?? ''),
      'line 2: it was moved: seq 1, which comes before it, is line 5',
    ],
    'a repeated line': [(chain) => chain.toSpliced(4, 0, chain[3] ?? ''), 'line 5: it repeats line 4'],
    'a line repeated further down': [
      (chain) => chain.toSpliced(5, 0, chain[2] ?? ''),
      'line 6: it was moved or repeated: seq 2 after 4',
    ],
    'an inserted line': [
      (chain) => chain.toSpliced(3, 0, mended(chain[3], { name: 'another' })),
      'line 5: it has the seq of line 4: one of both was inserted',
    ],
    'a line after the closing one': [
      (chain) => [...chain, mended(chain[1], { seq: 6, previous: JSON.parse(chain[5] ?? '').hash })],
      'line 7: it stands after the closing line',
    ],
    'an opening line that is none': [
      (chain) => [mended(chain[1], { seq: 0, previous: null }), ...chain.slice(1)],
      'line 1: it opens no chain',
    ],
  };
  for (const [what, [tamper, fault]] of Object.entries(tampered)) {
    it(`names ${what}`, async () => assert.deepEqual(faultsOf(tamper(await chainOf(4)).join('\n')), [fault]));
  }

  it('names the first fault of each of interleaved chains', async () => {
    const [one, two, three] = [await chainOf(3), await chainOf(3), await chainOf(3)];
    const interleaved = one.flatMap((line, at) => [line, two[at] ?? '', three[at] ?? '']);
    const faults = ['line 6: seq 1 is missing before it', 'line 9: seq 2 is missing before it', undefined];
    assert.deepEqual(faultsOf(interleaved.toSpliced(3, 1).toSpliced(6, 1).join('\n')), faults);
  });

  it('cannot tell a cut tail from a gateway that runs', async () => {
    const chain = await chainOf(4);
    assert.deepEqual([faultsOf(chain.slice(0, 3).join('\n')), faultsOf(chain.join('\n'))], [[undefined], [undefined]]);
  });

  it('takes lines whose fields were reordered and spaced', async () => {
    const shipped = (await chainOf(2)).map((line) => JSON.stringify(Object.fromEntries(reversed(line)), null, ' '));
    assert.deepEqual(faultsOf(shipped.map((text) => text.replaceAll('\n', '')).join('\n')), [undefined]);
  });

  it('takes a line that other tools sealed', () => {
    const fields = {
      event: 'access',
      seq: 1,
      caller: { kind: 'USER', id: 'a|b' },
      name: 'Zürich "1"\n',
      policies: ['p', 'a'],
    };
    // jq -cjS 'del(.hash)' and then sha256sum, or openssl dgst -sha256 -hmac
    assert.deepEqual(
      [hashOf({ ...fields, hash: 'x' }, undefined), hashOf(fields, KEY)],
      [
        '9f1dca10ac48ed0a74a5c2b4fc434ac43b13ef66cd34b46cd33e85fb8d4022ca',
        'a6f4c16d65138d1b03100bbcb44d30e960914b30c53ef71dc9bb85f1b3d165c3',
      ],
    );
  });

  it('is not fooled by lines nested beyond its depth', async () => {
    const chain = await chainOf(1);
    const nested = altered(chain, 1, (text) =>
      text.replace('{', `{"deep":${'['.repeat(50_000)}${']'.repeat(50_000)},`),
    );
    assert.deepEqual(faultsOf(nested.join('\n')), ['line 2: it was altered']);
  });
});

describe('a keyed chain', () => {
  it('is whole to whoever has the key', async () => {
    assert.deepEqual(faultsOf((await chainOf(2, KEY)).join('\n'), KEY), [undefined]);
  });

  it('cannot be mended without the key', async () => {
    const chain = await chainOf(2, KEY);
    assert.deepEqual(faultsOf(chain.with(1, mended(chain[1], { name: 'another' })).join('\n'), KEY), [
      'line 2: it was altered',
    ]);
  });

  it('cannot be replaced by one without a key', async () => {
    assert.deepEqual(faultsOf((await chainOf(2)).join('\n'), KEY), [
      'line 1: its chain is not keyed: anybody can write it',
    ]);
  });

  it('asks for its key', async () => {
    assert.deepEqual(faultsOf((await chainOf(2, KEY)).join('\n')), ['line 1: its chain is keyed: give the key']);
  });

  it('says that it may be the wrong key', async () => {
    const faults = faultsOf((await chainOf(2, KEY)).join('\n'), 'another key');
    assert.deepEqual(faults, ['line 1: it was altered, or sealed with another key']);
  });
});

/** The chain with one line altered by somebody who knows nothing of hashes. */
function altered(chain: readonly string[], at: number, alter: (text: string) => string): string[] {
  const line = chain[at] ?? '';
  assert.notEqual(alter(line), line);
  return chain.with(at, alter(line));
}

const reversed = (line: string) => Object.entries(JSON.parse(line)).reverse();
