// The endpoint that one writes in an afternoon: Apollo Server, a resolver a field, the SDKs in it.
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { ResourceManagementClient } from '@azure/arm-resources';
import { SubscriptionClient } from '@azure/arm-resources-subscriptions';
import { ManagedIdentityCredential } from '@azure/identity';
import { SecretClient } from '@azure/keyvault-secrets';

const { AZURE_CLIENT_ID: clientId, AZURE_SUBSCRIPTION_ID: subscriptionId, KEYVAULT_VAULT_NAME: vault } = process.env;
const credential = new ManagedIdentityCredential(clientId ? { clientId } : undefined);
const groups = new ResourceManagementClient(credential, subscriptionId);
const subscriptions = new SubscriptionClient(credential);
const secrets = new SecretClient(`https://${vault}.vault.azure.net`, credential);

const typeDefs = `
  type Query { resourceGroups: [ResourceGroup!] secret(name: String!): Secret }
  type ResourceGroup { name: String! subscription: Subscription resources: [Resource!] }
  type Subscription { displayName: String }
  type Resource { name: String }
  type Secret { name: String! value: String }
`;
const resolvers = {
  Query: {
    resourceGroups: () => Array.fromAsync(groups.resourceGroups.list()),
    secret: async (_root, { name }) => secrets.getSecret(name),
  },
  ResourceGroup: {
    subscription: () => subscriptions.subscriptions.get(subscriptionId),
    resources: ({ name }) => Array.fromAsync(groups.resources.listByResourceGroup(name)),
  },
};
const server = new ApolloServer({ typeDefs, resolvers });
const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
console.error(JSON.stringify({ url: url.replace(/\/$/, '/graphql') }));
