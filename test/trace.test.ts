import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { authorizationOf } from '../demo/callers.ts';
import { createAzure } from '../emulator/azure.ts';
import { listen } from '../emulator/listen.ts';
import { type CollectedSpan, startCollector } from './support/collector.ts';
import { gatewayOver, NOTHING_KEPT } from './support/gateway.ts';
import { freePort, PROGRAM, spawnGateway } from './support/process.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const QUERY =
  'query Groups { resourceGroups(where: { namePrefix: "rg-" }) { name } secret(name: "SampleSecret") { value } }';

describe('one query', () => {
  it('is found by one id in a scrape, in the log and in the traces', async () => {
    const { scraped, log, spans } = await watched();
    const [operation] = log.filter(({ event }) => event === 'operation');
    assert.equal(operation?.traceId, TRACE);
    assert.match(scraped, new RegExp(`^gateway_operation_duration_seconds_bucket.*trace_id="${TRACE}"`, 'm'));
    assert.ok(spans.some(({ traceId }) => traceId === TRACE));
  });

  it('is one span within its caller’s; what it reads are traces of their own, linked with it, with a span for each call', async () => {
    const { spans } = await watched();
    const root = spans.find(({ name }) => name === 'query');
    assert.equal(root?.parentSpanId, PARENT);
    const reads = spans.filter(({ links = [] }) => links.some(({ spanId }) => spanId === root?.spanId));
    assert.deepEqual(
      reads.map(({ name, traceId }) => [name, traceId === TRACE]),
      [['secrets.get', false]],
    );
    assert.deepEqual(
      root?.links?.map(({ spanId }) => spanId),
      [reads[0]?.spanId],
    );
    const calls = spans.filter(({ parentSpanId }) => parentSpanId === reads[0]?.spanId).map(({ name }) => name);
    assert.deepEqual(calls.sort(), ['GET identity', 'GET key-vault', 'GET key-vault']);
  });

  it('leaves its hash in the trace, never its text, its arguments or its answer', async () => {
    const { answered, spans, received, operation } = await watched();
    assert.match(answered, /MSI Secret!/);
    const root = spans.find(({ name }) => name === 'query');
    assert.equal(root?.attributes['graphql.document.sha256'], operation?.documentHash);
    const text = JSON.stringify(received);
    for (const private_ of ['resourceGroups', 'SampleSecret', 'samplesecret', 'rg-', 'MSI Secret!', 'Bearer'])
      assert.ok(!text.includes(private_), private_);
  });
});

describe('a request', () => {
  it('keeps the id that its caller gave it, in the answer and in the log', async () => {
    const { app, log, authorizationOf: authorization } = await gatewayOver();
    const headers = { authorization: await authorization('Tester'), 'x-request-id': 'order-4711' };
    const response = await app(asked(headers));
    assert.equal(response.headers.get('x-request-id'), 'order-4711');
    assert.equal(log.find(({ event }) => event === 'operation')?.requestId, 'order-4711');
  });

  for (const given of ['', 'a b', 'x'.repeat(129), '"}{"', 'ä']) {
    it(`gets an id of its own instead of ${JSON.stringify(given.slice(0, 10))}`, async () => {
      const { app, authorizationOf: authorization } = await gatewayOver();
      const request = asked({ authorization: await authorization('Tester'), 'x-request-id': given });
      assert.match((await app(request)).headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/);
    });
  }

  for (const [what, traceparent, expected] of [
    ['joins its caller’s trace', `00-${TRACE}-${PARENT}-01`, new RegExp(TRACE)],
    ['joins one of a later version', `01-${TRACE}-${PARENT}-01-more`, new RegExp(TRACE)],
    ['begins a trace of its own', undefined, /^(?!0{32})[0-9a-f]{32}$/],
    ['begins its own instead of none', `00-${'0'.repeat(32)}-${PARENT}-01`, /^(?!0{32})[0-9a-f]{32}$/],
    ['begins its own instead of nonsense', `00-${TRACE.toUpperCase()}-${PARENT}-01`, /^(?!0af7)[0-9a-f]{32}$/],
    ['begins its own instead of a forbidden version', `ff-${TRACE}-${PARENT}-01`, /^(?!0af7)[0-9a-f]{32}$/],
  ] as const) {
    it(what, async () => {
      const { app, log, authorizationOf: authorization } = await gatewayOver();
      await app(asked({ authorization: await authorization('Tester'), ...(traceparent && { traceparent }) }));
      assert.match(String(log.find(({ event }) => event === 'operation')?.traceId), expected);
    });
  }

  it('is told of in one line, with its cost and the ids that Azure gave its calls', async () => {
    const { ask, log } = await gatewayOver({ env: NOTHING_KEPT });
    await ask('{ resourceGroups { name } }');
    await ask('query Groups { resourceGroups { name } }');
    const [, line, ...more] = log.filter(({ event }) => event === 'operation');
    const calls = log.filter(({ event, requestId }) => event === 'upstream' && requestId === line?.requestId);
    assert.deepEqual(more, []);
    assert.deepEqual([line?.name, line?.upstreamCalls, line?.codes], ['Groups', 1, []]);
    assert.deepEqual(line?.upstreamIds, [calls[0]?.upstreamRequestId]);
    assert.match(String(line?.upstreamIds), /^[0-9a-f-]{36}$/);
  });
});

const asked = (headers: Record<string, string>): Request =>
  new Request('http://gateway.test/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: '{ resourceGroups { name } }' }),
  });

interface Watched {
  readonly answered: string;
  readonly scraped: string;
  readonly log: readonly Record<string, unknown>[];
  readonly operation: Record<string, unknown> | undefined;
  readonly spans: readonly CollectedSpan[];
  readonly received: readonly object[];
}

let seen: Promise<Watched> | undefined;
const watched = () => {
  seen ??= watch();
  return seen;
};

/** A gateway process that is asked one query, scraped and stopped, and what was seen of it from without. */
async function watch(): Promise<Watched> {
  const azure = createAzure();
  const [network, collector, port] = [await listen(azure), await startCollector(), await freePort()];
  const gateway = await spawnGateway(PROGRAM, {
    ...Object.fromEntries(network.exports),
    METRICS_PORT: port,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  });
  const headers = {
    'content-type': 'application/json',
    authorization: await authorizationOf(azure, 'Billing Service'),
    traceparent: `00-${TRACE}-${PARENT}-01`,
  };
  const body = JSON.stringify({ query: QUERY });
  const answered = await (await fetch(gateway.url, { method: 'POST', headers, body })).text();
  const accept = { accept: 'application/openmetrics-text' };
  const scraped = await (await fetch(`http://127.0.0.1:${port}/metrics`, { headers: accept })).text();
  await gateway.stop();
  await Promise.all([network.close(), collector.close()]);
  const log = gateway
    .said()
    ['standard error'].trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const operation = log.find(({ event }) => event === 'operation');
  return { answered, scraped, log, operation, spans: collector.spans(), received: collector.received };
}
