import type { Clock } from '../../clock.ts';
import { GatewayError } from '../../errors.ts';
import { shared } from '../../stale.ts';
import type { Completeness } from '../completeness.ts';
import { gatheringLoader } from '../loader.ts';
import { folded } from '../name.ts';
import type { NodePage } from '../page.ts';
import type { ResourceGroups } from '../resource-group.ts';
import type { Subscriptions } from '../subscription.ts';
import { alikeKey, check, checkBelow, connectionKey, type Given, type Parent, placeOf, questionKey } from './asked.ts';
import { type Ask, asFarAsAllowed } from './client.ts';
import type { Columns } from './column.ts';
import type { Facet, FacetAsked } from './facet.ts';
import { type ResourceFilter, subscriptionsIn } from './filter.ts';
import type { ResourceOrder } from './order.ts';
import { pageFrom } from './page.ts';
import { dealtOut } from './parents.ts';
import type { Resource } from './record.ts';
import type { Scope } from './scope.ts';

export interface ConnectionAsked {
  readonly scope: Scope;
  /** Absent: all of the scope. */
  readonly parent?: Parent | undefined;
  readonly where?: ResourceFilter | null | undefined;
  readonly orderBy: ResourceOrder;
  readonly first: number;
  readonly after?: string | null | undefined;
  readonly columns: Columns;
  readonly isTotalAsked: boolean;
  readonly facets: readonly FacetAsked[];
  /** Whether its completeness is. */
  readonly isLackAsked: boolean;
  /** Is told what is missing, where the completeness is not asked for: rows left out, or all of a subscription that was named. */
  readonly without: (failure: GatewayError) => void;
}

export interface Connection extends NodePage<Resource> {
  /** Of all pages, as far as they could be read; it means nothing where it was not asked for. */
  readonly totalCount: number;
  /** One of the facets that were asked for. */
  facets(asked: FacetAsked): readonly Facet[];
  /** Why rows may be missing: Resource Graph has cut its answer off. */
  readonly cut: GatewayError | undefined;
  /** Why it is of what was read alone: the request has no calls left. */
  readonly limit: GatewayError | undefined;
  /** Costs one ARM call where subscriptions were named. */
  completeness(): Promise<Completeness>;
}

export interface ConnectionSources {
  readonly resourceGroups: Pick<ResourceGroups, 'wholeList'>;
  readonly subscriptions: Pick<Subscriptions, 'list'>;
  /** How many one level may be read of. */
  readonly maxRows: number;
  readonly clock: Pick<Clock, 'wall'>;
}

/** Answers connections of resources: a single one by its page, those of many parents by one reading of all their rows. */
export function connections(asking: Ask, sources: ConnectionSources) {
  const ask = asFarAsAllowed(asking);
  const ofParents = gatheringLoader(answersTogether, connectionKey);

  return {
    questionOf(given: Given): string {
      checkBelow(given, sources.clock.wall(), 'estate', [undefined]);
      return questionKey(given);
    },
    /**
     * Throws BAD_USER_INPUT before anything is asked, and THROTTLED where the request has too few calls left and nobody asks what is
     * missing for that.
     */
    async list(asked: ConnectionAsked): Promise<Connection> {
      check(asked, sources.clock.wall());
      const connection = await (asked.parent ? ofParents.load(asked) : pageFrom(ask, sources, asked));
      if (asked.isLackAsked) return connection;
      if (connection.limit) throw connection.limit;
      const lack = await lackOf(connection, asked);
      if (lack) asked.without(lack);
      return connection;
    },
  };

  function answersTogether(batch: readonly ConnectionAsked[]): readonly (() => Promise<Connection>)[] {
    const answers = new Map<ConnectionAsked, () => Promise<Connection>>(refusedIn(batch));
    const taken = batch.filter((asked) => !answers.has(asked));
    for (const alike of Map.groupBy(taken, alikeKey).values()) {
      const [only, ...others] = alike;
      if (only && others.length === 0)
        answers.set(
          only,
          shared(() => pageFrom(ask, sources, only)),
        );
      else for (const [asked, connection] of dealtOut(ask, sources, alike)) answers.set(asked, connection);
    }
    // All together: what is below them is then asked for together, too.
    const settled = Promise.allSettled([...answers.values()].map((answer) => answer()));
    return batch.map((asked) => async () => {
      await settled;
      return answers.get(asked)?.() ?? notAsked();
    });
  }
}

/** A cursor is of one parent: below several it is refused for all of them, so that nothing is read for the one that it is of. */
function refusedIn(batch: readonly ConnectionAsked[]): (readonly [ConnectionAsked, () => Promise<never>])[] {
  return [...Map.groupBy(batch, ({ after }) => after).values()].flatMap((same) => {
    try {
      same.forEach(placeOf);
      return [];
    } catch (refusal) {
      return same.map((asked) => [asked, () => Promise.reject(refusal)] as const);
    }
  });
}

/**
 * What to tell of it unasked. Of a subscription that was named and has nothing on the last page, whether that is for want of a right:
 * one call where it is not known which the identity sees.
 */
async function lackOf(connection: Connection, asked: ConnectionAsked): Promise<GatewayError | undefined> {
  if (connection.cut) return connection.cut;
  if (asked.parent || connection.pageInfo.hasNextPage) return undefined;
  const heard = new Set(connection.nodes().map(({ subscriptionId }) => subscriptionId));
  const named = asked.where ? subscriptionsIn(asked.where) : [];
  if (named.every((id) => heard.has(folded(id)))) return undefined;
  const { missing } = await connection.completeness();
  // Where it cannot be found out, nothing is known to be missing.
  const [first, ...others] = missing.filter(({ scope }) => scope !== '/');
  const more = others.length > 0 ? ` ${others.length} more are missing (\`completeness\` names all).` : '';
  return first && new GatewayError(first.code, `${first.message}${more}`);
}

function notAsked(): never {
  throw new Error('not asked');
}
