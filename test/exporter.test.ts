import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { diag, type ProxyTracerProvider, type TracerProvider, trace } from '@opentelemetry/api';
import { drain } from '../src/drain.ts';
import { type Exporter, startExporter } from '../src/telemetry/exporter.ts';
import { createScrape } from '../src/telemetry/scrape.ts';
import { endSpan, startTrace } from '../src/telemetry/trace.ts';
import { createLog } from '../src/telemetry.ts';
import { scrapeOf } from './support/scrape.ts';
import { telemetryWith } from './support/telemetry.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

// OpenTelemetry has one provider a process: one exporter for all of it.
describe('spans', () => {
  const collector = createCollector();
  const lines: Record<string, unknown>[] = [];
  const telemetry = telemetryWith(createLog('info', { write: (line) => lines.push(JSON.parse(line)) }));
  let exporter: Exporter;
  before(async () => {
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT = `${await collector.listen()}/canary`;
    process.env.OTEL_EXPORTER_OTLP_HEADERS = 'x-key=canary';
    exporter = await startExporter('1.2.3', telemetry);
  });
  after(collector.close);

  const end = (traceparent: string) => endSpan(startTrace(traceparent).span, {});
  const flush = () => {
    const proxy = trace.getTracerProvider() as ProxyTracerProvider;
    const provider = proxy.getDelegate() as TracerProvider & { forceFlush(): Promise<void> };
    return provider.forceFlush().catch(() => {});
  };
  const spans = async () => {
    const samples = await scrapeOf(createScrape(telemetry.metrics));
    return ['sent', 'lost'].map((outcome) => samples.get(`gateway_trace_spans_total{outcome="${outcome}"}`));
  };

  it('are sent where their caller samples the trace, and only there', async () => {
    for (const flags of ['00', '01', '02', '03']) end(`00-${TRACE.replace('0a', flags)}-${PARENT}-${flags}`);
    await flush();
    const traces = collector.bodies
      .join('')
      .matchAll(/"traceId":"(..)\w+","spanId":"\w+","parentSpanId":"b7ad6b7169203331"/g);
    assert.deepEqual(
      [...traces].map(([, flags]) => flags),
      ['01', '03'],
    );
    assert.deepEqual(await spans(), [2, 0]);
  });

  it('that a collector refuses are counted and told of once, without its words or the exporter’s', async () => {
    for (const answer of ['refuses', 'refuses', 'takes'] as const) {
      collector.answer(answer);
      end(`00-${TRACE}-${PARENT}-01`);
      await flush();
    }
    assert.deepEqual(await spans(), [3, 2]);
    assert.deepEqual(
      lines.map(({ event }) => event),
      ['traces-not-exported', 'traces-exported-again'],
    );
    diag.error('canary', new Error('canary'));
    assert.equal(lines.at(-1)?.event, 'traces-not-exported');
    assert.doesNotMatch(JSON.stringify(lines), /canary/);
  });

  it('that a collector holds on to are waited for as long as may be, and told of as lost', async (t) => {
    collector.answer('holds');
    end(`00-${TRACE}-${PARENT}-01`);
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const closed = exporter.close(1_000);
    t.mock.timers.tick(1_000);
    await closed;
    const { event, spans: lost, of } = lines.at(-1) ?? {};
    assert.deepEqual([event, lost, of], ['traces-lost', 3, 6]);
  });
});

describe('the end', () => {
  for (const [signal, patience] of [
    ['SIGINT', 1_000],
    ['SIGTERM', 5_000],
  ] as const) {
    it(`wipes what is kept, and waits ${patience} ms for a collector at ${signal}`, async () => {
      const asked: (number | string)[] = [];
      const server = { url: '', retire() {}, close: async () => {} };
      const parts = {
        drainInMs: 0,
        server,
        scrape: server,
        policy: { close() {} },
        cache: { close: () => void asked.push('wiped') },
        audit: { close: async () => {} },
      };
      const probes = { stop() {}, answer: async () => undefined, isReady: async () => true };
      const exporter = { close: async (patienceInMs: number) => void asked.push(patienceInMs) };
      await drain({ ...parts, probes, exporter }, signal, telemetryWith().log);
      assert.deepEqual(asked, ['wiped', patience]);
    });
  }
});

/** A collector that can refuse, in words that must not be told, or never answer. */
function createCollector() {
  const bodies: string[] = [];
  let mode: 'takes' | 'refuses' | 'holds' = 'takes';
  const server = createServer(async (request, response) => {
    bodies.push(await text(request));
    if (mode !== 'holds') response.writeHead(mode === 'takes' ? 200 : 400).end(mode === 'takes' ? '{}' : 'canary');
  });
  return {
    bodies,
    async listen() {
      await once(server.listen(0, '127.0.0.1'), 'listening');
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    answer(as: typeof mode) {
      mode = as;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
