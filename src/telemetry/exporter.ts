import { createNoopMeter, DiagLogLevel, diag, TraceFlags, trace } from '@opentelemetry/api';
import type { Log, Telemetry } from '../telemetry.ts';

export interface Exporter {
  /** Sends what is waiting, as long as that may take. Tells what is lost by then. Never rejects. */
  close(patienceInMs: number): Promise<void>;
}

/**
 * Sends spans as OTLP over HTTP, in batches. Where to and with which headers, OpenTelemetry's own variables say:
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/. Loaded only where they do.
 */
export async function startExporter(version: string, { log, metrics }: Telemetry): Promise<Exporter> {
  const sdk = await import('./sdk.ts');
  const outage = createOutage(log);
  diag.setLogger(telling(outage), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const own = sdk.resourceFromAttributes({ 'service.name': 'azure-graphql-gateway', 'service.version': version });
  const named = sdk.detectResources({ detectors: [sdk.envDetector] });
  const spans = { ended: 0, sent: 0 };
  const counter = {
    onStart() {},
    onEnd(span: { spanContext(): { traceFlags: number } }) {
      if (span.spanContext().traceFlags & TraceFlags.SAMPLED) spans.ended += 1;
    },
    forceFlush: async () => {},
    shutdown: async () => {},
  };
  const meter = meterOf((count, isSent) => {
    metrics.spans(isSent ? 'sent' : 'lost', count);
    if (isSent) spans.sent += count;
    if (isSent) outage.end();
    else outage.begin();
  });
  const batches = new sdk.BatchSpanProcessor({
    exporter: new sdk.OTLPTraceExporter(),
    selfObsMeterProvider: { getMeter: () => meter },
  });
  const provider = new sdk.TracerProvider({
    resource: sdk.defaultResource().merge(own).merge(named),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.AlwaysOnSampler() }),
    spanProcessors: [counter, batches],
  });
  trace.setGlobalTracerProvider(provider);
  return {
    async close(patienceInMs) {
      const late = new Promise<void>((resolve) => setTimeout(resolve, patienceInMs).unref());
      await Promise.race([provider.shutdown().catch(() => {}), late]);
      const lost = spans.ended - spans.sent;
      if (lost > 0) log.warn({ event: 'traces-lost', spans: lost, of: spans.ended });
    },
  };
}

/** Tells of an outage when it begins and when it ends, however many batches fail in between. */
function createOutage(log: Log) {
  let isOver = true;
  return {
    begin() {
      if (isOver) log.warn({ event: 'traces-not-exported' });
      isOver = false;
    },
    end() {
      if (!isOver) log.info({ event: 'traces-exported-again' });
      isOver = true;
    },
  };
}

// What the SDK would measure of itself: of it, which spans were sent and which failed or found the queue full.
function meterOf(processed: (count: number, isSent: boolean) => void) {
  const createCounter = () => ({
    add: (count: number, attributes?: object) => processed(count, !(attributes && 'error.type' in attributes)),
  });
  return Object.assign(Object.create(createNoopMeter()), { createCounter });
}

// The SDK's words may hold a URL with a key in it, or a collector's answer: only that it complains is told.
function telling({ begin }: { begin(): void }) {
  const ignore = () => {};
  return { error: begin, warn: begin, info: ignore, debug: ignore, verbose: ignore };
}
