import { readFileSync } from 'node:fs';
import { Counter, collectDefaultMetrics, Gauge } from 'prom-client';
import type { Metrics } from './metrics.ts';

/** What a scrape asks of the gateway's parts; each is read when it is scraped. */
export interface State {
  readonly version: string;
  /** Whether /ready would say so. */
  isReady(): Promise<boolean>;
  /** When each kept token ends, in ms since 1970, by the audience it is for. */
  tokenExpiries(): ReadonlyMap<string, number>;
  readonly policy: { version(): string; loadedAt(): number; refusedReloads(): number };
  /** What is left of Azure's quotas, by the service that they are of, and how many calls wait for each. */
  readonly limits: () => readonly { api: string; remaining: number; ceiling: number; waiting: number }[];
  readonly audit: { lines(): { readonly written: number; readonly refused: number } };
}

/** Adds what is not counted but looked at: the process itself, its event loop, the identity, the policy and the audit. */
export function exportState({ registry }: Metrics, state: State): void {
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'gateway_build_info',
    help: 'Always 1; the version is its label.',
    labelNames: ['version'],
    registers,
  }).set({ version: state.version }, 1);
  new Gauge({
    name: 'gateway_ready',
    help: '1 where /ready answers 200.',
    registers,
    async collect() {
      this.set((await state.isReady()) ? 1 : 0);
    },
  });
  new Gauge({
    name: 'gateway_memory_bytes',
    help: 'Memory that the kernel cannot take back: resident, without the pages of files. 0 where that is not Linux.',
    registers,
    collect() {
      this.set(ownMemoryInBytes());
    },
  });
  new Gauge({
    name: 'gateway_token_expiry_timestamp_seconds',
    help: "When the token of the gateway's identity ends.",
    labelNames: ['audience'],
    registers,
    collect() {
      for (const [audience, at] of state.tokenExpiries()) this.set({ audience }, at / 1000);
    },
  });
  exportPolicy(state, registers);
  exportAudit(state, registers);
  exportLimits(state, registers);
}

// Node's own code is mapped from its file: up to 80 MB of the resident memory, that no limit is reached by.
function ownMemoryInBytes(): number {
  try {
    return Number(/^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

// Of each service the scope that has least left: scopes are callers' texts.
function exportLimits({ limits }: State, registers: Metrics['registry'][]): void {
  new Gauge({
    name: 'gateway_upstream_budget_ratio',
    help: 'What is left of the quota that is nearest to its end, from 0 to 1.',
    labelNames: ['service'],
    registers,
    collect() {
      this.reset();
      for (const [service, own] of Map.groupBy(limits(), ({ api }) => api))
        this.set({ service }, Math.min(...own.map(({ remaining, ceiling }) => remaining / ceiling)));
    },
  });
  new Gauge({
    name: 'gateway_upstream_calls_waiting',
    help: 'Calls that wait for a quota.',
    labelNames: ['service'],
    registers,
    collect() {
      this.reset();
      for (const [service, own] of Map.groupBy(limits(), ({ api }) => api))
        this.set(
          { service },
          own.reduce((all, { waiting }) => all + waiting, 0),
        );
    },
  });
}

function exportPolicy({ policy }: State, registers: [Metrics['registry']] | Metrics['registry'][]): void {
  new Gauge({
    name: 'gateway_policy_info',
    help: 'Always 1; the version that decides is its label.',
    labelNames: ['version'],
    registers,
    collect() {
      this.reset();
      this.set({ version: policy.version() }, 1);
    },
  });
  new Gauge({
    name: 'gateway_policy_loaded_timestamp_seconds',
    help: 'When that version was taken up.',
    registers,
    collect() {
      this.set(policy.loadedAt() / 1000);
    },
  });
  new Counter({
    name: 'gateway_policy_refused_reloads_total',
    help: 'Changes of ACCESS_POLICY that were not valid; the last good one decides.',
    registers,
    collect() {
      this.reset();
      this.inc(policy.refusedReloads());
    },
  });
}

function exportAudit({ audit }: State, registers: Metrics['registry'][]): void {
  new Counter({
    name: 'gateway_audit_lines_total',
    help: 'Lines of the audit record: written, or refused because they could not be.',
    labelNames: ['outcome'],
    registers,
    collect() {
      this.reset();
      for (const [outcome, count] of Object.entries(audit.lines())) this.inc({ outcome }, count);
    },
  });
}
