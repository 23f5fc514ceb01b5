import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from './context.ts';
import { measure } from './measure.ts';

/** Refuses operations by how they come: values to GET, whose URLs get logged, and introspection to anonymous. */
export function useGate({ isSchemaOpen }: { readonly isSchemaOpen: boolean }): Plugin<Context> {
  return {
    onExecute({ args, setResultAndStopExecution }) {
      const { request, caller } = args.contextValue;
      const { secrets, introspection } = measure(args.schema, args.document);
      if (secrets > 0 && request.method !== 'POST') setResultAndStopExecution({ errors: [postOnly()] });
      else if (introspection > 0 && caller.kind === 'ANONYMOUS' && !isSchemaOpen) {
        setResultAndStopExecution({ errors: [signInFirst()] });
      }
    },
  };
}

const postOnly = () =>
  new GraphQLError('A secret value is answered to POST alone: URLs get logged.', {
    extensions: { code: 'BAD_REQUEST', http: { status: 405, headers: { allow: 'POST' } } },
  });

const signInFirst = () =>
  new GraphQLError('The schema is shown to signed-in callers: send a bearer token.', {
    extensions: { code: 'UNAUTHENTICATED', http: { status: 401, headers: { 'www-authenticate': 'Bearer' } } },
  });
