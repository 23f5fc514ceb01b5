import { Counter, Gauge, Histogram, type OpenMetricsContentType, Registry } from 'prom-client';

/** The gateway's numbers. Labels come from closed sets, never from callers' texts, so that their count is bounded. */
export interface Metrics {
  readonly registry: Registry<OpenMetricsContentType>;
  /** How many operations are under way. */
  inFlight(operations: number): void;
  operationEnded(operation: Operation): void;
  /** A request that was turned away before GraphQL. */
  refused(code: string): void;
  upstream(call: Upstream): void;
  /** A thing of Azure that a request wanted: kept, stale, joined to a read that was under way, or read. */
  wanted(service: string, how: 'kept' | 'stale' | 'joined' | 'read'): void;
  /** Spans that were sent to the collector, or could not be. */
  spans(outcome: 'sent' | 'lost', count: number): void;
}

export interface Operation {
  /** `query`, or `none` where the request holds no operation that can be run. */
  readonly type: string;
  /** Complete, with some fields failed, or with no data at all. */
  readonly outcome: 'ok' | 'partial' | 'failed';
  /** The trusted document's id; empty for free text. */
  readonly document: string;
  readonly seconds: number;
  readonly codes: readonly string[];
  readonly traceId: string;
}

export interface Upstream {
  /** The kind of service that was asked, such as `key-vault`. */
  readonly service: string;
  /** The HTTP status; 0 where there was no answer. */
  readonly status: number;
  readonly seconds: number;
}

// From a warm answer of the gateway's own to REQUEST_TIMEOUT_SECONDS.
const OPERATION_SECONDS = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25];
const UPSTREAM_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25];

/** A registry of its own: nothing is shared between two gateways in one process. */
export function createMetrics(): Metrics {
  // Only a registry of OpenMetrics takes exemplars; `scrape.ts` gives either form.
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const registers = [registry];
  const operations = new Counter({
    name: 'gateway_operations_total',
    help: 'GraphQL operations answered.',
    labelNames: ['type', 'outcome', 'document'],
    registers,
  });
  const seconds = new Histogram<'type' | 'outcome' | 'trace_id'>({
    name: 'gateway_operation_duration_seconds',
    help: 'From the request to the answer of an operation. Exemplars hold the trace_id.',
    labelNames: ['type', 'outcome'],
    buckets: OPERATION_SECONDS,
    enableExemplars: true,
    registers,
  });
  const errors = new Counter({
    name: 'gateway_errors_total',
    help: 'Errors in answers, by their code.',
    labelNames: ['code'],
    registers,
  });
  const refusals = new Counter({
    name: 'gateway_requests_refused_total',
    help: 'Requests turned away before GraphQL, by the code they were told.',
    labelNames: ['code'],
    registers,
  });
  const inFlight = new Gauge({ name: 'gateway_operations_in_flight', help: 'Operations under way.', registers });
  const calls = new Counter({
    name: 'gateway_upstream_calls_total',
    help: 'Calls to Azure and to token issuers; status 0: no answer.',
    labelNames: ['service', 'status'],
    registers,
  });
  const callSeconds = new Histogram({
    name: 'gateway_upstream_call_duration_seconds',
    help: 'From the call to its answer.',
    labelNames: ['service'],
    buckets: UPSTREAM_SECONDS,
    registers,
  });
  const wants = new Counter({
    name: 'gateway_reads_total',
    help: 'Things of Azure that requests wanted: kept, stale, joined to a read under way, or read.',
    labelNames: ['service', 'how'],
    registers,
  });
  const spans = new Counter({
    name: 'gateway_trace_spans_total',
    help: 'Spans for the collector: sent, or lost because it did not take them.',
    labelNames: ['outcome'],
    registers,
  });

  // Prometheus takes no first event for an increase: what alerts watch for begins at 0.
  errors.inc({ code: 'INTERNAL' }, 0);
  for (const code of ['INTERNAL', 'OVERLOADED', 'UNAUTHENTICATED']) refusals.inc({ code }, 0);
  for (const outcome of ['sent', 'lost']) spans.inc({ outcome }, 0);

  return {
    registry,
    inFlight: (count) => inFlight.set(count),
    operationEnded({ type, outcome, document, seconds: value, codes, traceId }) {
      operations.inc({ type, outcome, document });
      seconds.observe({ labels: { type, outcome }, value, exemplarLabels: { trace_id: traceId } });
      for (const code of codes) errors.inc({ code });
    },
    refused: (code) => refusals.inc({ code }),
    upstream({ service, status, seconds: value }) {
      calls.inc({ service, status });
      callSeconds.observe({ service }, value);
    },
    wanted: (service, how) => wants.inc({ service, how }),
    spans: (outcome, count) => spans.inc({ outcome }, count),
  };
}
