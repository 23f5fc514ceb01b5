import { GatewayError } from '../../errors.ts';
import { folded } from '../name.ts';
import type { Node } from '../node.ts';
import type { Found, RelatedAsked, RelatedBounds, RelatedSources } from '../related.ts';
import { type Relation, relationsOf } from '../relation.ts';
import type { Resource } from '../resource.ts';
import { ancestorsOf, parseResourceId } from '../resource-id.ts';
import { parseSecretReference } from '../secret-reference.ts';

type ToFind = Pick<RelatedAsked, 'scope' | 'columns' | 'secret'>;

/** What the ids of resources lead to: those of a level are looked up together, a hundred a call. */
export function outgoing({ resources, subscriptions }: RelatedSources, { vaultSuffix }: RelatedBounds) {
  return referredTo;

  async function referredTo({ of, types, ...asked }: RelatedAsked): Promise<readonly Found[]> {
    const wanted = types ? new Set(types.map(folded)) : undefined;
    const each = await Promise.all(
      relationsOf(of, vaultSuffix).map(async (relation) => {
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
      const reference = parseSecretReference(id, vaultSuffix);
      return reference ? asked.secret({ id, ...reference }) : null;
    }
    if (kind === 'group') return resources.getGroup({ id, scope });
    if (kind === 'resource') return resourceOf(relation, asked);
    const { subscriptionId = '' } = parseResourceId(id) ?? {};
    return scope.includesSubscription(subscriptionId) ? subscriptions.get(subscriptionId).catch(nullIfRefused) : null;
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
}

function nullIfRefused(error: unknown): null {
  if (error instanceof GatewayError && error.code === 'FORBIDDEN') return null;
  throw error;
}

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
