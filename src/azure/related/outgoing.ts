import type { MissingScope } from '../completeness.ts';
import { folded } from '../name.ts';
import type { Node } from '../node.ts';
import type { Findings, Found, RelatedAsked, RelatedBounds, RelatedSources } from '../related.ts';
import { type Relation, relationsOf } from '../relation.ts';
import type { Resource } from '../resource.ts';
import { ancestorsOf, parseResourceId } from '../resource-id.ts';
import type { SecretReference } from '../secret-reference.ts';
import { secretReader } from './secret.ts';
import { isUnread, unlessUnread } from './unread.ts';

type ToFind = Pick<RelatedAsked, 'scope' | 'columns' | 'maySee'>;

/** The types, in lower case; undefined: any. */
type Wanted = ReadonlySet<string> | undefined;

/** What the ids of resources lead to: those of a level are looked up together, a hundred a call; a secret is its URL. */
export function outgoing(sources: RelatedSources, bounds: RelatedBounds) {
  const { resources, subscriptions } = sources;
  const { vaultSuffix, signal } = bounds;
  const readSecrets = secretReader(sources, bounds);
  return referredTo;

  async function referredTo({ of, types, readsSecrets, ...asked }: RelatedAsked): Promise<Findings> {
    const wanted = types ? new Set(types.map(folded)) : undefined;
    const relations = relationsOf(of, vaultSuffix);
    const [each, secrets] = await Promise.all([
      Promise.all(relations.map((relation) => findingOf(relation, asked, wanted))),
      readsSecrets && !wanted ? readSecrets(secretsAmong(relations, asked)) : undefined,
    ]);
    const found = onceEach(
      each.filter((one): one is Found => one !== null && !isUnread(one)),
      of,
    ).filter(({ node }) => !wanted || ('type' in node && wanted.has(node.type)));
    const missing = each.filter((one): one is MissingScope => isUnread(one));
    return { found, missing: [...missing, ...(secrets?.missing ?? [])], secrets: secrets?.read };
  }

  async function findingOf(relation: Relation, asked: ToFind, wanted: Wanted): Promise<Found | MissingScope | null> {
    const { via, targetId } = relation;
    const reading = wanted ? resourceOf(relation, asked, wanted) : nodeOf(relation, asked);
    const node = await unlessUnread(targetId, reading, signal);
    return node === null || isUnread(node) ? node : { node, via, targetId };
  }

  async function nodeOf(relation: Relation, asked: ToFind): Promise<Node | null> {
    if (relation.kind === 'secret') return asked.maySee(relation.secret) ? relation.secret : null;
    const { targetId: id, kind } = relation;
    const { scope } = asked;
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
    wanted?: Wanted,
  ): Promise<Resource | null> {
    if (kind !== 'resource') return null;
    const ids = ancestorsOf(targetId);
    const asked = wanted ? ids.slice(0, ids.findLastIndex((id) => wanted.has(typeOf(id))) + 1) : ids;
    const found = await Promise.allSettled(asked.map((id) => resources.get({ id, scope, columns })));
    // What is beyond the nearest that is held need not be known.
    const nearest = found.find((each) => each.status === 'rejected' || each.value !== null);
    if (nearest?.status === 'rejected') throw nearest.reason;
    return nearest?.value ?? null;
  }
}

const secretsAmong = (relations: readonly Relation[], { maySee }: ToFind): readonly SecretReference[] =>
  relations.flatMap((each) => (each.kind === 'secret' && maySee(each.secret) ? each.secret : []));

const typeOf = (id: string): string => folded(parseResourceId(id)?.type ?? '');

// An id of itself or of a part of itself leads nowhere else.
function onceEach(found: readonly Found[], of: Resource): Found[] {
  const byNode = new Map<string, Found>();
  for (const each of found) {
    const id = folded(each.node.id);
    if (id !== folded(of.id) && !byNode.has(id)) byNode.set(id, each);
  }
  return [...byNode.values()];
}
