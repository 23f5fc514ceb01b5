import type { Context } from './context.ts';
import type { Operation } from './operation.ts';
import type { CodedResult } from './respond.ts';

// Of Azure's ids, as many as one reads; how many calls there were stands beside them.
const MAX_UPSTREAM_IDS = 10;

/**
 * Tells of each operation in one line, in the metrics and in its span: what kind, how long, what it cost and the codes of its
 * errors. Never its text, arguments or values.
 */
export function tell(
  { type, name, document, documentHash }: Operation,
  { log, metrics, requestId, trace: { traceId, span }, caller, calls, startedAt }: Context,
  { data, errors = [] }: CodedResult,
  isKept = false,
): void {
  const outcome = errors.length === 0 ? 'ok' : data ? 'partial' : 'failed';
  const codes = errors.map(({ extensions }) => String(extensions.code));
  const ms = performance.now() - startedAt;
  const upstreamIds = calls.flatMap(({ upstreamRequestId }) => upstreamRequestId ?? []).slice(0, MAX_UPSTREAM_IDS);
  log.info({
    event: 'operation',
    ...{ requestId, traceId, caller: caller.id, kind: type, name },
    ...(document && { document }),
    ...{ documentHash, ms: Math.round(ms), codes, upstreamCalls: calls.length, upstreamIds },
    ...(isKept && { kept: true }),
  });
  metrics.operationEnded({ type, outcome, document, seconds: ms / 1000, codes, traceId });
  if (!span.isRecording()) return;
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
