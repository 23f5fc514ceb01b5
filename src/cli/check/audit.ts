import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { AuditConfig } from '../../config.ts';
import { failed, ok, type Row } from './row.ts';

/** Whether the gateway could append to the audit's file, tried as it would. Nothing of that lasts: the file's chain stays as it is. */
export async function checkAudit({ file }: AuditConfig): Promise<Row> {
  const what = 'audit';
  if (file === undefined) return ok(what, 'standard output');
  try {
    await ((await isThere(file)) ? tryFile(file) : tryPlace(file));
    await tryRoom(file);
    return ok(what, file);
  } catch (error) {
    const detail = `AUDIT_FILE is "${file}": it cannot be written (${(error as Error).message}).`;
    return failed(what, detail, 'Give a path that the gateway may append to, on a volume that is mounted writable.');
  }
}

const isThere = (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

async function tryFile(file: string): Promise<void> {
  // A pipe that nobody reads would keep the open waiting.
  const { O_WRONLY, O_APPEND, O_NONBLOCK } = constants;
  const opened = await open(file, O_WRONLY | O_APPEND | O_NONBLOCK);
  try {
    // Of a device only a write says what it takes; a line in a file or a pipe would be read.
    if ((await opened.stat()).isCharacterDevice()) await opened.write('\n');
  } finally {
    await opened.close();
  }
}

/** Under a name of its own: a gateway that starts meanwhile would find its file taken away. */
async function tryPlace(file: string): Promise<void> {
  const beside = `${file}.check-${randomUUID()}`;
  try {
    const opened = await open(beside, 'ax', 0o600);
    await opened.write('\n').finally(() => opened.close());
  } catch (error) {
    throw new Error((error as Error).message.replace(beside, file), { cause: error });
  } finally {
    await rm(beside, { force: true });
  }
}

async function tryRoom(file: string): Promise<void> {
  const { blocks, bavail } = await statfs(dirname(file));
  // Where there is no count, as in /dev, there is no end to it.
  if (blocks > 0 && bavail === 0) throw new Error('ENOSPC: no space left on device, write');
}
