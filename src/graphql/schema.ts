import type { GraphQLSchema } from 'graphql';
import { DateTimeResolver } from 'graphql-scalars';
import { createSchema as createExecutableSchema } from 'graphql-yoga';
import { withAccess } from './access.ts';
import { withAudit } from './audit.ts';
import { contract } from './contract.ts';
import { resourceGroup } from './resolvers/resource-group.ts';
import { secret } from './resolvers/secret.ts';
import { subscription } from './resolvers/subscription.ts';
import { viewer } from './resolvers/viewer.ts';
import { SecretTextScalar } from './secret-text.ts';

/** The contract of schema/*.graphql, answered by the resolvers. */
export function createSchema(): GraphQLSchema {
  const scalars = { DateTime: DateTimeResolver, SecretText: SecretTextScalar };
  const resolvers = [scalars, subscription, resourceGroup, secret, viewer];
  return withAudit(withAccess(createExecutableSchema({ typeDefs: [...contract], resolvers })));
}
