import pLimit from 'p-limit';
import { GatewayError } from '../../errors.ts';
import { shared } from '../../stale.ts';
import { type MissingScope, missing } from '../completeness.ts';
import { gatheringLoader } from '../loader.ts';
import { inOneMoment } from '../moment.ts';
import { compare, folded } from '../name.ts';
import { inPortions } from '../portion.ts';
import type { Findings, Found, RelatedAsked, RelatedBounds, RelatedSources } from '../related.ts';
import { relationsOf } from '../relation.ts';
import type { Resource } from '../resource.ts';
import { canonicalTexts } from '../resource-graph/canonical.ts';
import { asFarAsAllowed } from '../resource-graph/client.ts';
import { type Columns, columnsKey, together } from '../resource-graph/column.ts';
import { any, kql } from '../resource-graph/kql.ts';
import { wholeLevel } from '../resource-graph/level.ts';
import { resourceWith } from '../resource-graph/record.ts';
import { boundsOf } from '../resource-graph/scope.ts';
import { ancestorsOf } from '../resource-id.ts';
import { isUnread, unlessFailed } from './unread.ts';

const PARENTS_PER_QUERY = 100;
const SEARCHES_AT_A_TIME = 8;
const RELATION_COLUMNS: Columns = {
  named: new Set(['properties', 'identity', 'managedBy'] as const),
  paths: new Set(),
};

/**
 * What refers to resources: for each hundred that are asked alike one search for their ids, and of its finds those that really do.
 * The searches arrive together, and so does what they come to: what is asked for next is asked for together, too. What a search
 * does not find for a failure may be anywhere.
 */
export function incoming({ ask, resources }: RelatedSources, of: RelatedBounds) {
  const { vaultSuffix, maxRows, signal, untilHalfway } = of;
  const atOnce = inOneMoment(untilHalfway);
  // Each is answered by itself: one search that fails leaves the others answered.
  const loader = gatheringLoader<RelatedAsked, Findings>(
    (batch) => {
      const limit = pLimit(SEARCHES_AT_A_TIME);
      const searches = new Map<RelatedAsked, () => Promise<Search | MissingScope>>();
      for (const alike of Map.groupBy(batch, searchKey).values()) {
        for (const some of inPortions(alike.toSorted(byId), PARENTS_PER_QUERY)) {
          const references = shared(() => limit(() => unlessFailed(ANYWHERE, referencesTo(some), signal)));
          for (const asked of some) searches.set(asked, references);
        }
      }
      const settled = untilHalfway(Promise.allSettled([...new Set(searches.values())].map((search) => search())));
      return batch.map((asked) => async () => {
        await settled;
        const search = (await searches.get(asked)?.()) ?? NOTHING;
        return isUnread(search) ? { found: [], missing: [search] } : verified(asked, search);
      });
    },
    (asked) => `${searchKey(asked)} ${folded(asked.of.id)}`,
  );
  return (asked: RelatedAsked): Promise<Findings> => atOnce(loader.load(asked));

  async function referencesTo(alike: readonly RelatedAsked[]): Promise<Search> {
    const [asked] = alike;
    const bounds = asked && boundsOf(asked.scope);
    if (!bounds) return NOTHING;
    const { types, columns } = asked;
    const read = together([columns, RELATION_COLUMNS]);
    const texts = any(
      alike.flatMap(({ of }) => [...new Set([of.id, inJson(of.id)])]).map((text) => kql`references contains ${text}`),
    );
    const question = {
      columns: read,
      order: { field: 'ID', direction: 'ASC' } as const,
      // Once a row, not once for each id.
      extended: kql`references = strcat(tostring(properties), tostring(identity), managedBy)`,
      subscriptions: bounds.subscriptions,
      bounds: [...bounds.where, ...(types ? [kql`type in~ ${canonicalTexts(types)}`] : []), texts],
    };
    const { rows, truncated, limit } = await wholeLevel(asFarAsAllowed(ask), question, maxRows);
    const parents = new Set(alike.map(({ of }) => folded(of.id)));
    return {
      references: referencesIn(rows.map(resourceWith(read)), parents, vaultSuffix),
      missing: [
        ...(truncated.length > 0 ? [missing(ANYWHERE, leftOut(truncated))] : []),
        ...(limit ? [missing(ANYWHERE, limit)] : []),
      ],
    };
  }

  /** Of the references those that lead here: one to a part counts where no nearer resource is held. */
  async function verified({ of, scope, columns }: RelatedAsked, search: Search): Promise<Findings> {
    const byNode = Map.groupBy(search.references.get(folded(of.id)) ?? [], ({ node }) => node);
    const each = (await Promise.all([...byNode.values()].map(firstLeadingHere))).flat();
    const found = each.filter((one): one is Found => !isUnread(one));
    return { found, missing: [...search.missing, ...each.filter((one): one is MissingScope => isUnread(one))] };

    // All are looked up together, a hundred a query, though the first that leads here is enough.
    async function firstLeadingHere(ofNode: readonly Reference[]): Promise<Found | readonly MissingScope[]> {
      const leading = await Promise.all(ofNode.map((each) => unlessFailed(each.targetId, leadsHere(each), signal)));
      const first = ofNode[leading.indexOf(true)];
      if (!first) return leading.filter((each) => typeof each === 'object');
      const { nearer: _nearer, ...found } = first;
      return found;
    }

    async function leadsHere({ nearer }: Reference): Promise<boolean> {
      const held = await Promise.all(nearer.map((id) => resources.get({ id, scope, columns })));
      return held.every((resource) => resource === null);
    }
  }
}

/** A place where a resource's id stands, or that of a part of it. */
interface Reference extends Found {
  /** The ids between the one that stands there and the resource's. */
  readonly nearer: readonly string[];
}

/** By the id of the resource that they are to, in lower case. */
type References = ReadonlyMap<string, readonly Reference[]>;

interface Search {
  readonly references: References;
  readonly missing: readonly MissingScope[];
}

const ANYWHERE = '/';
const NOTHING: Search = { references: new Map(), missing: [] };

function referencesIn(candidates: readonly Resource[], parents: ReadonlySet<string>, vaultSuffix: string): References {
  const references = candidates.flatMap((node) =>
    relationsOf(node, vaultSuffix).flatMap(({ via, targetId, kind }) =>
      kind === 'resource'
        ? ancestorsOf(targetId).map((id, nth, ids) => ({
            node,
            via,
            targetId,
            to: folded(id),
            nearer: ids.slice(0, nth),
          }))
        : [],
    ),
  );
  return Map.groupBy(
    references.filter(({ to }) => parents.has(to)),
    ({ to }) => to,
  );
}

// As a quote in a name stands in `properties`.
const inJson = (id: string): string => JSON.stringify(id).slice(1, -1);

const leftOut = (flags: readonly string[]): GatewayError =>
  new GatewayError(
    'LIMIT_EXCEEDED',
    `Resource Graph left out some of what leads here (${flags.join(', ')}). Give \`types\`, or ask for fewer resources at a time.`,
  );

const searchKey = ({ scope, types, columns }: RelatedAsked): string =>
  JSON.stringify([scope.key, types && canonicalTexts(types), columnsKey(columns)]);

const byId = ({ of: one }: RelatedAsked, { of: other }: RelatedAsked): number =>
  compare(folded(one.id), folded(other.id));
