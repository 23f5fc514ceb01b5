import { compare, foldedLatin, regionName } from '../name.ts';
import type { ResourceFilter, StringFilter } from './filter.ts';

/**
 * The one spelling of all filters that select the same, as far as that is plain: in any order of what it lists, with repeats, and
 * in any letter case where Azure has none. Takes a filter that has been checked.
 */
export function canonicalFilter(filter: ResourceFilter): ResourceFilter {
  const { types, locations, subscriptionIds, resourceGroups, name, tag, and, or, not } = filter;
  return {
    ...filter,
    types: types && canonicalTexts(types),
    locations: locations && sortedOnce(locations.map(regionName)),
    subscriptionIds: subscriptionIds && canonicalTexts(subscriptionIds),
    resourceGroups: resourceGroups && canonicalTexts(resourceGroups),
    name: name && canonicalName(name),
    tag: tag && { ...tag, key: foldedLatin(tag.key) },
    and: and && canonicalFilters(and),
    or: or && canonicalFilters(or),
    not: not && canonicalFilter(not),
  };
}

/** Of names without letter case. */
export const canonicalTexts = (texts: readonly string[]): readonly string[] => sortedOnce(texts.map(foldedLatin));

/** The same for equal JSON, whatever the order of its fields; a field without a value is none. */
export function inFieldOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inFieldOrder);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  const fields = Object.entries(value).filter(([, each]) => each != null);
  return fields.sort(([one], [other]) => compare(one, other)).map(([name, each]) => [name, inFieldOrder(each)]);
}

export const sortedOnce = (texts: readonly string[]): readonly string[] => [...new Set(texts)].sort();

const canonicalName = ({ equals, contains, startsWith }: StringFilter): StringFilter => ({
  equals: equals && foldedLatin(equals),
  contains: contains && foldedLatin(contains),
  startsWith: startsWith && foldedLatin(startsWith),
});

function canonicalFilters(filters: readonly ResourceFilter[]): readonly ResourceFilter[] {
  const byText = new Map(filters.map(canonicalFilter).map((each) => [JSON.stringify(inFieldOrder(each)), each]));
  return [...byText].sort(([one], [other]) => compare(one, other)).map(([, each]) => each);
}
