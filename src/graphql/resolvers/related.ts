import { isLackAsked, toldAnyway } from '../completeness.ts';
import type { GenericResourceRelatedArgs, RequireFields, ResourceResolvers } from '../generated.ts';
import { selectedBelow } from '../lookahead.ts';
import { maySeeSecret, readsSecrets } from '../nodes.ts';
import { columnsOf } from '../resource-selection.ts';

/** What a caller gives of a question for relations. */
export const relatedGiven = ({
  direction,
  types,
  first,
  after,
}: RequireFields<GenericResourceRelatedArgs, 'direction'>) => ({
  ...{ direction, types, after, first: first ?? 50 },
});

type Resolve = Extract<NonNullable<ResourceResolvers['related']>, (...of: never[]) => unknown>;

export const listRelated: Resolve = async (of, args, context, info) => {
  const selected = selectedBelow(info, 'edges', 'node');
  const connection = await context.azure.related.list({
    ...{ of, scope: context.policy.scopeSet(context.caller), ...relatedGiven(args) },
    columns: columnsOf(selected),
    ...{ maySee: maySeeSecret(context), readsSecrets: readsSecrets(selected), isLackAsked: isLackAsked(info) },
  });
  return { ...connection, completeness: toldAnyway(connection.completeness, context, info) };
};
