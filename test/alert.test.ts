import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import type { Metrics } from '../src/telemetry/metrics.ts';
import { createScrape } from '../src/telemetry/scrape.ts';
import { exportState, type State } from '../src/telemetry/state.ts';
import { gatewayOver } from './support/gateway.ts';
import { evaluate, type Scrape, secondsOf } from './support/prometheus.ts';
import { type Samples, scrapeOf } from './support/scrape.ts';
import { telemetryWith } from './support/telemetry.ts';

const MINUTES = 25;

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
}
const rules = (
  parse(readFileSync('deploy/observability/alerts.yaml', 'utf8')) as { groups: { rules: Rule[] }[] }
).groups.flatMap((group) => group.rules);

describe('the alert rules', () => {
  it('are silent over a gateway that answers, though a caller errs and a call fails now and then', async () => {
    const { ask, azure, metrics } = await gatewayOver();
    const scrapes = await scraped(metrics, {
      async each(minute) {
        if (minute === 3) azure.addFault({ service: 'arm', status: 404, times: 1 });
        await ask('{ resourceGroups { name } secret(name: "SampleSecret") { value } nothing }');
        await ask('{ resourceGroups { name } secret(name: "SampleSecret") { value } }');
      },
    });
    assert.deepEqual(firing(scrapes), []);
  });

  // What happens each minute, or how the gateway is; first so that the rule fires, then as near to it as does not.
  const stories: Record<string, { fires: Story; keepsSilent: Story | readonly Story[] }> = {
    GatewayAbsent: { fires: { seen: () => new Map() }, keepsSilent: {} },
    GatewayNoneReady: {
      fires: { isReady: (minute) => minute < MINUTES - 2 },
      keepsSilent: {
        isReady: (minute) => minute < MINUTES - 3,
        seen: (samples) => besides(samples, 'gateway_ready{instance="b"}', 1),
      },
    },
    GatewayNotReady: {
      fires: { seen: (samples) => besides(samples, 'gateway_ready{instance="b"}', 0) },
      keepsSilent: { isReady: (minute) => minute % 2 > 0 },
    },
    GatewayInternalErrors: { fires: refused('INTERNAL', 1), keepsSilent: refused('BAD_REQUEST', 100) },
    GatewayAuditUnavailable: {
      fires: { auditLines: (minute) => ({ written: 0, refused: minute }) },
      // Refused before, and written ever since.
      keepsSilent: { auditLines: (minute) => ({ written: minute, refused: 7 }) },
    },
    GatewayAzureFailing: {
      fires: calls({ 503: 1, 0: 1, 200: 17 }),
      // The second: all calls fail, and they are too few to tell.
      keepsSilent: [calls({ 503: 2, 404: 9, 200: 9 }), calls({ 503: 1 })],
    },
    GatewayThrottledByAzure: { fires: calls({ 429: 1, 200: 50 }), keepsSilent: calls({ 403: 20, 200: 50 }) },
    GatewayQuotaLow: {
      fires: { limits: () => [limit('arm', { remaining: 200 }), limit('arm', { remaining: 39 })] },
      keepsSilent: { limits: () => [limit('arm', { remaining: 41 }), limit('resource-graph', { remaining: 3 })] },
    },
    GatewayCallsWaiting: {
      fires: { limits: () => [limit('arm', {}), limit('resource-graph', { waiting: 1 })] },
      keepsSilent: { limits: (minute) => [limit('arm', { waiting: minute % 4 })] },
    },
    GatewayTokenExpiring: {
      fires: { tokenEndsIn: (audience) => (audience.includes('management') ? 89 : 3_600) },
      keepsSilent: { tokenEndsIn: (audience) => (audience.includes('management') ? 91 : 10) },
    },
    GatewayPolicyRefused: {
      fires: { refusedReloads: (minute) => (minute > 15 ? 1 : 0) },
      keepsSilent: { refusedReloads: () => 4 },
    },
    GatewayPoliciesDiffer: {
      fires: { seen: (samples) => besides(samples, 'gateway_policy_info{version="def"}', 1) },
      keepsSilent: { seen: (samples) => besides(samples, 'gateway_policy_info{version="abc",instance="b"}', 1) },
    },
    GatewayOverloaded: { fires: refused('OVERLOADED', 1), keepsSilent: refused('RATE_LIMITED', 50) },
    GatewayTokensRefused: { fires: refused('UNAUTHENTICATED', 61), keepsSilent: refused('UNAUTHENTICATED', 59) },
    GatewaySlow: { fires: operations({ 0.1: 90, 7: 10 }), keepsSilent: operations({ 4.9: 99, 7: 1 }) },
    GatewayEventLoopLag: {
      fires: { seen: (samples) => besides(samples, 'nodejs_eventloop_lag_p99_seconds', 0.26) },
      // Another program of Node, beside one that is near.
      keepsSilent: {
        seen: (samples) =>
          besides(
            besides(samples, 'nodejs_eventloop_lag_p99_seconds', 0.24),
            'nodejs_eventloop_lag_p99_seconds{job="other"}',
            9,
          ),
      },
    },
    GatewayRestarts: {
      fires: { seen: startedAnew('process_start_time_seconds', 6) },
      keepsSilent: { seen: startedAnew('process_start_time_seconds{job="other"}', 6) },
    },
    GatewayMemory: {
      fires: { seen: (samples) => besides(samples, 'gateway_memory_bytes', 231e6) },
      keepsSilent: { seen: (samples) => besides(samples, 'gateway_memory_bytes', 230e6) },
    },
  };

  for (const [alert, { fires, keepsSilent }] of Object.entries(stories)) {
    it(`fire ${alert}, and no other, where they should`, async () => {
      assert.deepEqual(firing(await scraped(telemetryWith().metrics, fires)), [alert]);
      for (const story of [keepsSilent].flat())
        assert.deepEqual(firing(await scraped(telemetryWith().metrics, story)), []);
    });
  }

  it('have a story each', () => {
    assert.deepEqual(rules.map(({ alert }) => alert).sort(), Object.keys(stories).sort());
  });
});

