import { createHmac, hash } from 'node:crypto';

export type Fields = Readonly<Record<string, unknown>>;

/** Where a line stands in its chain. */
export interface Link {
  readonly seq: number;
  readonly hash: string;
}

/** Says in the first line after an outage what may be absent before it. */
export interface Gap {
  /** The lines from here to this one may be absent: none of their records was confirmed. */
  readonly from: number;
  /** The hash of the line before `from`, which is known to be written. */
  readonly after: string;
  /** So many records were refused, their values not given. */
  readonly refused: number;
}

export type Sealed<Content extends Fields> = Content & { readonly hash: string };

export function sealed<Content extends Fields>(content: Content, key: string | undefined): Sealed<Content> {
  return { ...content, hash: hashOf(content, key) };
}

/** SHA-256 or, with a key, HMAC-SHA-256 of the fields but `hash` in the form of RFC 8785; hexadecimal. */
export function hashOf({ hash: _, ...fields }: Fields, key: string | undefined): string {
  const text = canonical(fields);
  return key === undefined ? hash('sha256', text) : createHmac('sha256', key).update(text).digest('hex');
}

export function algorithmOf(key: string | undefined): 'SHA-256' | 'HMAC-SHA-256' {
  return key === undefined ? 'SHA-256' : 'HMAC-SHA-256';
}

// The same text whatever order and spacing a log shipper gave the fields.
function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join()}}`;
}
