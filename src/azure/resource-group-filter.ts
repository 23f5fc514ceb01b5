import { checked, folded, regionName } from './name.ts';
import { checkTag, type TagFilter } from './resource-graph/tag.ts';
import type { ResourceGroup } from './resource-group.ts';

export interface ResourceGroupFilter {
  readonly namePrefix?: string | null | undefined;
  readonly location?: string | null | undefined;
  readonly tag?: TagFilter | null | undefined;
}

/** What ARM is asked to filter by, which is a tag alone. Throws BAD_USER_INPUT. */
export function armFilter(where: ResourceGroupFilter | null | undefined): string | undefined {
  if (where?.tag) checkTag(where.tag);
  if (!where?.tag || where.tag.exists === false) return undefined;
  const { key, equals } = where.tag;
  const name = `tagName eq '${quoted(key)}'`;
  return equals == null ? name : `${name} and tagValue eq '${quoted(equals)}'`;
}

const quoted = (text: string): string => text.replaceAll("'", "''");

/** Whether a group is one of those asked for, in all that ARM does not filter by. Throws BAD_USER_INPUT. */
export function matcher(where: ResourceGroupFilter | null | undefined): (group: ResourceGroup) => boolean {
  const prefix = where?.namePrefix == null ? '' : folded(checked.groupNamePrefix(where.namePrefix));
  const location = where?.location == null ? undefined : regionName(checked.location(where.location));
  const lacking = where?.tag?.exists === false ? folded(where.tag.key) : undefined;
  return ({ name, location: own, tags }) =>
    folded(name).startsWith(prefix) &&
    (location === undefined || regionName(own) === location) &&
    (lacking === undefined || !tags.some(({ key }) => folded(key) === lacking));
}
