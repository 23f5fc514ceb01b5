import type { GraphQLResolveInfo } from 'graphql';
import type { Columns, NamedColumn } from '../azure/resource-graph/column.ts';
import type { FacetAsked } from '../azure/resource-graph/facet.ts';
import { type SelectedField, selectedBelow } from './lookahead.ts';
import { RESOURCE_TYPES } from './resource-types.ts';

const COLUMNS: Readonly<Record<string, readonly NamedColumn[]>> = {
  kind: ['kind'],
  location: ['location'],
  tags: ['tags'],
  sku: ['sku'],
  managedBy: ['managedBy'],
  changedAt: ['changedAt'],
  related: ['properties', 'identity', 'managedBy'],
};

/** The columns that fields of a resource need: only those are read. */
export function columnsOf(fields: readonly SelectedField[]): Columns {
  const isWhole = fields.some(({ name, args }) => name === 'properties' && args.path == null);
  const named = fields.flatMap(({ name }) => COLUMNS[name] ?? []);
  const paths = fields.flatMap(({ on, name, args }) => {
    if (name === 'properties') return args.path == null ? [] : [String(args.path)];
    return RESOURCE_TYPES[on]?.fields[name] ?? [];
  });
  return { named: new Set([...named, ...(isWhole ? (['properties'] as const) : [])]), paths: new Set(paths) };
}

/** What a connection of resources is asked for, as one query can answer it. */
export function connectionSelection(info: GraphQLResolveInfo) {
  const own = selectedBelow(info);
  const facets = own.filter(({ name }) => name === 'facets').map(({ args }) => args as unknown as FacetAsked);
  return {
    columns: columnsOf([...selectedBelow(info, 'nodes'), ...selectedBelow(info, 'edges', 'node')]),
    isTotalAsked: own.some(({ name }) => name === 'totalCount'),
    isLackAsked: own.some(({ name }) => name === 'completeness'),
    facets,
  };
}
