import { type DocumentNode, Kind } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Operation } from '../telemetry/metrics.ts';
import type { Context } from './context.ts';
import { documentHash } from './document-hash.ts';
import type { Documents } from './trusted-documents.ts';

const MAX_NAME_LENGTH = 128;
// Of Azure's ids, as many as one reads; how many calls there were stands beside them.
const MAX_UPSTREAM_IDS = 10;

/**
 * Tells of each operation in one line, in the metrics and in its span: what kind, how long, what it cost and the codes of its
 * errors. Never its text, arguments or values.
 */
export function useObservation(documents: Documents | undefined): Plugin<Context, Context> {
  const asked = new WeakMap<object, Asked>();
  const ids = new Map([...(documents ?? [])].map(([id, text]) => [text, id]));
  return {
    onExecute({ args }) {
      asked.set(args.contextValue.request, askedBy(args.document, args.operationName, ids));
    },
    onResultProcess({ request, result, serverContext }) {
      const errors = 'errors' in result ? (result.errors ?? []) : [];
      const hasData = 'data' in result && result.data != null;
      tell(asked.get(request) ?? NOTHING, serverContext, {
        outcome: errors.length === 0 ? 'ok' : hasData ? 'partial' : 'failed',
        codes: errors.map(({ extensions }) => String(extensions?.code)),
      });
    },
  };
}

/** What a request asks for, as far as anybody may know. */
interface Asked {
  readonly type: string;
  readonly name?: string | undefined;
  /** The trusted document's id. */
  readonly document: string;
  readonly documentHash?: string;
}

const NOTHING: Asked = { type: 'none', document: '' };

function askedBy(document: DocumentNode, operationName: string | null | undefined, ids: Documents): Asked {
  const operation = document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .find(({ name }) => !operationName || name?.value === operationName);
  if (!operation) return NOTHING;
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  return {
    type: operation.operation,
    name: operation.name?.value.slice(0, MAX_NAME_LENGTH),
    document: ids.get(document.loc?.source.body ?? '') ?? '',
    documentHash: documentHash(operation, fragments),
  };
}

function tell(
  { type, name, document, documentHash }: Asked,
  { log, metrics, requestId, trace: { traceId, span }, caller, calls, startedAt }: Context,
  { outcome, codes }: Pick<Operation, 'outcome' | 'codes'>,
): void {
  const ms = performance.now() - startedAt;
  const upstreamIds = calls.flatMap(({ upstreamRequestId }) => upstreamRequestId ?? []).slice(0, MAX_UPSTREAM_IDS);
  log.info({
    event: 'operation',
    ...{ requestId, traceId, caller: caller.id, kind: type, name },
    ...(document && { document }),
    ...{ documentHash, ms: Math.round(ms), codes, upstreamCalls: calls.length, upstreamIds },
  });
  metrics.operationEnded({ type, outcome, document, seconds: ms / 1000, codes, traceId });
  span.updateName(type);
  span.setAttributes({
    'graphql.operation.type': type,
    ...(name && { 'graphql.operation.name': name }),
    ...(documentHash && { 'graphql.document.sha256': documentHash }),
    'gateway.outcome': outcome,
    'gateway.upstream_calls': calls.length,
    ...(codes.length > 0 && { 'gateway.error_codes': [...new Set(codes)] }),
  });
}
