import type { Json } from '../../world.ts';

export type ScalarType = 'string' | 'bool' | 'long' | 'real' | 'datetime' | 'timespan' | 'dynamic';

/** A datetime is in milliseconds since 1970, a timespan in milliseconds; a string is never null. */
export type Value = Json | bigint;

const MS: Readonly<Record<string, number>> = {
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  microsecond: 0.001,
  tick: 0.0001,
};
const ISO = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,7})?)?))?(Z|[+-]\d{2}:\d{2})?$/i;

/** Is it a bag of named values, no list? */
export function isBag(value: Value): value is { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a column of the type holds where there is nothing. */
export function emptyOf(type: ScalarType): Value {
  return type === 'string' ? '' : null;
}

/** Milliseconds since 1970, UTC where the text names no zone; null when it is no time. */
export function parseDatetime(text: string): number | null {
  const [, date, time = '00:00', zone = 'Z'] = text.trim().match(ISO) ?? [];
  const ms = date === undefined ? Number.NaN : Date.parse(`${date}T${time}${zone.toUpperCase()}`);
  return Number.isNaN(ms) ? null : ms;
}

/** Milliseconds of `7d`, `1.5h` or `1.02:03:04`; null for other text. */
export function parseTimespan(text: string): number | null {
  const [, amount, unit = ''] = text.match(/^(-?\d+(?:\.\d+)?)([a-z]+)$/) ?? [];
  const factor = MS[unit];
  if (amount !== undefined && factor !== undefined) return Number(amount) * factor;
  const [, sign, days = 0, hours, minutes, seconds = 0] =
    text.match(/^(-)?(?:(\d+)\.)?(\d{1,2}):(\d{2})(?::(\d{2}(?:\.\d+)?))?$/) ?? [];
  if (hours === undefined) return null;
  const ms = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60_000 + Number(seconds) * 1000;
  return sign ? -ms : ms;
}

/** `tostring()`: what is nothing is the empty string. */
export function textOf(value: Value, type: ScalarType): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (type === 'datetime' || type === 'timespan') return String(wireOf(value, type));
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The value as an answer's JSON holds it. */
export function wireOf(value: Value, type: ScalarType): Json {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'number') return value;
  if (type === 'datetime') return new Date(value).toISOString().replace('Z', '0000Z');
  return type === 'timespan' ? timespanText(value) : value;
}

/** How values of one type are ordered: text by its characters' codes, not by any language. */
export function compare(left: Value, right: Value): number {
  if (left === right || left === null || right === null) return 0;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** One text for equal values, for grouping and joining. */
export function keyOf(values: readonly Value[]): string {
  return JSON.stringify(values, (_name, value) => (typeof value === 'bigint' ? Number(value) : value));
}

function timespanText(ms: number): string {
  const pad = (value: number, digits = 2) => String(Math.floor(value)).padStart(digits, '0');
  const size = Math.abs(ms);
  const days = Math.floor(size / 86_400_000);
  const fraction = Math.round((size % 1000) * 10_000);
  const time = `${pad((size / 3_600_000) % 24)}:${pad((size / 60_000) % 60)}:${pad((size / 1000) % 60)}`;
  return `${ms < 0 ? '-' : ''}${days > 0 ? `${days}.` : ''}${time}${fraction > 0 ? `.${pad(fraction, 7)}` : ''}`;
}
