import type { GraphQLFieldResolver, GraphQLResolveInfo } from 'graphql';
import type { Resource } from '../../azure/resource.ts';
import type { Parent } from '../../azure/resource-graph/asked.ts';
import { toldOf } from '../completeness.ts';
import type { Context } from '../context.ts';
import type { AzureSubscriptionResourcesArgs, Resolvers } from '../generated.ts';
import { selectedBelow } from '../lookahead.ts';
import { notingMissing } from '../missing.ts';
import { onceFor } from '../once.ts';
import { columnsOf, connectionSelection } from '../resource-selection.ts';
import { graphqlTypeOf, RESOURCE_TYPES } from '../resource-types.ts';
import { scalarOf } from '../scalar.ts';
import { listRelated } from './related.ts';

/** What a caller gives of a question for resources. */
export const resourcesGiven = ({ where, orderBy, first, after }: AzureSubscriptionResourcesArgs) => ({
  ...{ where, after, first: first ?? 50 },
  orderBy: orderBy ?? ({ field: 'ID', direction: 'ASC' } as const),
});

/** The resources below a parent, or of all that the caller may read. */
export const listResources = (
  args: AzureSubscriptionResourcesArgs,
  context: Context,
  info: GraphQLResolveInfo,
  parent?: Parent,
) =>
  context.azure.resources.list({
    ...{ scope: context.policy.scopeSet(context.caller), parent },
    ...resourcesGiven(args),
    ...connectionSelection(info),
    without: notingMissing(context, info),
  });

export const resource: Resolvers = {
  Query: {
    resources: (_root, args, context, info) => listResources(args, context, info),
    resource: (_root, { id }, { azure, policy, caller }, info) =>
      azure.resources.get({
        ...{ id, scope: policy.scopeSet(caller), columns: columnsOf(selectedBelow(info)) },
        isAlone: true,
      }),
  },
  AzureSubscription: {
    resources: ({ subscriptionId }, args, context, info) => listResources(args, context, info, { subscriptionId }),
  },
  ResourceGroup: {
    resources: ({ subscriptionId, name }, args, context, info) =>
      listResources(args, context, info, { subscriptionId, group: name }),
  },
  ResourceConnection: {
    completeness: async (connection, _args, context) => toldOf(await connection.completeness(), context),
  },
  Resource: {
    __resolveType: ({ type }) => graphqlTypeOf(type) as 'GenericResource',
    subscription: ({ subscriptionId }, _args, { azure }) => azure.subscriptions.get(subscriptionId),
    resourceGroup: ({ subscriptionId, resourceGroup }, _args, { azure, policy, caller }) =>
      resourceGroup === ''
        ? null
        : azure.resources.getGroup({
            id: `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`,
            scope: policy.scopeSet(caller),
          }),
    related: onceFor(({ id }) => id, listRelated),
    properties: (of, { path }, { azure }) => azure.resources.propertiesOf(of, path),
  },
  Sku: {
    name: ({ name }, _args, _context, { returnType }) => scalarOf(name, returnType) as string,
    tier: ({ tier }, _args, _context, { returnType }) => scalarOf(tier, returnType) as string,
    capacity: ({ capacity }, _args, _context, { returnType }) => scalarOf(capacity, returnType) as number,
  },
  KeyVault: {
    secrets: ({ name }, _args, { azure }) => azure.secrets.list({ vault: name }),
  },
};

/** The fields that only one type has stand in its `properties`. */
export const ownFields = Object.fromEntries(
  Object.entries(RESOURCE_TYPES).map(([type, { fields }]) => [
    type,
    Object.fromEntries(Object.entries(fields).map(([field, path]) => [field, valueAt(path)])),
  ]),
);

function valueAt(path: string): GraphQLFieldResolver<Resource, Context> {
  return (of, _args, { azure }, { returnType }) => scalarOf(azure.resources.propertiesOf(of, path), returnType);
}
