import { type Fields, type Gap, hashOf } from '../src/audit/line.ts';

/** A line with a place in a chain; whether it is true is another question. */
export interface AuditLine extends Fields {
  readonly event: string;
  readonly time: string;
  readonly chain: string;
  readonly seq: number;
  readonly previous: string | null;
  readonly hash: string;
}

/** The audit line that the text is or, where another line was torn and this one glued to it, ends with; and its own text. */
export function lineOf(text: string): { readonly line: AuditLine; readonly own: string } | undefined {
  const line = parsed(text);
  if (line) return { line, own: text };
  const own = text.slice(Math.max(0, text.lastIndexOf('{"event"')));
  const ending = own === text ? undefined : parsed(own);
  return ending && { line: ending, own };
}

/** Whether the line says what was sealed. Its own text tells of a field said twice, of which a parser keeps the last. */
export function isGenuine(line: AuditLine, own: string, key: string | undefined): boolean {
  try {
    return hashOf(line, key) === line.hash && fieldsIn(own) === countFields(line);
  } catch {
    return false;
  }
}

export function gapOf({ gap }: AuditLine): Gap | undefined {
  if (typeof gap !== 'object' || gap === null) return undefined;
  const { from, after, refused } = gap as Partial<Gap>;
  const isGap = Number.isSafeInteger(from) && Number.isSafeInteger(refused) && typeof after === 'string';
  return isGap ? (gap as Gap) : undefined;
}

function parsed(text: string): AuditLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isAuditLine(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

// What is printed later is checked to the letter: the file may be anybody's.
function isAuditLine(value: unknown): value is AuditLine {
  if (typeof value !== 'object' || value === null) return false;
  const { event, time, chain, seq, previous, hash } = value as Partial<AuditLine>;
  return (
    typeof event === 'string' &&
    matches(TIME, time) &&
    matches(CHAIN, chain) &&
    Number.isSafeInteger(seq) &&
    (previous === null || matches(HASH, previous)) &&
    matches(HASH, hash)
  );
}

const TIME = /^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/;
const CHAIN = /^[0-9a-f-]{36}$/;
const HASH = /^[0-9a-f]{64}$/;

const matches = (pattern: RegExp, value: unknown): boolean => typeof value === 'string' && pattern.test(value);

function fieldsIn(text: string): number {
  const strings = [...text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"(?<colon>\s*:)?/g)];
  return strings.filter(({ groups }) => groups?.colon !== undefined).length;
}

function countFields(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const own = Array.isArray(value) ? 0 : Object.keys(value).length;
  return Object.values(value).reduce((count: number, member) => count + countFields(member), own);
}
