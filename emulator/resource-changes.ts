import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import { sameName } from './identifier.ts';
import type { Json, Resource, ResourceChange, World } from './world.ts';

type Derived = 'subscriptionId' | 'resourceGroup' | 'name' | 'type' | 'createdTime' | 'changedTime';

/** A resource without what its id and the clock say. */
export type NewResource = Omit<Resource, Derived | 'provisioningState'> & { readonly provisioningState?: string };

const ID = /^\/subscriptions\/([^/]+)\/resourceGroups\/([^/]+)\/providers\/([^/]+(?:\/[^/]+\/[^/]+)+)$/i;

/** Creates the resource or replaces the one of that id, and notes the change. */
export function putResource(world: World, resource: NewResource, clock: Clock): Resource {
  const [, subscriptionId = '', resourceGroup = '', path = ''] = resource.id.match(ID) ?? [];
  const group = world.resourceGroups.find(
    (one) => sameName(one.subscriptionId, subscriptionId) && sameName(one.name, resourceGroup),
  );
  if (!group) throw new RangeError(`'${resource.id}' is no id of a resource in an existing resource group.`);
  const now = new Date(clock.now()).toISOString();
  const index = indexOf(world, resource.id);
  const before = world.resources[index];
  const after: Resource = {
    provisioningState: 'Succeeded',
    ...resource,
    id: before?.id ?? resource.id,
    subscriptionId: group.subscriptionId,
    resourceGroup: group.name,
    ...(before ? { type: before.type, name: before.name } : typeAndName(path)),
    createdTime: before?.createdTime ?? now,
    changedTime: now,
  };
  world.resources.splice(before ? index : world.resources.length, before ? 1 : 0, after);
  note(world, now, { changeType: before ? 'Update' : 'Create', ...(before && { before }), after });
  return after;
}

/** False when there is no such resource. */
export function deleteResource(world: World, id: string, clock: Clock): boolean {
  const index = indexOf(world, id);
  const [before] = index < 0 ? [] : world.resources.splice(index, 1);
  if (!before) return false;
  note(world, new Date(clock.now()).toISOString(), { changeType: 'Delete', before });
  return true;
}

function note(world: World, at: string, change: Pick<ResourceChange, 'changeType' | 'before' | 'after'>): void {
  const { before, after } = change;
  const differences = before && after ? differencesOf(before, after) : {};
  world.changes.push({ id: randomUUID(), at, ...change, differences });
}

function differencesOf(before: Resource, after: Resource): ResourceChange['differences'] {
  const [old, fresh] = [flat(watched(before)), flat(watched(after))];
  const paths = [...new Set([...old.keys(), ...fresh.keys()])].filter((path) => old.get(path) !== fresh.get(path));
  return Object.fromEntries(
    paths.map((path) => {
      const [previousValue, newValue] = [old.get(path), fresh.get(path)];
      return [
        path,
        { ...(previousValue !== undefined && { previousValue }), ...(newValue !== undefined && { newValue }) },
      ];
    }),
  );
}

function watched({ kind, managedBy, sku, plan, properties, identity, zones, tags, location }: Resource): Json {
  const fields = { kind, managedBy, sku, plan, properties, identity, zones, tags, location };
  return JSON.parse(JSON.stringify(fields));
}

function flat(value: Json, path = ''): Map<string, Json> {
  if (typeof value !== 'object' || value === null) return new Map([[path, value]]);
  return new Map(Object.entries(value).flatMap(([name, one]) => [...flat(one, path ? `${path}.${name}` : name)]));
}

// Ids are compared only where they are as long: there may be very many.
function indexOf(world: World, id: string): number {
  return world.resources.findIndex((one) => one.id.length === id.length && sameName(one.id, id));
}

// 'Microsoft.Sql/servers/a/databases/b' is of type 'Microsoft.Sql/servers/databases' and named 'b'.
function typeAndName(path: string): Pick<Resource, 'type' | 'name'> {
  const [provider = '', ...pairs] = path.split('/');
  const kinds = pairs.filter((_, index) => index % 2 === 0);
  return { type: [provider, ...kinds].join('/'), name: pairs.at(-1) ?? '' };
}
