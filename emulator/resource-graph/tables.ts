import { regionOf } from '../identifier.ts';
import type { Reader } from '../roles.ts';
import type { Bag, Resource, ResourceChange, ResourceGroup, Subscription, World } from '../world.ts';
import { unknownTable } from './kql/problem.ts';
import { type Relation, rowsUpTo } from './kql/relation.ts';
import type { ScalarType, Value } from './kql/value.ts';
import { type Horizon, idOf, observedChanges, observedResources } from './observed.ts';

/** What one query may see. */
export interface Sight extends Horizon {
  readonly world: World;
  readonly mayRead: Reader;
  readonly isInScope: (subscriptionId: string) => boolean;
}

type Row = Readonly<Record<string, Value>>;
type Field<T> = readonly [name: string, type: ScalarType, read: (item: T) => Value];

const READ_GROUP = 'Microsoft.Resources/subscriptions/resourceGroups/read';
const READ_SUBSCRIPTION = 'Microsoft.Resources/subscriptions/read';

/** One of the three tables, with the rows the caller may read. Throws a QueryError for any other. */
export function tableOf(name: string, sight: Sight): Relation {
  switch (name.toLowerCase()) {
    case 'resources':
      return relation(readable(observedResources(sight.world, sight), sight), resourceFields(sight.world));
    case 'resourcecontainers':
      return relation(containers(sight), rowFields(sight.world));
    case 'resourcechanges':
      return relation(changes(sight), rowFields(sight.world));
    default:
      throw unknownTable(name);
  }
}

function readable(resources: readonly Resource[], { isInScope, mayRead }: Sight): Resource[] {
  return resources.filter(
    ({ subscriptionId, type, id }) => isInScope(subscriptionId) && mayRead(subscriptionId, `${type}/read`, id),
  );
}

// Lower-case are the type, the region, without spaces, and the group; ids keep the case in which they were written.
function resourceFields({ tenant }: World): Field<Resource>[] {
  return [
    ['id', 'string', ({ id }) => id],
    ['name', 'string', ({ name }) => name],
    ['type', 'string', ({ type }) => type.toLowerCase()],
    ['tenantId', 'string', () => tenant.id],
    ['kind', 'string', ({ kind = '' }) => kind],
    ['location', 'string', ({ location }) => regionOf(location)],
    ['resourceGroup', 'string', ({ resourceGroup }) => resourceGroup.toLowerCase()],
    ['subscriptionId', 'string', ({ subscriptionId }) => subscriptionId],
    ['managedBy', 'string', ({ managedBy = '' }) => managedBy],
    ['sku', 'dynamic', ({ sku = {} }) => sku],
    ['plan', 'dynamic', ({ plan = {} }) => plan],
    ['properties', 'dynamic', ({ properties, provisioningState }) => properties ?? { provisioningState }],
    ['tags', 'dynamic', ({ tags = {} }) => tags],
    ['identity', 'dynamic', ({ identity = null }) => identity],
    ['zones', 'dynamic', ({ zones = null }) => zones],
    ['extendedLocation', 'dynamic', ({ extendedLocation = null }) => extendedLocation],
  ];
}

/** The columns of the tables, in their order. */
export const COLUMNS: readonly (readonly [name: string, type: ScalarType])[] = [
  ...['id', 'name', 'type', 'tenantId', 'kind', 'location', 'resourceGroup', 'subscriptionId', 'managedBy'].map(
    (name) => [name, 'string'] as const,
  ),
  ...['sku', 'plan', 'properties', 'tags', 'identity', 'zones', 'extendedLocation'].map(
    (name) => [name, 'dynamic'] as const,
  ),
];

function rowFields({ tenant }: World): Field<Row>[] {
  const empty: Row = { tenantId: tenant.id, sku: {}, plan: {}, tags: {} };
  return COLUMNS.map(([name, type]) => [
    name,
    type,
    (row) => row[name] ?? empty[name] ?? (type === 'string' ? '' : null),
  ]);
}

function containers({ world, isInScope, mayRead }: Sight): Row[] {
  const subscriptions = world.subscriptions.filter(
    ({ subscriptionId, id }) => isInScope(subscriptionId) && mayRead(subscriptionId, READ_SUBSCRIPTION, id),
  );
  const groups = world.resourceGroups.filter(
    ({ subscriptionId, id }) => isInScope(subscriptionId) && mayRead(subscriptionId, READ_GROUP, id),
  );
  return [...subscriptions.map(subscriptionRow), ...groups.map(groupRow)];
}

function subscriptionRow({ id, subscriptionId, displayName, state }: Subscription): Row {
  const properties: Bag = {
    managedByTenants: [],
    state,
    subscriptionPolicies: {
      locationPlacementId: 'Public_2014-09-01',
      quotaId: 'PayAsYouGo_2014-09-01',
      spendingLimit: 'Off',
    },
  };
  return { id, name: displayName, type: 'microsoft.resources/subscriptions', subscriptionId, properties };
}

// Here, unlike in Resources, the group's name keeps its case.
function groupRow({ id, subscriptionId, name, location, tags, managedBy, provisioningState }: ResourceGroup): Row {
  return {
    ...{ id, name, type: 'microsoft.resources/subscriptions/resourcegroups', location, subscriptionId },
    ...{ resourceGroup: name, managedBy: managedBy ?? '', tags: tags ?? {}, properties: { provisioningState } },
  };
}

function changes(sight: Sight): Row[] {
  const { isInScope, mayRead } = sight;
  return observedChanges(sight.world, sight).flatMap((change) => {
    const resource = change.after ?? change.before;
    if (!resource || !isInScope(resource.subscriptionId)) return [];
    const { subscriptionId, type, id } = resource;
    return mayRead(subscriptionId, `${type}/read`, id) ? [changeRow(change, resource)] : [];
  });
}

function changeRow(change: ResourceChange, { resourceGroup, subscriptionId, type }: Resource): Row {
  const { id: name, at, changeType, differences } = change;
  const targetResourceId = idOf(change);
  return {
    id: `${targetResourceId}/providers/Microsoft.Resources/changes/${name}`,
    ...{ name, type: 'microsoft.resources/changes', resourceGroup: resourceGroup.toLowerCase(), subscriptionId },
    properties: {
      ...{ targetResourceId, targetResourceType: type.toLowerCase(), changeType },
      changeAttributes: {
        ...{ timestamp: at, correlationId: name, changesCount: Object.keys(differences).length },
        ...{
          changedByType: 'User',
          changedBy: '',
          clientType: 'Unspecified',
          operation: `${type.toLowerCase()}/write`,
        },
      },
      ...(changeType === 'Update' ? { changes: JSON.parse(JSON.stringify(differences)) } : {}),
    },
  };
}

function relation<T>(items: readonly T[], fields: readonly Field<T>[]): Relation {
  return {
    columns: fields.map(([name, type, read]) => ({
      name,
      type,
      read(row) {
        const item = items[row];
        return item === undefined ? null : read(item);
      },
    })),
    rows: rowsUpTo(items.length),
  };
}
