import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { createScrape } from '../src/telemetry/scrape.ts';
import { exportState } from '../src/telemetry/state.ts';
import { gatewayOver } from './support/gateway.ts';
import { promql } from './support/promql.ts';
import { scrapeOf } from './support/scrape.ts';

// Labels that Prometheus itself gives to what it scrapes.
const OF_PROMETHEUS = ['instance', 'job', 'le'];

describe('the alert rules and the dashboard', () => {
  it('read only what a running gateway exports, in expressions that Prometheus can parse', async () => {
    const exported = await exportedNow();
    const findings = [...alerts(), ...panels()].flatMap((each) => fault(each, exported));
    assert.deepEqual(findings, []);
  });

  it('would be caught at a metric, a label, a code or a syntax that is not', async () => {
    const exported = await exportedNow();
    const wrong = [
      'gateway_op_total',
      'sum by (kind) (gateway_errors_total)',
      'gateway_errors_total{code="NO"}',
      'rate((',
    ];
    const findings = wrong.map((expression) => fault({ name: 'planted', expression }, exported)[0]);
    assert.deepEqual(findings, [
      'planted: nothing exports gateway_op_total',
      'planted: nothing has the label kind',
      'planted: gateway_errors_total has no code NO',
      'planted: rate(( is not PromQL',
    ]);
  });

  it('would be caught at a variable of a metric or a label that is not', async () => {
    const exported = await exportedNow();
    const wrong = [
      'label_values(gateway_info, instance)',
      'label_values(gateway_build_info, replica)',
      'label_names()',
    ];
    const findings = wrong.map((asked) => fault({ name: '$planted', expression: labelValues(asked) }, exported)[0]);
    assert.deepEqual(findings, [
      '$planted: nothing exports gateway_info',
      '$planted: nothing has the label replica',
      '$planted: nothing exports undefined',
    ]);
  });

  it('name settings and metrics that there are', async () => {
    const settings = [...readFileSync('README.md', 'utf8').matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, name]) => name);
    const families = [...(await exportedNow()).keys()].map((name) => name.replace(/_(bucket|sum|count)$/, ''));
    const known = new Set([...settings, ...families]);
    const named = alerts().flatMap(namedIn);
    assert.deepEqual(
      named.filter((name) => !known.has(name)),
      [],
    );
    assert.ok(named.includes('GOVERNOR_SHARE') && named.includes('gateway_policy_info'), named.join());
  });

  it('look at no other program, of which the same metrics are scraped', () => {
    const isOwn = ({ expression }: Named) =>
      expression.includes('instance=~"$instance"') ||
      promql(expression).selected.some(({ metric }) => metric.startsWith('gateway_'));
    const { list } = JSON.parse(readFileSync('deploy/observability/dashboard.json', 'utf8')).templating;
    const all = (list as { name: string; allValue?: string }[]).find(({ name }) => name === 'instance')?.allValue;
    assert.deepEqual(
      [...alerts(), ...panels()].filter((each) => !isOwn(each)).map(({ name }) => name),
      [],
    );
    assert.equal(all, undefined);
  });

  it('say what happened and what to do', () => {
    const silent = alerts().filter(({ rule }) => !rule.annotations.summary || !rule.annotations.description);
    assert.deepEqual(silent, []);
  });
});

