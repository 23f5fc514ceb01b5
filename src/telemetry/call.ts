import type { Telemetry } from '../telemetry.ts';
import { endSpan, startCallSpan, type Trace, traceparentOf } from './trace.ts';

/** A call to another service, before it is made. Its path is not told: it holds the names of secrets. */
export interface Call {
  /** The kind of service, from a closed set, such as `key-vault`. */
  readonly service: string;
  readonly method: string;
  readonly host: string;
  /** What it is a part of, such as `resourceGroups.list`; empty where nobody said. */
  readonly operation?: string;
}

/** What came back. */
export interface Answered {
  readonly status: number;
  /** The service's own ids of this call, by which its support finds it. */
  readonly upstreamRequestId?: string | undefined;
  readonly correlationId?: string | undefined;
}

/** A call that has been made, as the request that made it remembers it. */
export interface MadeCall extends Call, Partial<Answered> {
  readonly ms: number;
}

/** A call that was not made, since what it would tell was known. */
export interface SavedCall {
  readonly service: string;
  readonly operation: string;
}

/** The request that a call is made for; none for the process's own. */
export interface Origin {
  readonly requestId: string;
  readonly trace: Trace;
  readonly calls: MadeCall[];
  readonly saved: SavedCall[];
}

export interface Calling<Response> {
  readonly call: Call;
  readonly origin?: Origin | undefined;
  /** May hand the traceparent on. */
  send(traceparent: string | undefined): Promise<Response>;
  answered(response: Response): Answered;
  /** What the log may know of a failure; without it, its code alone. */
  described?(error: unknown): object;
}

/** Makes a call, and tells of it in the log (at debug), the metrics and the trace. */
export async function told<Response>({ log, metrics }: Telemetry, calling: Calling<Response>): Promise<Response> {
  const { call, origin } = calling;
  const { service, method, host } = call;
  const startedAt = performance.now();
  const span = startCallSpan(origin?.trace, `${method} ${service}`, {
    'http.request.method': method,
    'server.address': host,
  });
  try {
    const response = await calling.send(traceparentOf(span));
    tell(calling.answered(response));
    return response;
  } catch (error) {
    tell({ status: 0 }, wordFor(error), calling.described?.(error));
    throw error;
  }

  function tell(answer: Answered, failed?: string, described: object | string | undefined = failed): void {
    const ms = Math.round(performance.now() - startedAt);
    const { status, upstreamRequestId, correlationId } = answer;
    metrics.upstream({ service, status, seconds: (performance.now() - startedAt) / 1000 });
    const { requestId, trace } = origin ?? {};
    log.debug({
      event: 'upstream',
      requestId,
      traceId: trace?.traceId,
      ...call,
      ms,
      ...answer,
      ...(failed && { failed: described }),
    });
    endSpan(
      span,
      {
        ...(status > 0 && { 'http.response.status_code': status }),
        ...(upstreamRequestId && { 'az.service_request_id': upstreamRequestId }),
        ...(correlationId && { 'az.correlation_request_id': correlationId }),
      },
      failed ?? (status >= 400 ? String(status) : undefined),
    );
    origin?.calls.push({ ...call, ...answer, ms });
  }
}

const wordFor = (error: unknown): string => {
  const { code, name } = error as { code?: string; name?: string };
  return code ?? name ?? 'unknown';
};
