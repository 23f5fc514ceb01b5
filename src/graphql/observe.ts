import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from './context.ts';

const MAX_NAME_LENGTH = 128;

/** Logs one line an operation: what kind, how long, and the codes of its errors. Never its text, arguments or values. */
export function useOperationLog(): Plugin<Context, Context> {
  const started = new WeakMap<object, { readonly at: number; readonly kind: string; readonly name?: string }>();
  return {
    onExecute({ args }) {
      const operation = operationOf(args.document, args.operationName);
      const name = operation?.name?.value.slice(0, MAX_NAME_LENGTH);
      started.set(args.contextValue.request, {
        at: performance.now(),
        kind: operation?.operation ?? 'query',
        ...(name && { name }),
      });
    },
    onResultProcess({ request, result, serverContext: { log, requestId, caller } }) {
      const { at = performance.now(), kind, name } = started.get(request) ?? {};
      const errors = 'errors' in result ? (result.errors ?? []) : [];
      const codes = errors.map(({ extensions }) => extensions?.code);
      log.info({
        event: 'operation',
        requestId,
        caller: caller.id,
        kind,
        name,
        ms: Math.round(performance.now() - at),
        codes,
      });
    },
  };
}

function operationOf(document: DocumentNode, name: string | undefined | null): OperationDefinitionNode | undefined {
  return document.definitions
    .filter((definition) => definition.kind === 'OperationDefinition')
    .find((operation) => !name || operation.name?.value === name);
}
