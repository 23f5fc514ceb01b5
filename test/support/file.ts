import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder: string | undefined;
let count = 0;

/** A file of this text, for a setting that names one; gone when the test process ends. */
export function textFile(text: string): string {
  folder ??= created();
  count += 1;
  const file = join(folder, String(count));
  writeFileSync(file, text);
  return file;
}

function created(): string {
  const path = mkdtempSync(join(tmpdir(), 'gateway-test-'));
  process.once('exit', () => rmSync(path, { recursive: true, force: true }));
  return path;
}
