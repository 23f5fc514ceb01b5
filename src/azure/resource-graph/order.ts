import { compare } from '../name.ts';
import { isFoldedId } from '../resource-id.ts';
import type { Row } from './client.ts';
import { all, any, compared, type Kql, kql } from './kql.ts';

export interface ResourceOrder {
  readonly field: 'ID' | 'NAME' | 'TYPE' | 'LOCATION';
  readonly direction: 'ASC' | 'DESC';
}

/** Where a row stands: its order key, then its id in lower case, so that no two rows share a place. */
export type Key = readonly [orderKey: string, id: string];

const KEYS = {
  ID: kql`tolower(id)`,
  NAME: kql`tolower(name)`,
  TYPE: kql`tolower(type)`,
  LOCATION: kql`tolower(location)`,
};

/** The columns that rows are ordered by, and how. */
export function ordering({ field, direction }: ResourceOrder) {
  const descending = direction === 'DESC';
  const by = descending ? kql`desc` : kql`asc`;
  return {
    keys: kql`extend orderKey = ${KEYS[field]}, idKey = tolower(id)`,
    by: kql`order by orderKey ${by}, idKey ${by}`,
    columns: [kql`orderKey`, kql`idKey`],
  };
}

/**
 * The rows that come after this one. A place, not a number: what is inserted or deleted meanwhile moves no row across it.
 * https://learn.microsoft.com/kusto/query/strcmp-function: Kusto has no < between texts.
 */
export function after([orderKey, id]: Key, { direction }: ResourceOrder): Kql {
  const isPast = (column: Kql, key: string) =>
    direction === 'DESC' ? kql`${compared(column, key)} < 0` : kql`${compared(column, key)} > 0`;
  const tie = all([kql`orderKey == ${orderKey}`, isPast(kql`idKey`, id)]);
  return any([isPast(kql`orderKey`, orderKey), tie]);
}

export const keyOf = ({ orderKey, idKey }: Row): Key => [String(orderKey ?? ''), String(idKey ?? '')];

/** Whether a row in this order may stand there. A name need not be the id's last: a slot's is `site/slot`. */
export function isKey([orderKey, id]: Key, { field }: ResourceOrder): boolean {
  return isFoldedId(id) && (field === 'ID' ? orderKey === id : FORMS[field].test(orderKey));
}

const FORMS = {
  NAME: /^[^A-Z\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+$/u,
  TYPE: /^[a-z0-9.-]+(?:\/[a-z0-9_.-]+)+$/,
  // Empty where there is none.
  LOCATION: /^[^A-Z\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u,
};

/** As `ordering` has it, for rows that were not read in order. */
export function byKey({ direction }: ResourceOrder): (one: Row, other: Row) => number {
  const sign = direction === 'DESC' ? -1 : 1;
  return (one, other) => {
    const [[key, id], [otherKey, otherId]] = [keyOf(one), keyOf(other)];
    return sign * (compare(key, otherKey) || compare(id, otherId));
  };
}
