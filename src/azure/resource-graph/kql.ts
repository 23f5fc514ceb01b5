/** A piece of a Kusto query. Only `kql` makes one, so that no text of a caller's is ever anything but a literal. */
export interface Kql {
  readonly text: string;
  readonly [MADE]: true;
}

/** What may stand in a query: another piece, or a value, which becomes a literal; a list becomes one in parentheses. */
export type KqlValue = Kql | string | number | Date | readonly string[];

const MADE = Symbol('made by kql');

export function kql(pieces: TemplateStringsArray, ...values: readonly KqlValue[]): Kql {
  return made(String.raw({ raw: pieces.raw }, ...values.map(asText)));
}

export const joined = (parts: readonly Kql[], by: ' and ' | ' or ' | ' | ' | ', '): Kql =>
  made(parts.map(({ text }) => text).join(by));

/** All must hold; nothing asked holds always. */
export const all = (conditions: readonly Kql[]): Kql => inParentheses(conditions, ' and ', kql`true`);

/** One must hold; of none, none does. */
export const any = (conditions: readonly Kql[]): Kql => inParentheses(conditions, ' or ', kql`false`);

/** Orders two texts: below zero, zero or above. The one place that rests on strcmp, of which Resource Graph's documentation is silent. */
export const compared = (one: Kql, other: Kql | string): Kql => kql`strcmp(${one}, ${other})`;

function inParentheses(conditions: readonly Kql[], by: ' and ' | ' or ', none: Kql): Kql {
  const [first = none, ...others] = conditions;
  return others.length === 0 ? first : kql`(${joined(conditions, by)})`;
}

const made = (text: string): Kql => ({ text, [MADE]: true });

function asText(value: KqlValue): string {
  if (typeof value === 'string') return literal(value);
  if (typeof value === 'number') return String(value);
  if (value instanceof Date) return `datetime(${value.toISOString()})`;
  if (isList(value)) return `(${value.map(literal).join(', ')})`;
  return value.text;
}

const isList = (value: object): value is readonly string[] => Array.isArray(value);

// https://learn.microsoft.com/kusto/query/scalar-data-types/string#string-literals
function literal(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&').replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/gu, escaped)}'`;
}

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
