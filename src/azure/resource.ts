import pLimit from 'p-limit';
import { GatewayError } from '../errors.ts';
import { shared } from '../stale.ts';
import type { ArmResources } from './arm-resource.ts';
import { gatheringLoader } from './loader.ts';
import type { InOneMoment } from './moment.ts';
import { folded } from './name.ts';
import { inPortions } from './portion.ts';
import { type PropertyPath, parsePath } from './property-path.ts';
import { redacted } from './redaction.ts';
import type { Given } from './resource-graph/asked.ts';
import { sortedOnce } from './resource-graph/canonical.ts';
import type { Ask, Row } from './resource-graph/client.ts';
import { type Columns, columnsKey, projection, together } from './resource-graph/column.ts';
import {
  type Connection,
  type ConnectionAsked,
  type ConnectionSources,
  connections,
} from './resource-graph/connection.ts';
import { joined, type Kql, kql } from './resource-graph/kql.ts';
import type { ResourceOrder } from './resource-graph/order.ts';
import { resourcesQuery } from './resource-graph/query.ts';
import { type Resource, resourceWith } from './resource-graph/record.ts';
import type { Scope } from './resource-graph/scope.ts';
import type { ResourceGroup, ResourceGroups } from './resource-group.ts';
import { foldedId, parseResourceId, type ResourceId } from './resource-id.ts';
import { text } from './text.ts';

export type { Connection, ConnectionAsked } from './resource-graph/connection.ts';
export type { Resource } from './resource-graph/record.ts';

/** What is shown of something that others hold as it is. */
export interface Shown {
  toJSON(): unknown;
  /** Of the original, in characters: counted once. */
  textLength(): number;
}

export interface Resources {
  /** The resources of the scope, of a subscription or of a group: a page of them. Throws BAD_USER_INPUT before it asks. */
  list(asked: ConnectionAsked): Promise<Connection>;
  /** Equal for lists of the whole estate that one call answers, whatever is selected. Throws BAD_USER_INPUT, costs nothing. */
  questionOf(given: Given): string;
  /** One resource by its ARM id; null where there is none or it is outside of the scope. A hundred together cost one query. */
  get(of: InScope & Lone & { id: string; columns: Columns }): Promise<Resource | null>;
  /** One group by its ARM id, as `get`. */
  getGroup(of: InScope & Lone & { id: string }): Promise<ResourceGroup | null>;
  /** What only its type has: all, or what stands at a path. Plain secrets at known places are `[redacted]`. */
  propertiesOf(resource: Resource, path: string | null | undefined): unknown;
}

export interface InScope {
  readonly scope: Scope;
}

export interface Lone {
  /** Whether it is asked for alone: where nothing old may be given, ARM itself is asked. */
  readonly isAlone?: boolean;
}

/** Who knows what is so now; Resource Graph may lag. */
export interface AtSource {
  readonly resources: ArmResources;
  readonly resourceGroups: ResourceGroups;
}

export interface ResourceSources extends ConnectionSources {
  /** What is asked for together is given together. */
  readonly together: InOneMoment;
}

// https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests: grouped by 100.
const IDS_PER_QUERY = 100;
const QUERIES_AT_A_TIME = 8;
const BY_ID: ResourceOrder = { field: 'ID', direction: 'ASC' };