describe('docs/observing.md', () => {
  it("lists every metric of the gateway's own, and no other", async () => {
    const listed = readFileSync('docs/observing.md', 'utf8').matchAll(/^\| `(gateway_\w+)/gm);
    const families = [...(await exportedNow()).keys()].map((name) => name.replace(/_(bucket|sum|count)$/, ''));
    const own = families.filter((name) => name.startsWith('gateway_'));
    assert.deepEqual([...listed].map(([, name]) => name).sort(), [...new Set(own)].sort());
  });
});

interface Named {
  readonly name: string;
  readonly expression: string;
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: Readonly<Record<string, string>>;
}

function alerts(): (Named & { rule: Rule })[] {
  const { groups } = parse(readFileSync('deploy/observability/alerts.yaml', 'utf8')) as { groups: { rules: Rule[] }[] };
  return groups.flatMap(({ rules }) => rules.map((rule) => ({ name: rule.alert, expression: rule.expr, rule })));
}

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

function panels(): Named[] {
  const {
    panels: all,
    annotations,
    templating,
  } = JSON.parse(readFileSync('deploy/observability/dashboard.json', 'utf8'));
  const drawn = (all as Panel[]).flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ name: title, expression: expr })),
  );
  const variables = (templating.list as Variable[]).filter(({ type }) => type === 'query');
  const offered = variables.flatMap(({ name, query, definition }) =>
    [query.query, definition].map((asked) => ({ name: `$${name}`, expression: labelValues(asked) })),
  );
  const marks = (annotations.list as { name: string; expr: string }[]).map(({ name, expr }) => ({
    name,
    expression: expr,
  }));
  return [...drawn, ...marks, ...offered];
}

interface Variable {
  readonly name: string;
  readonly type: string;
  readonly query: { readonly query: string };
  readonly definition: string;
}

/** Grafana's own function as what Prometheus would be asked: https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/ */
function labelValues(asked: string): string {
  const [, metric, label] = /^label_values\((.+), (\w+)\)$/.exec(asked) ?? [];
  return `group by (${label}) (${metric})`;
}

/** Words of a text for people that name a setting, a metric or a code. */
const namedIn = ({ rule }: { rule: Rule }): string[] =>
  Object.values(rule.annotations).flatMap(
    (text) => text.match(/\b(?:[A-Z]+_[A-Z_]+|gateway_\w+|nodejs_\w+|process_\w+)\b/g) ?? [],
  );

/** The labels of each metric, with the values that were seen or can be. */
type Exported = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;

function fault({ name, expression }: Named, exported: Exported): string[] {
  // Grafana's own: https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/
  const read = promql(expression.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*'));
  if (read.faults.length > 0) return [`${name}: ${expression} is not PromQL`];
  const labels = new Set([
    ...OF_PROMETHEUS,
    ...read.selected.flatMap(({ metric }) => [...(exported.get(metric)?.keys() ?? [])]),
  ]);
  return [
    ...read.selected
      .filter(({ metric }) => !exported.has(metric))
      .map(({ metric }) => `${name}: nothing exports ${metric}`),
    ...read.groupedBy.filter((label) => !labels.has(label)).map((label) => `${name}: nothing has the label ${label}`),
    ...read.selected.flatMap(({ metric, matchers }) =>
      matchers
        .filter(
          ([label, pattern]) => !OF_PROMETHEUS.includes(label) && !matches(exported.get(metric)?.get(label), pattern),
        )
        .map(([label, pattern]) => `${name}: ${metric} has no ${label} ${pattern}`),
    ),
  ];
}

const matches = (values: ReadonlySet<string> | undefined, pattern: string): boolean =>
  [...(values ?? [])].some((value) => new RegExp(`^(?:${pattern})$`).test(value));

let exported: Promise<Exported> | undefined;
const exportedNow = () => {
  exported ??= scrapedNow();
  return exported;
};

/** A gateway that has answered and failed in each way, scraped. */
async function scrapedNow(): Promise<Exported> {
  const { app, ask, azure, clients, metrics } = await gatewayOver();
  azure.addFault({ service: 'arm', status: 503, times: 3 });
  await ask('{ resourceGroups { name } secret(name: "SampleSecret") { value } }');
  await ask('{ resourceGroups { name } }');
  const headers = { authorization: 'Bearer nonsense' };
  await app(new Request('http://gateway.test/graphql', { method: 'POST', headers, body: '{}' }));
  exportState(metrics, {
    version: '1.2.3',
    isReady: async () => true,
    tokenExpiries: () => new Map([['https://management.azure.com', Date.now()]]),
    policy: { version: () => 'abc', loadedAt: Date.now, refusedReloads: () => 0 },
    limits: clients.governor.limits,
    audit: { lines: () => ({ written: 1, refused: 0 }) },
  });
  const seen = new Map<string, Map<string, Set<string>>>();
  for (const series of (await scrapeOf(createScrape(metrics))).keys()) {
    const [, name = '', rest = ''] = /^(\w+)(.*)$/.exec(series) ?? [];
    const labels = seen.get(name) ?? new Map<string, Set<string>>();
    for (const [, label = '', value = ''] of rest.matchAll(/(\w+)="([^"]*)"/g))
      labels.set(label, new Set([...(labels.get(label) ?? []), value]));
    seen.set(name, labels);
  }
  return withEveryValue(seen);
}

/** What a label can be, beyond what was seen in a few queries. */
function withEveryValue(seen: Map<string, Map<string, Set<string>>>): Exported {
  const codes = [...readFileSync('README.md', 'utf8').matchAll(/^\| `([A-Z_]+)` \| [\d, ]+ \|/gm)].map(
    ([, code = '']) => code,
  );
  seen.get('gateway_errors_total')?.set('code', new Set(codes));
  seen.get('gateway_requests_refused_total')?.set('code', new Set(codes));
  seen
    .get('gateway_upstream_calls_total')
    ?.set('status', new Set(['0', '200', '401', '403', '404', '429', '500', '503']));
  return seen;
}
