import type { Node, SecretNode } from './node.ts';
import type { Page } from './page.ts';
import { incoming } from './related/incoming.ts';
import { outgoing } from './related/outgoing.ts';
import { checkRelated, pageOfRelated } from './related/page.ts';
import type { Resource, Resources } from './resource.ts';
import type { Ask } from './resource-graph/client.ts';
import type { Columns } from './resource-graph/column.ts';
import type { Scope } from './resource-graph/scope.ts';
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

/** A relation, wherever it stands on a page. */
export type Found = Omit<RelatedEdge, 'cursor'>;

export interface RelatedSources {
  readonly resources: Resources;
  readonly subscriptions: Pick<Subscriptions, 'get'>;
}

export interface RelatedBounds {
  /** Of the vaults whose secrets are led to. */
  readonly vaultSuffix: string;
  /** How many resources one level is searched through. */
  readonly maxRows: number;
}

export function related(ask: Ask, sources: RelatedSources, bounds: RelatedBounds): Related {
  const referredTo = outgoing(sources, bounds);
  const referring = incoming(ask, sources, bounds);
  return {
    async list(asked) {
      checkRelated(asked, [asked.of.id]);
      const found = asked.direction === 'OUT' ? referredTo(asked) : referring(asked);
      return pageOfRelated(await found, asked);
    },
  };
}
