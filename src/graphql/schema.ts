import { readdirSync, readFileSync } from 'node:fs';
import type { GraphQLSchema } from 'graphql';
import { DateTimeResolver } from 'graphql-scalars';
import { createSchema as createExecutableSchema } from 'graphql-yoga';
import { withAccess } from './access.ts';
import { withAudit } from './audit.ts';
import { resourceGroup } from './resolvers/resource-group.ts';
import { secret } from './resolvers/secret.ts';
import { secretsExpiring } from './resolvers/secrets-expiring.ts';
import { subscription } from './resolvers/subscription.ts';
import { viewer } from './resolvers/viewer.ts';
import { SecretTextScalar } from './secret-text.ts';

const CONTRACT = new URL('../../schema/', import.meta.url);

/** The contract of schema/*.graphql, answered by the resolvers. */
export function createSchema(): GraphQLSchema {
  const scalars = { DateTime: DateTimeResolver, SecretText: SecretTextScalar };
  const resolvers = [scalars, subscription, resourceGroup, secret, secretsExpiring, viewer];
  return withAudit(withAccess(createExecutableSchema({ typeDefs: contract(), resolvers })));
}

function contract(): string[] {
  const files = readdirSync(CONTRACT).filter((file) => file.endsWith('.graphql'));
  return files.sort().map((file) => readFileSync(new URL(file, CONTRACT), 'utf8'));
}
