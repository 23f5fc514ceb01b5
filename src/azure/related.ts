import DataLoader from 'dataloader';
import { decodeCursor, encodeCursor, hashOf } from './cursor.ts';
import { checked, compare, folded } from './name.ts';
import type { Node, SecretNode } from './node.ts';
import { checkedSize, type Page, pageOf } from './page.ts';
import { inPortions } from './portion.ts';
import { type Relation, relationsOf } from './relation.ts';
import type { Resource, Resources } from './resource.ts';
import type { Ask } from './resource-graph/client.ts';
import { type Columns, columnsKey, together } from './resource-graph/column.ts';
import { nonEmpty } from './resource-graph/filter.ts';
import { any, kql } from './resource-graph/kql.ts';
import { wholeLevel } from './resource-graph/level.ts';
import { resourceWith } from './resource-graph/record.ts';
import { boundsOf, type Scope } from './resource-graph/scope.ts';
import { ancestorsOf, parseResourceId } from './resource-id.ts';
import { parseSecretReference } from './secret-reference.ts';
import type { Subscriptions } from './subscription.ts';

export interface RelatedAsked {
  readonly scope: Scope;
  readonly of: Resource;
  readonly direction: 'OUT' | 'IN';
  readonly types?: readonly string[] | null | undefined;
  readonly first: number;
  readonly after?: string | null | undefined;
  readonly columns: Columns;
  /** What a secret's URL alone does not tell is selected of it. */
  secret(reference: SecretNode): Promise<Node | null>;
}

export interface RelatedEdge {
  readonly node: Node;
  readonly via: string;
  readonly targetId: string;
  readonly cursor: string;
}

export interface RelatedConnection {
  readonly edges: readonly RelatedEdge[];
  readonly pageInfo: Page<never>['pageInfo'];
  readonly totalCount: number;
}

export interface Related {
  /** What a resource's ids lead to, or what leads to it; by id. All resources of a level are looked up together. */
  list(asked: RelatedAsked): Promise<RelatedConnection>;
}

type Found = Omit<RelatedEdge, 'cursor'>;
type ToFind = Pick<RelatedAsked, 'scope' | 'columns' | 'secret'>;

const PARENTS_PER_QUERY = 100;
const RELATION_COLUMNS: Columns = {
  named: new Set(['properties', 'identity', 'managedBy'] as const),
  paths: new Set(),
};

export interface RelatedSources {
  readonly resources: Resources;
  readonly subscriptions: Pick<Subscriptions, 'get'>;
}

