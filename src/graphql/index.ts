import { createYoga, useExecutionCancellation } from 'graphql-yoga';
import type { Config } from '../config.ts';
import type { Log } from '../telemetry.ts';
import type { Context } from './context.ts';
import { useErrorCodes } from './errors.ts';
import { useExplain } from './explain.ts';
import { useGate } from './gate.ts';
import { useLeastCalls } from './least-calls.ts';
import { useLimits } from './limits.ts';
import { useObservation } from './observe.ts';
import { useParameters } from './parameters.ts';
import { createSchema } from './schema.ts';
import { useStale } from './stale.ts';
import { readTrustedDocuments } from './trusted-documents.ts';

type GraphQLConfig = Pick<Config, 'limits' | 'explorer' | 'trustedDocumentsFile' | 'governor'>;

/** GraphQL over HTTP at `endpoint`: a query comes as a Request and its answer leaves as a Response. */
export function createGraphQL(endpoint: string, config: GraphQLConfig, log: Log) {
  const { limits, explorer, trustedDocumentsFile, governor } = config;
  const schema = createSchema();
  const documents = trustedDocumentsFile ? readTrustedDocuments(trustedDocumentsFile, schema, limits) : undefined;
  return createYoga<Context>({
    schema,
    graphqlEndpoint: endpoint,
    plugins: [
      useParameters(limits.maxBodyBytes, documents),
      useLimits(limits),
      useGate({ isSchemaOpen: explorer }),
      useExplain(),
      useLeastCalls(governor.maxUpstreamCalls),
      useExecutionCancellation(),
      useStale(),
      useErrorCodes(),
      useObservation(documents),
    ],
    // All of these are done elsewhere, or not at all.
    ...{ cors: false, graphiql: false, landingPage: false, multipart: false, batching: false },
    ...{ maskedErrors: false, maxRequestBodySize: false },
    logging: { debug() {}, info() {}, warn: () => {}, error: (error) => log.error({ event: 'yoga', error }) },
  });
}
