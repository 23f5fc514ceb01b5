import { type Completeness, completenessOf, type MissingScope, throwLimit } from './completeness.ts';
import type { UntilHalfway } from './halfway.ts';
import type { Node } from './node.ts';
import type { Page } from './page.ts';
import { incoming } from './related/incoming.ts';
import { outgoing } from './related/outgoing.ts';
import { checkRelated, pageOfRelated } from './related/page.ts';
import { type SecretsRead, withSecrets } from './related/secret.ts';
import type { Resource, Resources } from './resource.ts';
import type { Ask } from './resource-graph/client.ts';
import type { Columns } from './resource-graph/column.ts';
import type { Scope } from './resource-graph/scope.ts';
import type { Secrets } from './secret.ts';
import type { SecretReference } from './secret-reference.ts';
import type { Subscriptions } from './subscription.ts';

export interface RelatedAsked {
  readonly scope: Scope;
  readonly of: Resource;
  readonly direction: 'OUT' | 'IN';
  readonly types?: readonly string[] | null | undefined;
  readonly first: number;
  readonly after?: string | null | undefined;
  readonly columns: Columns;
  /** Whether the caller may know of a secret. */
  maySee(secret: SecretReference): boolean;
  /** Whether more of secrets is selected than their URLs tell. */
  readonly readsSecrets: boolean;
  /** Whether its completeness is asked for. */
  readonly isLackAsked: boolean;
}

export interface RelatedEdge {
  readonly node: Node;
  readonly via: string;
  readonly targetId: string;
  readonly cursor: string;
}

export interface RelatedConnection extends Page<RelatedEdge> {
  readonly totalCount: number;
  readonly completeness: Completeness;
}

export interface Related {
  /**
   * What a resource's ids lead to, or what leads to it; by id. All resources of a level are looked up together. A secret counts by its
   * URL, whatever is selected of it: where it turns out to be gone, its edge stays out of its page and nothing else changes. Throws
   * THROTTLED where the request has too few calls left and nobody asks what is missing for that.
   */
  list(asked: RelatedAsked): Promise<RelatedConnection>;
}

/** A relation, wherever it stands on a page. */
export type Found = Omit<RelatedEdge, 'cursor'>;

/** The relations that are there, and what could not be read to find out. */
export interface Findings {
  readonly found: readonly Found[];
  readonly missing: readonly MissingScope[];
  /** Absent: of no secret more is needed than its URL. */
  readonly secrets?: SecretsRead | undefined;
}

export interface RelatedSources {
  readonly ask: Ask;
  readonly resources: Resources;
  readonly subscriptions: Pick<Subscriptions, 'get'>;
  readonly secrets: Pick<Secrets, 'at'>;
}

export interface RelatedBounds {
  /** Of the vaults whose secrets are led to. */
  readonly vaultSuffix: string;
  /** How many resources one level is searched through. */
  readonly maxRows: number;
  /** Ends with the request, and not before. */
  readonly signal: AbortSignal;
  readonly untilHalfway: UntilHalfway;
}

/** Of sources that end at the request's deadline: what is late is missing, and the rest is answered. */
export function related(sources: RelatedSources, bounds: RelatedBounds): Related {
  const referredTo = outgoing(sources, bounds);
  const referring = incoming(sources, bounds);
  return {
    async list(asked) {
      checkRelated(asked, [asked.of.id]);
      const { found, missing, secrets }: Findings =
        asked.direction === 'OUT' ? await referredTo(asked) : await referring(asked);
      throwLimit(missing, asked);
      const { edges, ...page } = pageOfRelated(found, asked);
      return {
        ...{ ...page, edges: () => (secrets ? withSecrets(edges(), secrets) : edges()) },
        completeness: completenessOf(missing),
      };
    },
  };
}