export function related(
  ask: Ask,
  { resources, subscriptions }: RelatedSources,
  bounds: { vaultSuffix: string; maxRows: number },
): Related {
  const incoming = new DataLoader<RelatedAsked, readonly Found[], string>(
    async (batch) => {
      const found = new Map<RelatedAsked, readonly Found[]>();
      for (const alike of Map.groupBy(batch, searchKey).values()) {
        for (const [asked, edges] of await referring(alike)) found.set(asked, edges);
      }
      return batch.map((asked) => found.get(asked) ?? []);
    },
    { cacheKeyFn: (asked) => `${searchKey(asked)} ${folded(asked.of.id)}` },
  );

  return {
    async list(asked) {
      check(asked);
      const found = asked.direction === 'OUT' ? await referredTo(asked) : await incoming.load(asked);
      return cut(found, asked);
    },
  };

  async function referredTo({ of, types, ...asked }: RelatedAsked): Promise<readonly Found[]> {
    const wanted = types ? new Set(types.map(folded)) : undefined;
    const each = await Promise.all(
      relationsOf(of, bounds.vaultSuffix).map(async (relation) => {
        const node = await (wanted ? resourceOf(relation, asked, wanted) : nodeOf(relation, asked));
        return node && { node, via: relation.via, targetId: relation.targetId };
      }),
    );
    return onceEach(
      each.filter((found) => found !== null),
      of,
    ).filter(({ node }) => !wanted || ('type' in node && wanted.has(node.type)));
  }

  async function nodeOf(relation: Relation, asked: ToFind): Promise<Node | null> {
    const { targetId: id, kind } = relation;
    const { scope } = asked;
    if (kind === 'secret') {
      const reference = parseSecretReference(id, bounds.vaultSuffix);
      return reference ? asked.secret({ id, ...reference }) : null;
    }
    if (kind === 'group') return resources.getGroup({ id, scope });
    if (kind === 'resource') return resourceOf(relation, asked);
    const { subscriptionId = '' } = parseResourceId(id) ?? {};
    return scope.includesSubscription(subscriptionId) ? subscriptions.get(subscriptionId) : null;
  }

  /**
   * The nearest that Resource Graph holds of the id and what it is a part of. Where types are `wanted`, nothing is asked that
   * could not lead to one of them.
   */
  async function resourceOf(
    { targetId, kind }: Relation,
    { scope, columns }: ToFind,
    wanted?: ReadonlySet<string>,
  ): Promise<Resource | null> {
    if (kind !== 'resource') return null;
    const ids = ancestorsOf(targetId);
    const asked = wanted ? ids.slice(0, ids.findLastIndex((id) => wanted.has(typeOf(id))) + 1) : ids;
    const found = await Promise.all(asked.map((id) => resources.get({ id, scope, columns })));
    return found.find((resource) => resource !== null) ?? null;
  }

  /** What refers to any of these: one search for their ids, and of what it finds that which really does. */
  async function referring(alike: readonly RelatedAsked[]) {
    const [first] = alike;
    if (!first) return [];
    const { scope, types, columns } = first;
    const scopeBounds = boundsOf(scope);
    if (!scopeBounds) return [];
    const read = together([columns, RELATION_COLUMNS]);
    const answers: (readonly [RelatedAsked, readonly Found[]])[] = [];
    for (const some of inPortions(alike, PARENTS_PER_QUERY)) {
      const texts = any(
        some.map(({ of }) => kql`strcat(tostring(properties), tostring(identity), managedBy) contains ${of.id}`),
      );
      const level = await wholeLevel(
        ask,
        {
          columns: read,
          order: { field: 'ID', direction: 'ASC' },
          subscriptions: scopeBounds.subscriptions,
          bounds: [...scopeBounds.where, ...(types ? [kql`type in~ ${types}`] : []), texts],
        },
        bounds.maxRows,
      );
      const candidates = level.rows.map(resourceWith(read));
      answers.push(
        ...(await Promise.all(some.map(async (asked) => [asked, await verified(asked, candidates)] as const))),
      );
    }
    return answers;
  }

  /** Those candidates whose ids lead here: one of a part counts where no nearer resource is held. */
  async function verified({ of, scope, columns }: RelatedAsked, candidates: readonly Resource[]): Promise<Found[]> {
    const own = folded(of.id);
    const each = await Promise.all(
      candidates.map(async (node) => {
        for (const { via, targetId, kind } of relationsOf(node, bounds.vaultSuffix)) {
          if (kind !== 'resource') continue;
          const nearer = idsBefore(own, ancestorsOf(targetId));
          if (!nearer) continue;
          const held = await Promise.all(nearer.map((id) => resources.get({ id, scope, columns })));
          if (held.every((resource) => resource === null)) return { node, via, targetId };
        }
        return undefined;
      }),
    );
    return each.filter((found) => found !== undefined);
  }
}

const typeOf = (id: string): string => folded(parseResourceId(id)?.type ?? '');

/** The ids nearer than this one; undefined where it is none of them. */
function idsBefore(own: string, ids: readonly string[]): readonly string[] | undefined {
  const at = ids.findIndex((id) => folded(id) === own);
  return at < 0 ? undefined : ids.slice(0, at);
}

// An id of itself or of a part of itself leads nowhere else.
function onceEach(found: readonly Found[], of: Resource): Found[] {
  const byNode = new Map<string, Found>();
  for (const each of found) {
    const id = folded(each.node.id);
    if (id !== folded(of.id) && !byNode.has(id)) byNode.set(id, each);
  }
  return [...byNode.values()];
}

function cut(found: readonly Found[], asked: RelatedAsked): RelatedConnection {
  const sorted = found.toSorted((one, other) => compare(folded(one.node.id), folded(other.node.id)));
  const [last] = placeOf(asked) ?? [];
  const rest = last === undefined ? sorted : sorted.filter(({ node }) => folded(node.id) > last);
  const of = queryOf(asked);
  const { edges, pageInfo } = pageOf(rest, asked.first, ({ node }) => encodeCursor(CURSOR, of, [folded(node.id)]));
  return {
    edges: edges.map(({ node: each, cursor }) => ({ ...each, cursor })),
    pageInfo,
    totalCount: sorted.length,
  };
}

const CURSOR = 'related';

const queryOf = ({ of, direction, types }: RelatedAsked): string =>
  hashOf([folded(of.id), direction, (types ?? []).map(folded).sort()]);

const placeOf = (asked: RelatedAsked): readonly string[] | undefined =>
  asked.after == null ? undefined : decodeCursor(CURSOR, queryOf(asked), asked.after);

function check(asked: RelatedAsked): void {
  checkedSize(asked.first);
  if (asked.types) nonEmpty(asked.types, 'types').forEach(checked.resourceType);
  placeOf(asked);
}

const searchKey = ({ scope, types, columns }: RelatedAsked): string =>
  JSON.stringify([scope.key, types, columnsKey(columns)]);