/** The rules whose expression has held at every scrape for as long as they say, at the last of them. */
function firing(scrapes: readonly Scrape[]): string[] {
  const [first, now] = [scrapes[0]?.at ?? 0, scrapes.at(-1)?.at ?? 0];
  const holds = ({ expr, for: patience = '0s' }: Rule) =>
    now - first >= secondsOf(patience) &&
    scrapes
      .map(({ at }, nth) => ({ at, until: scrapes.slice(0, nth + 1) }))
      .filter(({ at }) => at >= now - secondsOf(patience))
      .every(({ until }) => evaluate(expr, until).length > 0);
  return rules.filter(holds).map(({ alert }) => alert);
}

interface Story {
  readonly each?: (minute: number, metrics: Metrics) => Promise<void> | void;
  readonly isReady?: (minute: number) => boolean;
  readonly auditLines?: (minute: number) => { written: number; refused: number };
  readonly refusedReloads?: (minute: number) => number;
  readonly tokenEndsIn?: (audience: string) => number;
  readonly limits?: (minute: number) => ReturnType<State['limits']>;
  readonly seen?: (samples: Samples) => Samples;
}

/** What Prometheus has of a gateway after so many minutes of a story. */
async function scraped(metrics: Metrics, story: Story): Promise<Scrape[]> {
  const {
    each,
    isReady,
    auditLines,
    limits,
    refusedReloads,
    tokenEndsIn = () => 3_600,
    seen = (samples) => samples,
  } = story;
  let minute = 0;
  const ends = (audience: string): [string, number] => [audience, (minute * 60 + tokenEndsIn(audience)) * 1_000];
  exportState(metrics, {
    version: '1.2.3',
    isReady: async () => isReady?.(minute) ?? true,
    tokenExpiries: () => new Map(['https://management.azure.com', 'https://vault.azure.net'].map(ends)),
    policy: { version: () => 'abc', loadedAt: Date.now, refusedReloads: () => refusedReloads?.(minute) ?? 0 },
    limits: () => limits?.(minute) ?? [],
    audit: { lines: () => auditLines?.(minute) ?? { written: minute, refused: 0 } },
  });
  const scrape = createScrape(metrics);
  const scrapes: Scrape[] = [];
  for (; minute <= MINUTES; minute++) {
    if (minute > 0) await each?.(minute, metrics);
    const samples = new Map(await scrapeOf(scrape));
    // What this test's own process is at is no part of a story.
    samples.set('nodejs_eventloop_lag_p99_seconds', 0.01).set('gateway_memory_bytes', 120e6);
    scrapes.push({ at: minute * 60, samples: seen(samples) });
  }
  return scrapes;
}

function refused(code: string, times: number): Story {
  return {
    each: (_minute, metrics) => {
      for (let time = 0; time < times; time++) metrics.refused(code);
    },
  };
}

function calls(statuses: Readonly<Record<number, number>>): Story {
  return {
    each: (_minute, metrics) => {
      for (const [status, times] of Object.entries(statuses))
        for (let time = 0; time < times; time++)
          metrics.upstream({ service: 'arm', status: Number(status), seconds: 0.1 });
    },
  };
}

function limit(api: string, { remaining = 200, waiting = 0 }: { remaining?: number; waiting?: number }) {
  return { api, remaining, ceiling: 200, waiting };
}

function operations(counts: Readonly<Record<number, number>>): Story {
  const operation = { type: 'query', outcome: 'ok', document: '', codes: [], traceId: '1' } as const;
  return {
    each: (_minute, metrics) => {
      for (const [seconds, times] of Object.entries(counts))
        for (let time = 0; time < times; time++) metrics.operationEnded({ ...operation, seconds: Number(seconds) });
    },
  };
}

/** Every so many minutes, as the scrapes go by. */
function startedAnew(series: string, every: number): (samples: Samples) => Samples {
  let scrapes = 0;
  return (samples) => besides(samples, series, Math.floor(scrapes++ / every));
}

function besides(samples: Samples, series: string, value: number): Samples {
  return new Map([...samples, [series, value]]);
}
