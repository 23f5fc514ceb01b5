import type { Clock } from '../clock.ts';
import { parsePath } from './property-path.ts';
import { checkRelated, type RelatedGiven } from './related/page.ts';
import { checkBelow, type Given, type Parent } from './resource-graph/asked.ts';
import { checkFacet, type FacetAsked } from './resource-graph/facet.ts';
import { armFilter, matcher, type ResourceGroupFilter } from './resource-group-filter.ts';
import { parseResourceId } from './resource-id.ts';

/** ARM ids of which one is what is asked, or something in it; undefined: not known before anything is read. */
export type Ids = readonly string[] | undefined;

/**
 * What of a question can be wrong before anything is asked of Azure, for questions about what an earlier one finds. Each throws
 * BAD_USER_INPUT and costs nothing.
 */
export interface Arguments {
  ofResources(given: Given, level: 'subscription' | 'group', ids: Ids): void;
  ofRelated(given: RelatedGiven, ids: Ids): void;
  ofFacet(given: FacetAsked): void;
  ofGroups(where: ResourceGroupFilter | null | undefined): void;
  ofPath(path: string | null | undefined): void;
}

export const argumentChecks = (clock: Pick<Clock, 'wall'>): Arguments => ({
  ofResources: (given, level, ids) => checkBelow(given, clock.wall(), level, ids && parentsIn(ids, level)),
  ofRelated: checkRelated,
  ofFacet: checkFacet,
  ofGroups(where) {
    matcher(where);
    armFilter(where);
  },
  ofPath(path) {
    if (path != null) parsePath(path);
  },
});

/** The subscriptions, or the groups, of what these ids name; undefined where one is in none. */
function parentsIn(ids: readonly string[], level: 'subscription' | 'group'): readonly Parent[] | undefined {
  const parents = ids.flatMap((id) => {
    const { subscriptionId, resourceGroup: group } = parseResourceId(id) ?? {};
    if (subscriptionId === undefined) return [];
    if (level === 'subscription') return { subscriptionId };
    return group === undefined ? [] : { subscriptionId, group };
  });
  return parents.length < ids.length ? undefined : parents;
}
