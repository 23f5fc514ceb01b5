import { createHash } from 'node:crypto';
import { GatewayError } from '../errors.ts';

const VERSION = '1';
const MAX_LENGTH = 4096;

/** A place in a sorted list: what `after` takes. `of` tells the query, `key` the record that the next page follows. */
export function encodeCursor(kind: string, of: string, key: readonly string[]): string {
  return Buffer.from(JSON.stringify([VERSION, kind, of, ...key])).toString('base64url');
}

/** The key of a cursor that was made for this query. Throws BAD_USER_INPUT for every other text; the key is the caller's word. */
export function decodeCursor(kind: string, of: string, text: string): readonly string[] {
  return decodeCursorAmong(kind, (each) => each === of, text);
}

/** The same of a cursor that may be of one of several queries. */
export function decodeCursorAmong(kind: string, isAmong: (of: string) => boolean, text: string): readonly string[] {
  const [, , of = '', ...key] = partsOf(text);
  // Text of another version, list or query, and whatever base64 or JSON would also let pass, is not what this would write.
  if (!isAmong(of) || encodeCursor(kind, of, key) !== text) throw notACursor();
  return key;
}

/** For a key that was never written: its form is the list's own to check. */
export function notACursor(): GatewayError {
  return new GatewayError(
    'BAD_USER_INPUT',
    'after is no cursor of this query: give one from an answer to the same arguments, or none to begin anew.',
  );
}

/** What of a query its cursors depend on, as `of` takes it: equal for equal JSON. */
export function hashOf(query: unknown): string {
  return createHash('sha256').update(JSON.stringify(query)).digest('base64url').slice(0, 22);
}

function partsOf(text: string): readonly string[] {
  if (text.length > MAX_LENGTH) throw notACursor();
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (Array.isArray(parts) && parts.every((part) => typeof part === 'string')) return parts;
  } catch {}
  throw notACursor();
}
