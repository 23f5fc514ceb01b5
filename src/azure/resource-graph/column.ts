import { type PropertyPath, parsePath } from '../property-path.ts';
import { joined, type Kql, kql } from './kql.ts';

/** What of a resource is read beyond its names: only what is asked for costs bytes. */
export interface Columns {
  readonly named: ReadonlySet<NamedColumn>;
  /** Places in `properties`, as callers write them. */
  readonly paths: ReadonlySet<string>;
}

export type NamedColumn = keyof typeof NAMED | 'changedAt';

const NAMED = {
  kind: kql`kind`,
  location: kql`location`,
  tags: kql`tags`,
  sku: kql`sku`,
  managedBy: kql`managedBy`,
  identity: kql`identity`,
  properties: kql`properties`,
};

// Of a row, whoever asks: its names say what it is and who may read it.
const ALWAYS = kql`id, name, type, subscriptionId, resourceGroup`;

export const together = (all: readonly Columns[]): Columns => ({
  named: new Set(all.flatMap(({ named }) => [...named])),
  paths: new Set(all.flatMap(({ paths }) => [...paths])),
});

/** Equal for equal columns. */
export const columnsKey = ({ named, paths }: Columns): string => [...[...named].sort(), ...[...paths].sort()].join();

/** In an order of their own, so that equal selections make equal queries. */
export function projection({ named, paths }: Columns, beside: readonly Kql[] = []): Kql {
  const columns = [...named].sort().map((name) => (name === 'changedAt' ? kql`changedAt` : NAMED[name]));
  const ofPaths = [...paths].sort().map((path, index) => kql`path${index} = ${accessor(parsePath(path))}`);
  return kql`project ${joined([ALWAYS, ...columns, ...ofPaths, ...beside], ', ')}`;
}

/** Each path with the name of the column that holds it. */
export const pathColumns = ({ paths }: Columns): readonly (readonly [path: string, column: string])[] =>
  [...paths].sort().map((path, index) => [path, `path${index}`]);

/** The Kusto accessor of a path in `properties`, whatever its names hold: bare ones may be Kusto's keywords. */
export const accessor = (path: PropertyPath): Kql =>
  path.reduce<Kql>((place, segment) => kql`${place}[${segment}]`, kql`properties`);
