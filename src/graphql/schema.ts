import { readdirSync, readFileSync } from 'node:fs';
import type { GraphQLSchema } from 'graphql';
import { DateTimeResolver } from 'graphql-scalars';
import { createSchema as createExecutableSchema } from 'graphql-yoga';
import { resourceGroup } from './resolvers/resource-group.ts';
import { secret } from './resolvers/secret.ts';
import { subscription } from './resolvers/subscription.ts';

const CONTRACT = new URL('../../schema/', import.meta.url);

/** The contract of schema/*.graphql, answered by the resolvers. */
export function createSchema(): GraphQLSchema {
  return createExecutableSchema({
    typeDefs: contract(),
    resolvers: [{ DateTime: DateTimeResolver }, subscription, resourceGroup, secret],
  });
}

function contract(): string[] {
  const files = readdirSync(CONTRACT).filter((file) => file.endsWith('.graphql'));
  return files.sort().map((file) => readFileSync(new URL(file, CONTRACT), 'utf8'));
}
