import { setImmediate } from 'node:timers/promises';
import gateway from '../package.json' with { type: 'json' };
import { createApp } from './app.ts';
import { type Audit, createAudit } from './audit.ts';
import { createCache } from './azure/cache.ts';
import { createClients } from './azure/clients.ts';
import { createCallers } from './caller.ts';
import { complaintsOf } from './complaint.ts';
import { type Config, readConfig } from './config.ts';
import { drain, type Running } from './drain.ts';
import { loadPolicy, type Policy } from './policy.ts';
import { createProbes } from './probes.ts';
import type { Refusal } from './sender.ts';
import { listen, type Server } from './server.ts';
import { type Exporter, startExporter } from './telemetry/exporter.ts';
import { createMetrics } from './telemetry/metrics.ts';
import { createScrape } from './telemetry/scrape.ts';
import { exportState } from './telemetry/state.ts';
import { createLog, type Log, prettyInto, type Telemetry, turnwise } from './telemetry.ts';

// A terminal's Ctrl-C comes twice where npm passes it on as well: what comes so soon after the first is the same.
const ECHO_IN_MS = 300;
const EXIT_CODE = { SIGINT: 130, SIGTERM: 143 };
type Signal = keyof typeof EXIT_CODE;

// What a signal does by now: before anything is open there is nothing to put in order.
let stop: (signal: Signal) => unknown = endAtOnce;
hearSignals();

try {
  await start();
} catch (error) {
  const complaints = complaintsOf(error, process.env).map((complaint) => `- ${complaint}\n`);
  process.stderr.write(`azure-graphql-gateway cannot start:\n${complaints.join('')}`);
  process.exitCode = 1;
}

async function start(): Promise<void> {
  const config = readConfig(process.env);
  // Where AKS has set it, the SDK's managed identity would exchange that token, whatever AZURE_CREDENTIAL says.
  if (config.credential.kind === 'managed-identity') delete process.env.AZURE_FEDERATED_TOKEN_FILE;
  const log = createLog(
    config.logLevel,
    process.stderr.isTTY ? await prettyInto(process.stderr) : linesInto(process.stderr),
  );
  const telemetry = { log, metrics: createMetrics() };
  exitOnFault(log);
  const exporter = config.traces ? await startExporter(gateway.version, telemetry) : undefined;
  const policy = await loadPolicy({ file: config.accessPolicyFile, defaultVault: config.vaultName }, log);
  const opening = createAudit(config.audit, log, process.stdout);
  const end = closing(opening);
  stop = end;
  const audit = await opening;
  // Of a signal that came while all this was loaded Node tells now.
  await setImmediate();
  if (stop === end) await serve(config, { telemetry, exporter, policy, audit });
}

interface Opened {
  readonly telemetry: Telemetry;
  readonly exporter: Exporter | undefined;
  readonly policy: Policy;
  readonly audit: Audit;
}

async function serve(config: Config, { telemetry, exporter, policy, audit }: Opened): Promise<void> {
  const { log, metrics } = telemetry;
  let scrape: Server | undefined;
  try {
    const clients = createClients(config, telemetry);
    const cache = createCache(config.cache, config.requestTimeoutInMs, metrics);
    const probes = createProbes({ identity: clients.identity, policy });
    const callers = createCallers(config.callers, telemetry);
    const app = createApp(config, { clients, cache, policy, audit, probes, callers }, telemetry);
    const state = { version: gateway.version, isReady: probes.isReady, tokenExpiries: clients.tokenExpiries };
    exportState(metrics, { ...state, limits: clients.governor.limits, policy, audit });

    scrape = await openScrape(config, telemetry);
    const server = await listen(config, app, log, { refused: tellingRefused(telemetry) });
    stop = draining({ drainInMs: config.drainInMs, probes, server, scrape, policy, cache, audit, exporter }, log);
    if (config.callers.issuers.length === 0 && !policy.grantsAnonymous()) log.warn(everyQueryRefused());
    const scraped = scrape && `${scrape.url}/metrics`;
    log.info({
      event: 'listening',
      url: `${server.url}/graphql`,
      metrics: scraped,
      credential: config.credential.kind,
    });
  } catch (error) {
    // Whatever is open would keep a process that cannot start, and an audit without its end looks cut off.
    await Promise.all([scrape?.close(), audit.close(), exporter?.close(0)]);
    policy.close();
    throw error;
  }
}

function linesInto(stream: NodeJS.WriteStream) {
  const lines = turnwise(stream);
  process.on('exit', lines.flush);
  return lines;
}

/** A port of its own for the metrics, which are not for callers. One that nobody named may be taken: a laptop runs several. */
async function openScrape(config: Config, { log, metrics }: Telemetry): Promise<Server | undefined> {
  const { port, isNamed } = config.metrics;
  if (port === 0) return undefined;
  try {
    return await listen({ ...config, port, tls: undefined }, createScrape(metrics), log);
  } catch (error) {
    if (isNamed) throw error;
    log.warn({ event: 'metrics-not-served', port, message: 'The port is taken: set METRICS_PORT, or 0 for none.' });
    return undefined;
  }
}

// Nothing of the request but the id that its answer has: it never became one, or says two things of itself.
function tellingRefused({ log, metrics }: Telemetry) {
  return ({ requestId, status, code }: Refusal) => {
    metrics.refused(code);
    log.info({ event: 'refused', requestId, status, code });
  };
}

function endAtOnce(signal: Signal): void {
  process.exit(EXIT_CODE[signal]);
}

/** Listens in the place of whoever has listened since the process began, and leaves no moment without. */
function hearSignals(): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const before = process.rawListeners(signal);
    process.on(signal, (heard: Signal) => stop(heard));
    for (const listener of before) process.off(signal, listener as () => void);
  }
}

/** An audit without its end looks cut off. */
function closing(opening: Promise<Audit>) {
  return async (signal: Signal) => {
    stop = endAtOnce;
    await opening.then((audit) => audit.close()).catch(() => {});
    endAtOnce(signal);
  };
}

function draining(running: Running, log: Log) {
  let stoppingSince: number | undefined;
  return async (signal: Signal) => {
    const now = performance.now();
    if (stoppingSince !== undefined) {
      const isEcho = signal === 'SIGINT' && now - stoppingSince < ECHO_IN_MS;
      if (!isEcho) endAtOnce(signal);
      return;
    }
    stoppingSince = now;
    await drain(running, signal, log);
    process.exit(0);
  };
}

/** What nobody caught has left the process in a state that nobody knows: it is told once, and another process begins anew. */
function exitOnFault(log: Log): void {
  const exit = (event: string) => (error: unknown) => {
    log.error({ event, error });
    process.exit(1);
  };
  process.on('unhandledRejection', exit('unhandled-rejection'));
  process.on('uncaughtException', exit('uncaught-exception'));
}

function everyQueryRefused() {
  return {
    event: 'every-query-refused',
    message: 'No caller can sign in and anonymous is granted nothing: set CALLER_ISSUERS and CALLER_AUDIENCE.',
  };
}
