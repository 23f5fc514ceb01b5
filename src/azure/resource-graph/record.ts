import type { Seen } from '../cache/asked.ts';
import { given } from '../errors.ts';
import { type Tag, tagList } from '../tag.ts';
import { text } from '../text.ts';
import { type Row, SEEN } from './client.ts';
import { type Columns, columnsKey, pathColumns } from './column.ts';

/** A resource as Resource Graph holds it. What was not asked for is undefined. */
export interface Resource extends Seen {
  readonly id: string;
  readonly name: string;
  /** In lower case, such as microsoft.compute/disks. */
  readonly type: string;
  readonly subscriptionId: string;
  /** In lower case; empty for the few resources that are in no group. */
  readonly resourceGroup: string;
  readonly kind: string | undefined;
  /** In lower case without spaces. */
  readonly location: string | undefined;
  readonly tags: readonly Tag[];
  /** Undefined where nothing of it is known. */
  readonly sku: Sku | undefined;
  readonly managedBy: string | undefined;
  readonly identity: unknown;
  readonly properties: unknown;
  /** What stands at the places that were asked for. */
  readonly at: ReadonlyMap<string, unknown>;
  /** Of the last 14 days. */
  readonly changedAt: Date | undefined;
}

export type Sku = Readonly<Record<'name' | 'tier' | 'capacity', unknown>>;

/** What reads rows of these columns, each once: many answers are made of a row. Throws a TypeError for a row that is none. */
export function resourceWith(columns: Columns): (row: Row) => Resource {
  const key = columnsKey(columns);
  const read = reader(columns);
  return (row) => {
    const known = READ.get(row);
    if (known?.key === key) return known.resource;
    const resource = read(row);
    READ.set(row, { key, resource });
    return resource;
  };
}

const READ = new WeakMap<Row, { readonly key: string; readonly resource: Resource }>();

function reader(columns: Columns): (row: Row) => Resource {
  const paths = pathColumns(columns);
  return (row) => ({
    id: given(row.id, 'id'),
    name: given(row.name, 'name'),
    type: given(row.type, 'type').toLowerCase(),
    subscriptionId: given(row.subscriptionId, 'subscriptionId').toLowerCase(),
    resourceGroup: text(row.resourceGroup)?.toLowerCase() ?? '',
    kind: text(row.kind),
    location: regionOf(text(row.location)),
    tags: tagList(bag(row.tags)),
    sku: skuOf(bag(row.sku)),
    managedBy: text(row.managedBy),
    identity: row.identity,
    properties: row.properties,
    at: paths.length === 0 ? NOWHERE : new Map(paths.map(([path, column]) => [path, row[column]])),
    changedAt: time(row.changedAt),
    ...seenIn(row),
  });
}

const NOWHERE: Resource['at'] = new Map();

// The rows are this process's own: Resource Graph's with what the client notes on each.
const seenIn = (row: Row): Seen => (row as { readonly [SEEN]: Seen })[SEEN];

const bag = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;

// Resource Graph knows a region by its name alone; ARM tells what its provider wrote, such as `East US`.
const regionOf = (location: string | undefined): string | undefined => location?.replaceAll(' ', '').toLowerCase();

// What there is none of Resource Graph gives as an empty object or text, ARM as nothing.
function skuOf(sku: Readonly<Record<string, unknown>> = {}): Sku | undefined {
  const [name, tier, capacity] = [sku.name, sku.tier, sku.capacity].map(scalarIn);
  return [name, tier, capacity].some((value) => value !== undefined) ? { name, tier, capacity } : undefined;
}

const scalarIn = (value: unknown): unknown =>
  value === null || value === '' || typeof value === 'object' ? undefined : value;

function time(value: unknown): Date | undefined {
  const date = new Date(typeof value === 'string' ? value : Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
