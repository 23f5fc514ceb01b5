import { parsePath } from '../property-path.ts';
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

export const NO_COLUMNS: Columns = { named: new Set(), paths: new Set() };

export const together = (all: readonly Columns[]): Columns => ({
  named: new Set(all.flatMap(({ named }) => [...named])),
  paths: new Set(all.flatMap(({ paths }) => [...paths])),
});

/** `sorted`, so that equal selections make equal queries. */
export function projection({ named, paths }: Columns, beside: readonly Kql[] = []): Kql {
  const columns = [...named].sort().map((name) => (name === 'changedAt' ? kql`changedAt` : NAMED[name]));
  return kql`project ${joined([ALWAYS, ...columns, ...pathColumns(paths), ...beside], ', ')}`;
}

/** The name of the column that holds a path, by its place among those that were asked for. */
export const pathColumnOf = (paths: ReadonlySet<string>, path: string): string =>
  `path${[...paths].sort().indexOf(path)}`;

const pathColumns = (paths: ReadonlySet<string>): Kql[] =>
  [...paths].sort().map((path, index) => kql`path${index} = ${accessor(path)}`);

const accessor = (path: string): Kql =>
  parsePath(path).reduce<Kql>((place, segment) => kql`${place}[${segment}]`, kql`properties`);
