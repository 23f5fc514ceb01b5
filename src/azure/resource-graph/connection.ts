import DataLoader from 'dataloader';
import type { Clock } from '../../clock.ts';
import type { Completeness } from '../completeness.ts';
import type { Page } from '../page.ts';
import type { ResourceGroups } from '../resource-group.ts';
import type { Subscriptions } from '../subscription.ts';
import { alikeKey, check, connectionKey, type Parent } from './asked.ts';
import type { Ask } from './client.ts';
import type { Columns } from './column.ts';
import type { Facet, FacetAsked } from './facet.ts';
import type { ResourceFilter } from './filter.ts';
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
}

export interface Connection extends Page<Resource> {
  /** Of all pages; it means nothing where it was not asked for. */
  readonly totalCount: number;
  /** One of the facets that were asked for. */
  facets(asked: FacetAsked): readonly Facet[];
  /** Costs one ARM call where subscriptions were named. */
  completeness(): Promise<Completeness>;
}

export interface ConnectionSources {
  readonly resourceGroups: Pick<ResourceGroups, 'wholeList'>;
  readonly subscriptions: Pick<Subscriptions, 'list'>;
  /** How many one level may be read of. */
  readonly maxRows: number;
  readonly clock: Pick<Clock, 'now'>;
}

/** Answers connections of resources: a single one by its page, those of many parents by one reading of all their rows. */
export function connections(ask: Ask, sources: ConnectionSources) {
  const ofParents = new DataLoader<ConnectionAsked, Connection, string>(answerTogether, { cacheKeyFn: connectionKey });

  return {
    /** Throws BAD_USER_INPUT before anything is asked. */
    async list(asked: ConnectionAsked): Promise<Connection> {
      check(asked, sources.clock.now());
      return asked.parent ? ofParents.load(asked) : pageFrom(ask, sources, asked);
    },
  };

  async function answerTogether(batch: readonly ConnectionAsked[]): Promise<(Connection | Error)[]> {
    const answers = new Map<ConnectionAsked, Promise<Connection>>();
    for (const alike of Map.groupBy(batch, alikeKey).values()) {
      const [only, ...others] = alike;
      if (only && others.length === 0) answers.set(only, pageFrom(ask, sources, only));
      else for (const [asked, connection] of dealtOut(ask, sources, alike)) answers.set(asked, connection);
    }
    // One that fails leaves the others answered.
    return Promise.all(
      batch.map((asked) => answers.get(asked)?.catch((error: Error) => error) ?? new Error('not asked')),
    );
  }
}
