import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { lines } from '../audit/lines.ts';
import { chainOf } from './support/audit.ts';
import { OWN } from './support/process.ts';

const KEY = 'a key of the auditor';

describe('npm run audit:verify', () => {
  const folder = mkdtempSync(join(tmpdir(), 'audit-verify-'));
  after(() => rmSync(folder, { recursive: true }));
  const written = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };

  it('prints a row a chain and names what is no audit line; 0 when all is whole', async () => {
    const [closed, open] = [await chainOf(2), await chainOf(1)];
    const torn = `{"event":"access","time":"2026-${open[1]}`;
    const text = [...closed, 'Killed', '', open[0], '{"level":"info"}', torn].join('\n');
    assert.deepEqual(verify([written('mixed', text)]), {
      code: 0,
      stdout: `chain                                 lines  first                     last                      refused  verdict
${start(closed)}  4      ${time(closed[0])}  ${time(closed[3])}  0        whole
${start(open)}  2      ${time(open[0])}  ${time(open[1])}  0        whole so far: still open, or cut off

No audit line, or one with other text before it: line 5, 8, 9.
2 of 2 chains are whole.
Checked without a key: whoever can write the file can make whole chains.
`,
      stderr: '',
    });
  });

  it('is 1 when a chain is broken', async () => {
    const { code, stdout } = verify([written('broken', (await chainOf(2)).toSpliced(1, 1).join('\n'))]);
    assert.equal(code, 1);
    assert.match(stdout, /BROKEN at line 2: seq 1 is missing before it\n\n0 of 1 chain is whole\./);
  });

  it('is 1 when there is no audit at all', () => {
    const { code, stdout } = verify([written('empty', '')]);
    assert.deepEqual([code, stdout.includes('There is no audit line in it.')], [1, true]);
  });

  it('names the first ten lines that are none', async () => {
    const { stdout } = verify([written('noisy', ['x\n'.repeat(12), ...(await chainOf(0))].join('\n'))]);
    assert.match(stdout, /line 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more\./);
  });

  it('reads standard input', async () => {
    assert.equal(verify(['-'], { input: (await chainOf(1)).join('\n') }).code, 0);
  });

  it('takes the key from a file or from AUDIT_KEY', async () => {
    const file = written('keyed', (await chainOf(1, KEY)).join('\n'));
    const keyFile = written('key', `${KEY}\n`);
    const codes = [
      verify([file, '--key-file', keyFile]),
      verify([file], { env: { AUDIT_KEY: ` ${KEY}\n` } }),
      verify([file]),
    ];
    assert.deepEqual(
      codes.map(({ code }) => code),
      [0, 0, 1],
    );
  });

  const wrong: Record<string, () => string[]> = {
    'no file': () => [],
    'two files': () => [written('one', ''), written('two', '')],
    'an unknown option': () => ['a', '--nope'],
    'a file that is not there': () => [join(folder, 'nowhere')],
    'a folder': () => [folder],
    'an empty key file': () => [written('any', ''), '--key-file', written('no-key', '\n')],
    'a key file that is not there': () => [folder, '--key-file', join(folder, 'nowhere')],
  };
  for (const [what, args] of Object.entries(wrong)) {
    it(`is 2 for ${what}, without a stack trace`, () => {
      const { code, stdout, stderr } = verify(args());
      assert.deepEqual([code, stdout, / at .*:\d+/.test(stderr), stderr.length > 0], [2, '', false, true]);
    });
  }
});

describe('the lines of a file', () => {
  it('are the same however it is cut into chunks', async () => {
    const bytes = [...Buffer.from('Zürich\n\nlast')].map((byte) => Buffer.from([byte]));
    assert.deepEqual(await Array.fromAsync(lines(chunks(bytes))), ['Zürich', '', 'last']);
  });

  it('are kept to 256 kB each', async () => {
    const long = [...Array<Buffer>(100).fill(Buffer.alloc(65_536, 'x')), Buffer.from('\nshort\n')];
    const found = await Array.fromAsync(lines(chunks(long)));
    assert.deepEqual(
      found.map(({ length }) => length),
      [262_144, 5],
    );
  });
});

async function* chunks(all: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* all;
}

function verify(args: string[], { input = '', env = {} }: { input?: string; env?: Record<string, string> } = {}) {
  const program = fileURLToPath(import.meta.resolve('../audit/verify.ts'));
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    input,
    env: { ...OWN, ...env },
    encoding: 'utf8',
  });
  return { code: status, stdout, stderr };
}

const start = ([line = '']: readonly string[]): string => JSON.parse(line).chain;
const time = (line = ''): string => JSON.parse(line).time;
