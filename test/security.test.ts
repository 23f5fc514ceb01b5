import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

describe('SECURITY.md', () => {
  const promises = readFileSync('SECURITY.md', 'utf8');

  it("says how long a secret's value is held, as the README has it", () => {
    const [, seconds] = /^\| `SECRET_TTL_SECONDS` \| `(\d+)` \|/m.exec(readFileSync('README.md', 'utf8')) ?? [];
    const [, said] = /held in memory alone, for `SECRET_TTL_SECONDS` \((\d+);/.exec(promises) ?? [];
    assert.ok(seconds);
    assert.equal(said, seconds);
  });
});
