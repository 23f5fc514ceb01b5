import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

const KINDS = '(?:identity|clock|network|Azure)';

describe('docs/faults.md', () => {
  it('has a row for each fault that is tested, and each row a test', () => {
    const rows = readFileSync('docs/faults.md', 'utf8')
      .split('\n')
      .flatMap((line) => /^\| ([^|]+) \|/.exec(line)?.[1] ?? [])
      .flatMap((cell) => cell.split(new RegExp(`, (?=${KINDS}: )`)))
      .filter((name) => new RegExp(`^${KINDS}: `).test(name));
    const tests = readdirSync('test')
      .filter((file) => /^faults-.*\.test\.ts$/.test(file))
      .map((file) => readFileSync(`test/${file}`, 'utf8'))
      .flatMap((source) => [...source.matchAll(new RegExp(`'(${KINDS}: [^']+)'`, 'g'))].map(([, name]) => name));
    assert.equal(new Set(rows).size, rows.length);
    assert.deepEqual(rows.toSorted(), [...new Set(tests)].toSorted());
  });
});
