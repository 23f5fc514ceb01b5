import { semanticError } from './problem.ts';

/** Kusto's regular expressions are RE2's: of those, what JavaScript reads alike. Case is said within, as (?i:...). */
export function regexOf(text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch {
    throw semanticError('SEM0026', `The regular expression '${text}' cannot be read.`);
  }
}

/** What finds any of the texts at one go over a value, however many they are. */
export const anyOf = (texts: readonly string[]): RegExp =>
  new RegExp(texts.map((text) => text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')).join('|'));
