import { type DocumentNode, GraphQLError, type GraphQLSchema } from 'graphql';
import type { HttpRequest } from '../http.ts';
import type { Context } from './context.ts';
import { measure } from './measure.ts';

/** Refuses operations by how they come: values to GET, whose URLs get logged, and introspection to anonymous. */
export function createGate(schema: GraphQLSchema, { isSchemaOpen }: { readonly isSchemaOpen: boolean }) {
  return (document: DocumentNode, { method }: HttpRequest, caller: Context['caller']): GraphQLError | undefined => {
    const { secrets, introspection } = measure(schema, document);
    if (secrets > 0 && method !== 'POST') return postOnly();
    if (introspection > 0 && caller.kind === 'ANONYMOUS' && !isSchemaOpen) return signInFirst();
    return undefined;
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