/** `atSource`: given where nothing old may be. */
export function resources(ask: Ask, sources: ResourceSources, atSource?: AtSource): Resources {
  const { list, questionOf } = connections(ask, sources);
  const byId = gatheringLoader<{ id: string; columns: Columns }, Resource | null>(
    (keys) => {
      const columns = together(keys.map((key) => key.columns));
      const rowOf = rowsById(
        keys.map(({ id }) => id),
        (some) => resourcesQuery({ columns, order: BY_ID, bounds: [kql`id in~ ${some}`] }),
      );
      const asResource = resourceWith(columns);
      return keys.map(({ id }) => async () => {
        const row = await rowOf(id);
        return row ? asResource(row) : null;
      });
    },
    ({ id, columns }) => `${id} ${columnsKey(columns)}`,
  );
  const groupsById = gatheringLoader<string, ResourceGroup | null>((ids) => {
    const rowOf = rowsById(ids, (some) =>
      joined([GROUPS, kql`where id in~ ${some}`, projection(GROUP_COLUMNS)], ' | '),
    );
    return ids.map((id) => async () => asGroup(await rowOf(id)));
  }, String);

  return {
    ...{ list, questionOf },
    propertiesOf: ({ type, properties, at }, path) =>
      path == null ? shown(type, properties) : shown(type, at.get(path), parsePath(path)),
    get: (of) => sources.together(getOne(of)),
    getGroup: (of) => sources.together(getOneGroup(of)),
  };

  async function getOne({ id, scope, columns, isAlone }: Parameters<Resources['get']>[0]) {
    const resourceId = parsed(id);
    const { subscriptionId, resourceGroup = '', kind } = resourceId;
    if (kind !== 'resource' || !scope.includesGroup(subscriptionId, resourceGroup)) return null;
    return atSource && isAlone ? getAtSource(resourceId, columns, atSource) : byId.load({ id: foldedId(id), columns });
  }

  async function getOneGroup({ id, scope, isAlone }: Parameters<Resources['getGroup']>[0]) {
    const { subscriptionId, resourceGroup = '', kind } = parsed(id);
    if (kind !== 'group' || !scope.includesGroup(subscriptionId, resourceGroup)) return null;
    return atSource && isAlone
      ? atSource.resourceGroups.get({ subscriptionId, name: resourceGroup })
      : groupsById.load(foldedId(id));
  }

  /** As ARM has it; of its changes Resource Graph alone knows. */
  async function getAtSource(id: ResourceId, columns: Columns, { resources: arm }: AtSource): Promise<Resource | null> {
    const changes = columns.named.has('changedAt') && byId.load({ id: foldedId(id.id), columns: CHANGES });
    const [row, changed] = await Promise.all([arm.get(id, columns), changes]);
    return row && { ...resourceWith(columns)(row), ...(changed && { changedAt: changed.changedAt }) };
  }

  /** What gives the row of each of these ids in lower case: a query a hundred, of which one that fails leaves the others answered. */
  function rowsById(wanted: readonly string[], query: (ids: readonly string[]) => Kql) {
    const ids = sortedOnce(wanted);
    if (ids.length > sources.maxRows) throw tooMany(ids.length, sources.maxRows);
    const limit = pLimit(QUERIES_AT_A_TIME);
    const rows = new Map<string, () => Promise<Rows>>();
    for (const some of inPortions(ids, IDS_PER_QUERY)) {
      const read = shared(() => limit(() => rowsOf(some, query)));
      for (const id of some) rows.set(id, read);
    }
    return async (id: string): Promise<Row | undefined> => (await rows.get(id)?.())?.get(id);
  }

  /** By id. What is gone is not there, and neither is what the identity may not read. */
  async function rowsOf(ids: readonly string[], query: (ids: readonly string[]) => Kql): Promise<Rows> {
    const subscriptions = [...new Set(ids.map((id) => id.split('/')[2] ?? ''))];
    const question = { query: query(ids), subscriptions, top: ids.length, isOfIds: true };
    const { rows, totalRows, truncated } = await ask(question);
    const read = new Map(rows.map((row) => [folded(String(row.id)), row] as const));
    // Nobody knows whether those that are not there are gone.
    if (truncated.length > 0 && rows.length === 0) throw cutOff();
    if (rows.length >= totalRows || rows.length === 0) return read;
    const others = ids.filter((id) => !read.has(id));
    // Nothing of it is what was asked for.
    if (others.length === ids.length) throw cutOff();
    // They were too large for one answer.
    const rest = await rowsOf(others, query);
    return new Map([...read, ...rest]);
  }
}

/** Objects and lists are copied when they become text, each for itself: all of an answer's would take more memory than they are worth. */
function shown(type: string, properties: unknown, at?: PropertyPath): unknown {
  const copy = () => redacted(type, properties, at);
  if (typeof properties !== 'object' || properties === null) return copy();
  return { toJSON: copy, textLength: () => textLength(properties) } satisfies Shown;
}

function textLength(properties: object): number {
  const length = LENGTHS.get(properties) ?? JSON.stringify(properties).length;
  LENGTHS.set(properties, length);
  return length;
}

const LENGTHS = new WeakMap<object, number>();

const CHANGES: Columns = { named: new Set(['changedAt'] as const), paths: new Set() };

type Rows = ReadonlyMap<string, Row>;

const cutOff = (): GatewayError =>
  new GatewayError('LIMIT_EXCEEDED', 'Resource Graph cut its answer off. Ask for fewer ids at a time, or try again.');

const tooMany = (ids: number, maxRows: number): GatewayError =>
  new GatewayError(
    'LIMIT_EXCEEDED',
    `${ids} ids are to be looked up at one level, more than MAX_ROWS_PER_LEVEL (${maxRows}). Ask for fewer resources, or give \`related\` types.`,
  );

function parsed(id: string) {
  const resourceId = parseResourceId(id);
  if (resourceId) return resourceId;
  throw new GatewayError(
    'BAD_USER_INPUT',
    'The id is no ARM id: give one such as /subscriptions/<guid>/resourceGroups/<name>/providers/<namespace>/<type>/<name>.',
  );
}

const GROUPS = kql`ResourceContainers | where type =~ 'microsoft.resources/subscriptions/resourcegroups'`;
const GROUP_COLUMNS: Columns = {
  named: new Set(['location', 'tags', 'managedBy'] as const),
  paths: new Set(['provisioningState']),
};

function asGroup(row: Readonly<Record<string, unknown>> | undefined): ResourceGroup | null {
  if (!row) return null;
  const { id, name, subscriptionId, location, managedBy, tags, at, observedAt, source } =
    resourceWith(GROUP_COLUMNS)(row);
  return {
    ...{ id, name, subscriptionId, location: location ?? '', managedBy, tags, observedAt, source },
    provisioningState: text(at.get('provisioningState')),
  };
}
