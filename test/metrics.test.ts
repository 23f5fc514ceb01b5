import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createScrape } from '../src/telemetry/scrape.ts';
import { exportState, type State } from '../src/telemetry/state.ts';
import { textFile } from './support/file.ts';
import { gatewayOver } from './support/gateway.ts';
import { counted, scrapeOf } from './support/scrape.ts';
import { telemetryWith } from './support/telemetry.ts';

const OPEN_METRICS = { accept: 'application/openmetrics-text;version=1.0.0,text/plain;q=0.5' };

describe('a scrape', () => {
  it('counts operations by type, outcome and document, and their errors by code', async () => {
    const { ask, metrics } = await gatewayOver();
    await ask('{ resourceGroups { name } }');
    await ask('{ resourceGroups { name } secret(name: "no_name") { name } }');
    await ask('{ secret(name: "no_name") { name } }');
    await ask('{ nothing }');
    assert.deepEqual(pick(counted(await scrapeOf(createScrape(metrics))), /operations_total|errors/), {
      'gateway_operations_total{type="query",outcome="ok",document=""}': 1,
      'gateway_operations_total{type="query",outcome="partial",document=""}': 2,
      'gateway_operations_total{type="none",outcome="failed",document=""}': 1,
      'gateway_errors_total{code="BAD_USER_INPUT"}': 2,
      'gateway_errors_total{code="GRAPHQL_VALIDATION_FAILED"}': 1,
    });
  });

  it('counts upstream calls by service and status', async () => {
    const { ask, azure, metrics } = await gatewayOver();
    azure.addFault({ service: 'arm', status: 403, times: 1 });
    await ask('{ resourceGroups { name } }');
    await ask('{ resourceGroups { name } secret(name: "SampleSecret") { value } }');
    const upstream = pick(counted(await scrapeOf(createScrape(metrics))), /upstream/);
    // MSAL keeps one transport a process, and with it the identity's calls: test/trace.test.ts sees them in a process of its own.
    assert.deepEqual(pick(upstream, /calls_total.*(arm|key-vault|issuer)/), {
      'gateway_upstream_calls_total{service="arm",status="403"}': 1,
      'gateway_upstream_calls_total{service="arm",status="200"}': 1,
      'gateway_upstream_calls_total{service="key-vault",status="401"}': 1,
      'gateway_upstream_calls_total{service="key-vault",status="200"}': 1,
      'gateway_upstream_calls_total{service="issuer",status="200"}': 2,
    });
  });

  it('counts what was wanted of Azure by how it was had', async () => {
    const { ask, metrics } = await gatewayOver();
    await Promise.all([ask('{ resourceGroups { name } }'), ask('{ resourceGroups { name } }')]);
    await ask('{ resourceGroups { name } secret(name: "SampleSecret") { value } }');
    assert.deepEqual(pick(counted(await scrapeOf(createScrape(metrics))), /reads_total/), {
      'gateway_reads_total{service="arm",how="read"}': 1,
      'gateway_reads_total{service="arm",how="joined"}': 1,
      'gateway_reads_total{service="arm",how="kept"}': 1,
      'gateway_reads_total{service="key-vault",how="read"}': 1,
    });
  });

  it('names a trusted document by its id', async () => {
    const documents = textFile(JSON.stringify({ 'sha256:groups': '{ resourceGroups { name } }' }));
    const { app, authorizationOf, metrics } = await gatewayOver({ env: { TRUSTED_DOCUMENTS: documents } });
    const headers = { 'content-type': 'application/json', authorization: await authorizationOf('Tester') };
    const body = JSON.stringify({ documentId: 'sha256:groups' });
    await app(new Request('http://gateway.test/graphql', { method: 'POST', headers, body }));
    const operations = pick(counted(await scrapeOf(createScrape(metrics))), /operations_total/);
    assert.deepEqual(Object.keys(operations), [
      'gateway_operations_total{type="query",outcome="ok",document="groups"}',
    ]);
  });

  it('has no more series after a thousand inventions of callers', async () => {
    const { ask, askAs, metrics } = await gatewayOver({ env: { RATE_LIMIT_PER_MINUTE: '2000' } });
    const scrape = createScrape(metrics);
    const askAnew = async (seed: number) => {
      await ask(`query Q${seed} { a${seed}: resourceGroup(name: "_${seed}!") { name } }`);
      await ask(`query Q${seed} { f${seed} }`);
      await askAs(null, `{ secret(name: "s${seed}") { value } }`);
    };
    await askAnew(0);
    const before = (await scrapeOf(scrape)).size;
    for (let seed = 1; seed < 340; seed++) await askAnew(seed);
    assert.equal((await scrapeOf(scrape)).size, before);
  });

  it('counts requests that were turned away before GraphQL', async () => {
    const { app, metrics } = await gatewayOver();
    const headers = { authorization: 'Bearer nonsense' };
    await app(new Request('http://gateway.test/graphql', { method: 'POST', headers, body: '{}' }));
    assert.deepEqual(pick(counted(await scrapeOf(createScrape(metrics))), /refused/), {
      'gateway_requests_refused_total{code="UNAUTHENTICATED"}': 1,
    });
  });

  it('begins at 0 with what alerts watch for: Prometheus takes no first event for an increase', async () => {
    const samples = await scrapeOf(createScrape(telemetryWith().metrics));
    const watched = ['gateway_errors_total{code="INTERNAL"}', 'gateway_requests_refused_total{code="OVERLOADED"}'];
    assert.deepEqual(
      watched.map((series) => samples.get(series)),
      [0, 0],
    );
  });

  it('looks at the identity, the policy, the quotas and the audit when it is asked', async () => {
    const { metrics } = telemetryWith();
    exportState(metrics, STATE);
    const samples = await scrapeOf(createScrape(metrics));
    assert.equal(samples.get('gateway_token_expiry_timestamp_seconds{audience="management.azure.com"}'), 1_800_000_000);
    assert.equal(samples.get('gateway_policy_loaded_timestamp_seconds'), 1_700_000_000);
    const { gateway_memory_bytes: _, ...told } = counted(samples);
    assert.deepEqual(told, {
      'gateway_build_info{version="1.2.3"}': 1,
      gateway_ready: 1,
      'gateway_policy_info{version="abc"}': 1,
      gateway_policy_refused_reloads_total: 2,
      'gateway_audit_lines_total{outcome="written"}': 5,
      'gateway_audit_lines_total{outcome="refused"}': 1,
      'gateway_upstream_budget_ratio{service="arm"}': 0.1,
      'gateway_upstream_budget_ratio{service="key-vault"}': 1,
      'gateway_upstream_calls_waiting{service="arm"}': 7,
      'gateway_upstream_calls_waiting{service="key-vault"}': 1,
    });
  });

  it("tells of the process and of its event loop's lag", async () => {
    const { metrics } = telemetryWith();
    exportState(metrics, STATE);
    const samples = await scrapeOf(createScrape(metrics));
    for (const name of ['nodejs_eventloop_lag_p99_seconds', 'process_resident_memory_bytes'])
      assert.ok(Number.isFinite(samples.get(name)), name);
    const [own = 0, all = 0] = ['gateway_memory_bytes', 'process_resident_memory_bytes'].map((name) =>
      samples.get(name),
    );
    assert.ok(own < all && (own > 0 || process.platform !== 'linux'), `${own} of ${all}`);
  });

  it('is in the form that was asked for, with the same names however often the form changes', async () => {
    const { ask, metrics } = await gatewayOver();
    const scrape = createScrape(metrics);
    await ask('{ __typename }');
    const forms = [{}, OPEN_METRICS, {}, OPEN_METRICS, OPEN_METRICS].map((headers) =>
      scrape(new Request('http://metrics.test/metrics', { headers })),
    );
    const texts = await Promise.all(forms.map(async (answer) => (await answer).text()));
    const operations = texts.map((text) => text.match(/^gateway_operations_total/gm)?.length);
    assert.deepEqual(operations, [1, 1, 1, 1, 1]);
    assert.deepEqual(
      texts.map((text) => text.endsWith('# EOF\n')),
      [false, true, false, true, true],
    );
  });

  it('is at /metrics alone, and not on the port of callers', async () => {
    const { app, metrics } = await gatewayOver();
    const scrape = createScrape(metrics);
    assert.equal((await app(new Request('http://gateway.test/metrics'))).status, 404);
    assert.equal((await scrape(new Request('http://metrics.test/'))).status, 404);
    assert.equal((await scrape(new Request('http://metrics.test/metrics', { method: 'POST' }))).status, 405);
  });
});

const STATE: State = {
  version: '1.2.3',
  isReady: async () => true,
  tokenExpiries: () => new Map([['management.azure.com', 1_800_000_000_000]]),
  policy: { version: () => 'abc', loadedAt: () => 1_700_000_000_000, refusedReloads: () => 2 },
  limits: () => [
    { api: 'arm', remaining: 200, ceiling: 250, waiting: 0 },
    { api: 'arm', remaining: 25, ceiling: 250, waiting: 7 },
    { api: 'key-vault', remaining: 4000, ceiling: 4000, waiting: 1 },
  ],
  audit: { lines: () => ({ written: 5, refused: 1 }) },
};

const pick = (samples: Record<string, number>, which: RegExp): Record<string, number> =>
  Object.fromEntries(Object.entries(samples).filter(([name]) => which.test(name)));
