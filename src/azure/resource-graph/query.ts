import { canonicalFilter } from './canonical.ts';
import { type Columns, projection } from './column.ts';
import { asksForChanges, conditionOf, type ResourceFilter } from './filter.ts';
import { all, joined, type Kql, kql } from './kql.ts';
import { ordering, type ResourceOrder } from './order.ts';

export interface Selection {
  readonly where?: ResourceFilter | null | undefined;
  readonly columns: Columns;
}

// Kept for 14 days. Joined only where it is asked for: it is a second table to read.
const CHANGES = kql`join kind=leftouter (ResourceChanges
  | extend idKey = tolower(tostring(properties.targetResourceId)), changed = todatetime(properties.changeAttributes.timestamp)
  | summarize changedAt = max(changed) by idKey) on idKey`;

const NOTHING_ASKED = all([]).text;

export interface ResourcesQuestion extends Selection {
  readonly order: ResourceOrder;
  /** Columns that the bounds are about, beside those that there are. */
  readonly extended?: Kql;
  /** What may be read. */
  readonly bounds: readonly Kql[];
  /** From where on. */
  readonly place?: readonly Kql[];
  /** Columns beside those of the selection. */
  readonly beside?: readonly Kql[];
  /** In order of their ids, whatever the order that their keys are of. */
  readonly isByIdAlone?: boolean;
}

/** The resources that a filter selects, within bounds, in order, from a place on. */
export function resourcesQuery(question: ResourcesQuestion): Kql {
  const { where, columns, order, extended, bounds, place = [], beside = [], isByIdAlone = false } = question;
  const { keys, by, columns: orderColumns } = ordering(order);
  const conditions = [...bounds, ...(where ? [conditionOf(canonicalFilter(where))] : [])];
  const isChangeAsked = columns.named.has('changedAt') || (where != null && asksForChanges(where));
  return joined(
    [
      kql`Resources`,
      keys,
      ...(extended ? [kql`extend ${extended}`] : []),
      ...(isChangeAsked ? [CHANGES] : []),
      ...[...conditions, ...place]
        .filter(({ text }) => text !== NOTHING_ASKED)
        .map((condition) => kql`where ${condition}`),
      isByIdAlone ? kql`order by idKey asc` : by,
      projection(columns, [...orderColumns, ...beside]),
    ],
    ' | ',
  );
}
