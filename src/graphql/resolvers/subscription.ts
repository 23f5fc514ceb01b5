import type { Resolvers } from '../generated.ts';

export const subscription: Resolvers = {
  Query: {
    subscriptions: (_root, _args, { azure }) => azure.subscriptions.list(),
  },
  AzureSubscription: {
    resourceGroups: ({ subscriptionId }, { where }, { azure }) => azure.resourceGroups.list({ subscriptionId, where }),
  },
};
