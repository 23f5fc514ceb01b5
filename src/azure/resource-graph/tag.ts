import { GatewayError } from '../../errors.ts';
import { checked } from '../name.ts';
import { type Kql, kql } from './kql.ts';

export interface TagFilter {
  readonly key: string;
  readonly equals?: string | null | undefined;
  readonly exists?: boolean | null | undefined;
}

/** Throws BAD_USER_INPUT for a tag that is to have a value and not to be there. */
export function checkTag({ key, equals, exists }: TagFilter): void {
  checked.tagKey(key);
  if (equals != null) checked.tagValue(equals);
  if (equals != null && exists === false) throw contradiction();
}

const contradiction = (): GatewayError =>
  new GatewayError('BAD_USER_INPUT', 'tag gives `equals` and `exists: false`, which nothing is: give one of the two.');

/**
 * Tag keys have no letter case and values do, which no accessor of Kusto's says: the tags are searched as the JSON text that
 * tostring gives, where a quote within a key or value is escaped and so cannot be taken for one around it.
 */
export function tagCondition(tag: TagFilter): Kql {
  checkTag(tag);
  const { key, equals, exists } = tag;
  const value = equals == null ? '' : regexOf(JSON.stringify(equals));
  const has = kql`tostring(tags) matches regex ${`${named(key)}:${value}`}`;
  return exists === false ? kql`not(${has})` : has;
}

/** The tag's value as JSON has it, in quotes; empty where the resource has none of that key. */
export const tagValue = (key: string): Kql =>
  kql`extract(${`${named(checked.tagKey(key))}:("(?:[^"\\\\]|\\\\.)*")`}, 1, tostring(tags))`;

/** The text of a `tagValue`; undefined where there is none. */
export const tagText = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? String(JSON.parse(value)) : undefined;

const TEXT = String.raw`"(?:[^"\\]|\\.)*"`;

// From the beginning, pair by pair: a quote that ends a value is then not taken for one that begins a key.
const named = (key: string): string => `^\\{(?:${TEXT}:${TEXT},)*(?i:${regexOf(JSON.stringify(key))})`;

// https://github.com/google/re2/wiki/Syntax: any punctuation may be escaped.
const regexOf = (text: string): string => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
