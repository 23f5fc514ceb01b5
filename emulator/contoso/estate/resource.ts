import type { Bag, Resource, ResourceGroup } from '../../world.ts';

export type Fields = Partial<Pick<Resource, 'kind' | 'managedBy' | 'sku' | 'identity' | 'zones' | 'location'>> & {
  /** The group's own where absent; null: none. */
  readonly tags?: Record<string, string> | null;
};

/** What a room of the estate is built in: finds a group, and the id that a resource of it has. */
export interface Site {
  readonly tenantId: string;
  group(name: string): ResourceGroup;
  idIn(group: string, typeAndName: string): string;
}

/** A resource of contoso's, with the properties as Azure shows them. */
export function resource(
  group: ResourceGroup,
  type: string,
  name: string,
  properties: Bag = {},
  { tags, ...fields }: Fields = {},
): Resource {
  const ownTags = tags === undefined ? group.tags : (tags ?? undefined);
  return {
    id: `${group.id}/providers/${type}/${name}`,
    subscriptionId: group.subscriptionId,
    resourceGroup: group.name,
    name,
    type,
    location: group.location,
    ...fields,
    properties: { ...properties, provisioningState: 'Succeeded' },
    ...(ownTags && { tags: { ...ownTags } }),
    createdTime: '2025-03-14T09:26:53.5897932Z',
    changedTime: '2026-02-11T16:18:03.3988749Z',
    provisioningState: 'Succeeded',
  };
}

/** An id as some of Azure's providers write it: the group in capitals. Others write it all small. */
export function shouted(id: string): string {
  return id.replace(/(\/resourceGroups\/)([^/]+)/, (_all, path: string, group: string) => path + group.toUpperCase());
}

/** What stands where a secret would: plain text that says so. */
export function notSecret(what: string): string {
  return `contoso demo value, not a secret: ${what}`;
}
