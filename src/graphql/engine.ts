import { type DocumentNode, GraphQLError, type GraphQLSchema, getOperationAST } from 'graphql';
import { createYoga } from 'graphql-yoga';
import type { Context } from './context.ts';
import type { Parameters } from './parameters.ts';
import type { Result } from './respond.ts';

export interface Engine {
  readonly schema: GraphQLSchema;
  /** The faults of a document, so many at most. */
  validate(document: DocumentNode): readonly GraphQLError[];
  /** Runs an operation of a valid document. Rejects when the signal ends first. */
  execute(document: DocumentNode, asked: Parameters, context: Context, signal: AbortSignal): Promise<Result>;
}

/**
 * Yoga without its way in and out: a request's streams, hooks and Fetch objects cost several times what its execution does.
 * `parameters.ts`, `documents.ts` and `respond.ts` are that way here.
 */
export function createEngine(schema: GraphQLSchema): Engine {
  const yoga = createYoga<object, Context>({
    schema,
    cors: false,
    graphiql: false,
    landingPage: false,
    logging: false,
    maskedErrors: false,
  });
  const { execute, validate } = yoga.getEnveloped();
  return {
    schema,
    validate: (document) => validate(schema, document, undefined, { maxErrors: MAX_ERRORS, hideSuggestions: true }),
    async execute(document, { variables, operationName }, contextValue, signal) {
      if (!getOperationAST(document, operationName))
        throw new GraphQLError('There is no such operation, or more than one.');
      // Yoga's own executor takes a signal; the type is that of graphql-js.
      const args = { schema, document, contextValue, variableValues: variables, operationName, signal };
      return execute(args);
    },
  };
}

const MAX_ERRORS = 20;
