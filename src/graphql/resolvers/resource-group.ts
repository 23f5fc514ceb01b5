import { mayReadGroupsOf } from '../access.ts';
import type { Resolvers } from '../generated.ts';
import { notingMissing } from '../missing.ts';

export const resourceGroup: Resolvers = {
  Query: {
    resourceGroup: (_root, { name, subscriptionId }, context) =>
      context.azure.resourceGroups.get({ name, subscriptionId, among: mayReadGroupsOf(context, name) }),
    resourceGroups: (_root, { subscriptionId, where }, context, info) =>
      context.azure.resourceGroups.list({
        ...{ subscriptionId, where, among: mayReadGroupsOf(context) },
        without: notingMissing(context, info),
      }),
  },
  ResourceGroup: {
    subscription: ({ subscriptionId }, _args, { azure }) => azure.subscriptions.get(subscriptionId),
  },
};
