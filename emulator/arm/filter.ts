import { regionOf, sameName } from '../identifier.ts';
import type { Resource, ResourceGroup } from '../world.ts';

/** One condition of a `$filter`, such as `tagName eq 'env'`. */
interface Condition {
  readonly field: string;
  readonly operator: 'eq' | 'ne' | 'substringof' | 'startswith';
  readonly value: string;
}

// A quote inside a value is written twice.
const VALUE = "'((?:[^']|'')*)'";
const CONDITIONS: ReadonlyArray<readonly [RegExp, (match: RegExpMatchArray) => Condition]> = [
  [
    new RegExp(`^([A-Za-z/]+)\\s+(eq|ne)\\s+${VALUE}`, 'i'),
    ([, field = '', operator, value]) => ({
      field,
      operator: operator?.toLowerCase() === 'ne' ? 'ne' : 'eq',
      value: unquoted(value),
    }),
  ],
  [
    new RegExp(`^substringof\\(\\s*${VALUE}\\s*,\\s*([A-Za-z/]+)\\s*\\)`, 'i'),
    ([, value, field = '']) => ({ field, operator: 'substringof', value: unquoted(value) }),
  ],
  [
    new RegExp(`^startswith\\(\\s*([A-Za-z/]+)\\s*,\\s*${VALUE}\\s*\\)`, 'i'),
    ([, field = '', value]) => ({ field, operator: 'startswith', value: unquoted(value) }),
  ],
];

/** The groups' filter: a tag by name, or by name and value. Null when ARM would refuse it. */
export function groupFilter(text: string): ((group: ResourceGroup) => boolean) | null {
  const alternatives = parse(text);
  if (alternatives?.length !== 1) return null;
  const [conditions = []] = alternatives;
  const tag = tagFilter(conditions);
  return tag && tag.rest.length === 0 ? (group) => tag.matches(group.tags) : null;
}

/** The resources' filter. Null when ARM would refuse it; `byTag`: ARM then leaves the tags out of its answer. */
export function resourceFilter(text: string): { matches: (resource: Resource) => boolean; byTag: boolean } | null {
  const alternatives = parse(text)?.map((conditions) => ({ conditions, tag: tagFilter(conditions) }));
  if (!alternatives?.every(({ conditions, tag }) => (tag?.rest ?? conditions).every(isResourceCondition))) return null;
  return {
    matches: (resource) =>
      alternatives.some(
        ({ conditions, tag }) =>
          (tag?.matches(resource.tags) ?? true) &&
          (tag?.rest ?? conditions).every((condition) => holds(condition, fieldOf(resource, condition.field) ?? '')),
      ),
    byTag: alternatives.some(({ tag }) => tag !== null),
  };
}

/** `a and b or c` as [[a, b], [c]]. */
function parse(text: string): Condition[][] | null {
  let rest = text.trim();
  const alternatives: Condition[][] = [[]];
  while (true) {
    const found = CONDITIONS.map(([pattern, read]) => ({ match: rest.match(pattern), read })).find(
      ({ match }) => match,
    );
    if (!found?.match) return null;
    alternatives.at(-1)?.push(found.read(found.match));
    rest = rest.slice(found.match[0].length).trimStart();
    if (rest === '') return alternatives;
    const joint = rest.match(/^(and|or)\s+/i);
    if (!joint) return null;
    if (joint[1]?.toLowerCase() === 'or') alternatives.push([]);
    rest = rest.slice(joint[0].length);
  }
}

function tagFilter(conditions: readonly Condition[]) {
  const name = conditions.find(({ field, operator }) => sameName(field, 'tagName') && operator !== 'ne');
  const value = conditions.find(({ field, operator }) => sameName(field, 'tagValue') && operator === 'eq');
  if (!name) return null;
  return {
    rest: conditions.filter((condition) => condition !== name && condition !== value),
    matches: (tags: Record<string, string> = {}) =>
      Object.entries(tags).some(([tagName, tagValue]) => holds(name, tagName) && (!value || value.value === tagValue)),
  };
}

function isResourceCondition({ field }: Condition): boolean {
  return ['location', 'resourcetype', 'name', 'resourcegroup'].includes(field.toLowerCase());
}

function fieldOf(resource: Resource, field: string): string | undefined {
  switch (field.toLowerCase()) {
    case 'location':
      return regionOf(resource.location);
    case 'resourcetype':
      return resource.type;
    case 'name':
      return resource.name;
    default:
      return resource.resourceGroup;
  }
}

function holds({ operator, value }: Condition, actual: string): boolean {
  switch (operator) {
    case 'eq':
      return sameName(actual, value);
    case 'ne':
      return !sameName(actual, value);
    case 'substringof':
      return actual.toLowerCase().includes(value.toLowerCase());
    case 'startswith':
      return actual.toLowerCase().startsWith(value.toLowerCase());
  }
}

function unquoted(value = ''): string {
  return value.replaceAll("''", "'");
}
