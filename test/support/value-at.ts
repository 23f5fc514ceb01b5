import type { PropertyPath } from '../../src/azure/property-path.ts';

/** What stands at a path, undefined where nothing does. A name is looked for as it is written, then without letter case as ARM does. */
export function valueAt(value: unknown, path: PropertyPath): unknown {
  return path.reduce((place, segment) => {
    if (Array.isArray(place)) return typeof segment === 'number' ? place[segment] : undefined;
    return isRecord(place) && typeof segment === 'string' ? fieldOf(place, segment) : undefined;
  }, value);
}

function fieldOf(record: Readonly<Record<string, unknown>>, name: string): unknown {
  if (Object.hasOwn(record, name)) return record[name];
  const alike = Object.keys(record).find((key) => key.toLowerCase() === name.toLowerCase());
  return alike === undefined ? undefined : record[alike];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;
