import type { Resolvers } from '../generated.ts';

export const resourceGroup: Resolvers = {
  Query: {
    resourceGroup: (_root, { name, subscriptionId }, { azure }) => azure.resourceGroups.get({ name, subscriptionId }),
    resourceGroups: (_root, { subscriptionId, where }, { azure }) =>
      azure.resourceGroups.list({ subscriptionId, where }),
  },
  ResourceGroup: {
    subscription: ({ subscriptionId }, _args, { azure }) => azure.subscriptions.get(subscriptionId),
  },
};
