import { DiagLogLevel, diag, trace } from '@opentelemetry/api';
import type { Log } from '../telemetry.ts';

const FAREWELL_IN_MS = 5_000;

export interface Exporter {
  /** Sends what is waiting, 5 s at most. Never rejects. */
  close(): Promise<void>;
}

/**
 * Sends spans as OTLP over HTTP, in batches. Where to and with which headers, OpenTelemetry's own variables say:
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/. Loaded only where they do.
 */
export async function startExporter(version: string, log: Log): Promise<Exporter> {
  const sdk = await import('./sdk.ts');
  diag.setLogger(telling(log), { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  const own = sdk.resourceFromAttributes({ 'service.name': 'azure-graphql-gateway', 'service.version': version });
  const named = sdk.detectResources({ detectors: [sdk.envDetector] });
  const provider = new sdk.TracerProvider({
    resource: sdk.defaultResource().merge(own).merge(named),
    sampler: new sdk.ParentBasedSampler({ root: new sdk.AlwaysOnSampler() }),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new sdk.OTLPTraceExporter() })],
  });
  trace.setGlobalTracerProvider(provider);
  return {
    async close() {
      const late = new Promise<void>((resolve) => setTimeout(resolve, FAREWELL_IN_MS).unref());
      await Promise.race([provider.shutdown().catch(() => {}), late]);
    },
  };
}

// The SDK's words may hold a URL with a key in it: only that it complains is told.
function telling(log: Log) {
  const complain = () => log.warn({ event: 'traces-not-exported' });
  const ignore = () => {};
  return { error: complain, warn: complain, info: ignore, debug: ignore, verbose: ignore };
}
