import type { GenericResource, Provider } from '@azure/arm-resources';
import type { Read, Seen } from './cache/asked.ts';
import type { Clients } from './clients.ts';
import { given, isAbsent } from './errors.ts';
import { folded } from './name.ts';
import { parsePath, valueAt } from './property-path.ts';
import { type Row, SEEN } from './resource-graph/client.ts';
import { type Columns, pathColumns } from './resource-graph/column.ts';
import { armPathOf, type ResourceId } from './resource-id.ts';

/** Resources as ARM itself has them: it knows of a change some seconds before Resource Graph does. */
export interface ArmResources {
  /** One, as a row of these columns; null where there is none. One ARM call, and one for each new namespace of types. */
  get(id: ResourceId, columns: Columns): Promise<Row | null>;
}

/** `readMetadata` is for what is no resource: it may be older. */
export function armResources(clients: Clients, read: Read, readMetadata: Read): ArmResources {
  return {
    async get(id, columns) {
      const [namespace = '', ...types] = id.type.split('/');
      const versions = (await versionsOf(namespace, id.subscriptionId)).get(folded(types.join('/')));
      const version = versions?.find((each) => !each.endsWith('-preview')) ?? versions?.[0];
      const found = version === undefined ? null : await getOne(id, version);
      return found && rowOf(found.resource, found.seen, id, columns);
    },
  };

  function getOne({ id, subscriptionId }: ResourceId, apiVersion: string) {
    return read<Found | null>({
      kind: 'inventory',
      source: 'ARM',
      upstream: upstreamOf(subscriptionId),
      operation: 'resources.getById',
      key: folded(id),
      isAbsent: (found) => found === null,
      async act(seen) {
        const [context, sdk] = await Promise.all([clients.resources(), import('@azure/arm-resources/api/resources')]);
        try {
          let identity: unknown;
          const resource = await sdk.getById(context, armPathOf(id).slice(1), apiVersion, {
            // The SDK leaves out what it does not know of it, such as `delegatedResources`.
            onResponse: ({ parsedBody }) => {
              identity = Object(parsedBody).identity;
            },
          });
          for (const name of ['id', 'name', 'type'] as const) given(resource[name], name);
          return { resource: { ...resource, identity }, seen };
        } catch (error) {
          if (isAbsent(error, ABSENT)) return null;
          throw error;
        }
      },
    });
  }

  /** The API versions of each type of a namespace, newest first; none where there is no such namespace. */
  function versionsOf(namespace: string, subscriptionId: string): Promise<ReadonlyMap<string, readonly string[]>> {
    return readMetadata({
      kind: 'metadata',
      source: 'ARM',
      upstream: upstreamOf(subscriptionId),
      operation: 'providers.get',
      key: `${folded(subscriptionId)}/${folded(namespace)}`,
      isAbsent: (types) => types.size === 0,
      async act() {
        const [context, sdk] = await Promise.all([clients.resources(), import('@azure/arm-resources/api/providers')]);
        try {
          return versionsIn(await sdk.get({ ...context, subscriptionId }, namespace));
        } catch (error) {
          if (isAbsent(error, ['InvalidResourceNamespace'])) return new Map();
          throw error;
        }
      },
    });
  }

  function upstreamOf(subscriptionId: string) {
    return { host: clients.armHost, grant: `the role Reader on subscription ${subscriptionId}` };
  }
}

interface Found {
  readonly resource: ArmResource;
  readonly seen: Seen;
}

type ArmResource = Omit<GenericResource, 'identity'> & { readonly identity: unknown };

const ABSENT = ['ResourceNotFound', 'ResourceGroupNotFound', 'ParentResourceNotFound', 'NotFound'];

function versionsIn({ namespace, resourceTypes = [] }: Provider): ReadonlyMap<string, readonly string[]> {
  given(namespace, 'namespace');
  return new Map(
    resourceTypes.map(({ resourceType = '', apiVersions = [] }) => [
      folded(resourceType),
      apiVersions.toSorted().reverse(),
    ]),
  );
}

function rowOf(resource: ArmResource, seen: Seen, { subscriptionId, resourceGroup }: ResourceId, columns: Columns) {
  const { id, name, type, kind, location, tags, sku, managedBy, identity, properties } = resource;
  const atPaths = pathColumns(columns).map(([path, column]) => [column, valueAt(properties, parsePath(path))]);
  const named = { id, name, type, subscriptionId, resourceGroup, kind, location, tags, sku, managedBy, identity };
  return { ...named, properties, ...Object.fromEntries(atPaths), [SEEN]: seen };
}
