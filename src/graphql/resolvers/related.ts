import type { ResourceResolvers } from '../generated.ts';
import { fieldsIn, selectedBelow } from '../lookahead.ts';
import { secretNode } from '../nodes.ts';
import { columnsOf } from '../resource-selection.ts';

export const listRelated: NonNullable<ResourceResolvers['related']> = (
  of,
  { direction, types, first, after },
  context,
  info,
) => {
  const selected = fieldsIn(info, selectedBelow(info, 'edges'), 'node');
  return context.azure.related.list({
    ...{ of, direction, types, after, first: first ?? 50, scope: context.policy.scopeSet(context.caller) },
    columns: columnsOf(selected),
    secret: (reference) => secretNode(reference, context, selected),
  });
};
