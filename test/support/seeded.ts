import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Finding, printed } from '../../deploy/check/finding.ts';

/** One thing that somebody may get wrong: in which file, what is written in place of what. */
export interface Defect {
  readonly what: string;
  readonly file: string;
  readonly from: string | RegExp;
  readonly to: string;
  /** What is printed of it, its file's folder left out. */
  readonly found: readonly string[];
}

/** What is found in a copy of the folder with the defect in it. */
export async function foundIn(
  folder: string,
  defect: Pick<Defect, 'file' | 'from' | 'to'>,
  check: (copy: string) => Promise<readonly Finding[]> | readonly Finding[],
): Promise<string[]> {
  const copy = mkdtempSync(join(tmpdir(), 'gateway-seeded-'));
  try {
    cpSync(folder, copy, { recursive: true });
    const file = join(copy, defect.file);
    const good = readFileSync(file, 'utf8');
    const bad = good.replace(defect.from, defect.to);
    assert.notEqual(bad, good, `${defect.file} has no ${defect.from}`);
    writeFileSync(file, bad);
    const found = (await check(copy)).map((finding) => printed(finding).replaceAll(`${copy}/`, ''));
    // A script's and a workflow's lines move whenever it is mended.
    return found.map((line) => line.replace(/(\.sh|\.yml): line \d+/, '$1: line N'));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
