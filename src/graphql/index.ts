import { createYoga, useExecutionCancellation } from 'graphql-yoga';
import type { Log } from '../telemetry.ts';
import type { Context } from './context.ts';
import { useErrorCodes } from './errors.ts';
import { useOperationLog } from './observe.ts';
import { useParameters } from './parameters.ts';
import { createSchema } from './schema.ts';

/** GraphQL over HTTP at `endpoint`: a query comes as a Request and its answer leaves as a Response. */
export function createGraphQL(endpoint: string, log: Log) {
  return createYoga<Context>({
    schema: createSchema(),
    graphqlEndpoint: endpoint,
    plugins: [useParameters(), useExecutionCancellation(), useErrorCodes(), useOperationLog()],
    // All of these are done elsewhere, or not at all.
    ...{ cors: false, graphiql: false, landingPage: false, multipart: false, batching: false },
    ...{ maskedErrors: false, maxRequestBodySize: false },
    logging: { debug() {}, info() {}, warn: () => {}, error: (error) => log.error({ event: 'yoga', error }) },
  });
}
