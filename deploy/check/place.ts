import type { Finding } from './finding.ts';

/** A value of a parsed YAML or JSON file that knows where it stands. What is not there is a place too, and empty. */
export interface Place {
  readonly value: unknown;
  readonly path: string;
  /** Its own key. */
  readonly key: string;
  at(...keys: readonly [string, ...string[]]): Place;
  /** The members of a list or the fields of an object; of anything else none. */
  all(): Place[];
  text(): string | undefined;
  number(): number | undefined;
  has(): boolean;
  wrong(message: string): Finding;
}

export function placeOf(file: string, value: unknown, path = '', key = ''): Place {
  const below = (name: string): Place => placeOf(file, fieldOf(value, name), joined(path, name, value), name);
  return {
    value,
    path,
    key,
    at: (first, ...others) => others.reduce((place, name) => place.at(name), below(first)),
    all: () => keysOf(value).map(below),
    text: () => (typeof value === 'string' ? value : undefined),
    number: () => (typeof value === 'number' ? value : undefined),
    has: () => value !== undefined && value !== null,
    wrong: (message) => ({ file, path, message }),
  };
}

/** The place itself and every one below it. */
export function everyPlace(place: Place): Place[] {
  return [place, ...place.all().flatMap(everyPlace)];
}

/** An object's fields that are texts, such as labels. */
export function textsOf(place: Place): ReadonlyMap<string, string> {
  return new Map(place.all().flatMap((field) => (field.text() === undefined ? [] : [[field.key, field.text() ?? '']])));
}

function keysOf(value: unknown): string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

function joined(path: string, name: string, value: unknown): string {
  if (Array.isArray(value)) return `${path}[${name}]`;
  const written = /^[\w$-]+$/.test(name) ? name : `[${JSON.stringify(name)}]`;
  return path === '' || written.startsWith('[') ? `${path}${written}` : `${path}.${written}`;
}
