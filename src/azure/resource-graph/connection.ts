import type { Clock } from '../../clock.ts';
import type { GatewayError } from '../../errors.ts';
import { shared } from '../../stale.ts';
import type { Completeness } from '../completeness.ts';
import { gatheringLoader } from '../loader.ts';
import type { NodePage } from '../page.ts';
import type { ResourceGroups } from '../resource-group.ts';
import type { Subscriptions } from '../subscription.ts';
import { alikeKey, check, checkBelow, connectionKey, type Given, type Parent, questionKey } from './asked.ts';
import { type Ask, asFarAsAllowed } from './client.ts';
import type { Columns } from './column.ts';
import type { Facet, FacetAsked } from './facet.ts';
import type { ResourceFilter } from './filter.ts';
import { leftOut } from './missing.ts';
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
  /** Is told that Resource Graph has left rows out, where the completeness is not asked for. */
  readonly without: (failure: GatewayError) => void;
}

export interface Connection extends NodePage<Resource> {
  /** Of all pages, as far as they could be read; it means nothing where it was not asked for. */
  readonly totalCount: number;
  /** One of the facets that were asked for. */
  facets(asked: FacetAsked): readonly Facet[];
  /** Why rows may be missing; none where all are there. */
  readonly truncated: readonly string[];
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
      if (connection.truncated.length > 0) asked.without(leftOut(connection.truncated));
      return connection;
    },
  };

  function answersTogether(batch: readonly ConnectionAsked[]): readonly (() => Promise<Connection>)[] {
    const answers = new Map<ConnectionAsked, () => Promise<Connection>>();
    for (const alike of Map.groupBy(batch, alikeKey).values()) {
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

function notAsked(): never {
  throw new Error('not asked');
}
