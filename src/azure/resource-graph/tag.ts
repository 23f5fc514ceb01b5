import { checked } from '../name.ts';
import { all, type Kql, kql } from './kql.ts';

export interface TagFilter {
  readonly key: string;
  readonly equals?: string | null | undefined;
  readonly exists?: boolean | null | undefined;
}

/**
 * Tag keys have no letter case and values do, which no accessor of Kusto's says: the tags are searched as the JSON text that
 * tostring gives, where a quote within a key or value is escaped and so cannot be taken for one around it.
 */
export function tagCondition({ key, equals, exists }: TagFilter): Kql {
  const name = named(checked.tagKey(key));
  const value = equals == null ? '' : regexOf(JSON.stringify(checked.tagValue(equals)));
  const has = (pattern: string) => kql`tostring(tags) matches regex ${pattern}`;
  return all([
    ...(exists === false ? [kql`not(${has(`${name}:`)})`] : []),
    ...(exists === false && equals == null ? [] : [has(`${name}:${value}`)]),
  ]);
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
