import { GatewayError } from '../../errors.ts';
import { checked, regionName } from '../name.ts';
import { all, any, type Kql, kql } from './kql.ts';
import { type TagFilter, tagCondition } from './tag.ts';

type Maybe<Value> = Value | null | undefined;

export interface ResourceFilter {
  readonly types?: Maybe<readonly string[]>;
  readonly locations?: Maybe<readonly string[]>;
  readonly subscriptionIds?: Maybe<readonly string[]>;
  readonly resourceGroups?: Maybe<readonly string[]>;
  readonly name?: Maybe<StringFilter>;
  readonly tag?: Maybe<TagFilter>;
  readonly changedSince?: Maybe<Date>;
  readonly and?: Maybe<readonly ResourceFilter[]>;
  readonly or?: Maybe<readonly ResourceFilter[]>;
  readonly not?: Maybe<ResourceFilter>;
}

export interface StringFilter {
  readonly equals?: Maybe<string>;
  readonly contains?: Maybe<string>;
  readonly startsWith?: Maybe<string>;
}

const MAX_CONDITIONS = 200;
const MAX_LEVELS = 10;
const DAY_IN_MS = 86_400_000;
// https://learn.microsoft.com/azure/governance/resource-graph/changes/get-resource-changes
const CHANGES_KEPT_IN_DAYS = 14;

/** Throws BAD_USER_INPUT as `conditionOf`, and where changes are asked for of which Azure knows nothing any more `now`, in ms since 1970. */
export function checkFilter(filter: ResourceFilter, now: number): void {
  conditionOf(filter);
  const earliest = now - CHANGES_KEPT_IN_DAYS * DAY_IN_MS;
  if (instantsIn(filter).some((since) => since.getTime() < earliest)) throw tooLate();
}

/** The condition that a filter sets. Throws BAD_USER_INPUT for what Azure does not allow, and where a part of it sets none. */
export function conditionOf(filter: ResourceFilter): Kql {
  let conditions = 0;
  return level(filter, 1);

  function level(where: ResourceFilter, depth: number): Kql {
    conditions += 1;
    if (conditions > MAX_CONDITIONS || depth > MAX_LEVELS) throw tooLarge();
    const below = (each: ResourceFilter) => level(each, depth + 1);
    const own = [
      ...among(where.types, 'types', checked.resourceType, (types) => kql`type in~ ${types}`),
      ...among(where.locations, 'locations', checked.location, (names) => kql`location in~ ${names.map(regionName)}`),
      ...among(
        where.subscriptionIds,
        'subscriptionIds',
        checked.subscriptionId,
        (ids) => kql`subscriptionId in~ ${ids}`,
      ),
      ...among(where.resourceGroups, 'resourceGroups', checked.groupName, (names) => kql`resourceGroup in~ ${names}`),
      ...(where.name ? nameConditions(where.name) : []),
      ...(where.tag ? [tagCondition(where.tag)] : []),
      ...(where.changedSince ? [kql`(isnotnull(changedAt) and changedAt >= ${where.changedSince})`] : []),
      ...(where.and ? [all(nonEmpty(where.and, 'where.and').map(below))] : []),
      ...(where.or ? [any(nonEmpty(where.or, 'where.or').map(below))] : []),
      ...(where.not ? [kql`not(${below(where.not)})`] : []),
    ];
    if (depth > 1 && own.length === 0) throw empty('A filter in where.and, where.or or where.not');
    return all(own);
  }
}

/** Whether it is decided by when resources changed, which must then be looked up. */
export const asksForChanges = (filter: ResourceFilter): boolean => instantsIn(filter).length > 0;

function instantsIn({ changedSince, and, or, not }: ResourceFilter): readonly Date[] {
  const below = [...(and ?? []), ...(or ?? []), ...(not ? [not] : [])];
  return [...(changedSince ? [changedSince] : []), ...below.flatMap(instantsIn)];
}

/** The subscriptions of which a filter wants resources. */
export function subscriptionsIn({ subscriptionIds, and, or }: ResourceFilter): readonly string[] {
  return [...(subscriptionIds ?? []), ...[...(and ?? []), ...(or ?? [])].flatMap(subscriptionsIn)];
}

function among(
  values: Maybe<readonly string[]>,
  field: string,
  check: (value: string) => string,
  condition: (values: readonly string[]) => Kql,
): Kql[] {
  return values == null ? [] : [condition(nonEmpty(values, `where.${field}`).map(check))];
}

/** Throws BAD_USER_INPUT for a list that selects nothing, or is too long to ask by. */
export function nonEmpty<Value>(values: readonly Value[], field: string): readonly Value[] {
  if (values.length === 0) throw empty(field);
  if (values.length > 1000) throw badInput(`${field} has ${values.length} entries: give at most 1000.`);
  return values;
}

function nameConditions({ equals, contains, startsWith }: StringFilter): Kql[] {
  const conditions = [
    ...(equals == null ? [] : [kql`name =~ ${checked.searchText(equals)}`]),
    ...(contains == null ? [] : [kql`name contains ${checked.searchText(contains)}`]),
    ...(startsWith == null ? [] : [kql`name startswith ${checked.searchText(startsWith)}`]),
  ];
  if (conditions.length === 0) throw empty('where.name');
  return conditions;
}

// Of an empty list nothing matches, of an empty object everything: whoever gives one has meant neither.
const empty = (what: string): GatewayError =>
  badInput(`${what} is empty, which sets no condition: leave it out or give one.`);

const tooLate = () => badInput(`Azure keeps changes for ${CHANGES_KEPT_IN_DAYS} days: give a later changedSince.`);

const tooLarge = () =>
  badInput(`where holds more than ${MAX_CONDITIONS} conditions or ${MAX_LEVELS} levels: ask for less at a time.`);

const badInput = (message: string): GatewayError => new GatewayError('BAD_USER_INPUT', message);
