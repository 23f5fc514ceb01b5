import { setTimeout } from 'node:timers/promises';
import type { Probes } from './probes.ts';
import type { Server } from './server.ts';
import type { Exporter } from './telemetry/exporter.ts';
import type { Log } from './telemetry.ts';

// A collector that does not answer may hold up a person less than the last traces are worth otherwise.
const TRACES_IN_MS = { SIGINT: 1_000, SIGTERM: 5_000 };

/** What a gateway that stops has to put in order. */
export interface Running {
  readonly drainInMs: number;
  readonly probes: Probes;
  readonly server: Server;
  readonly scrape: Server | undefined;
  readonly policy: { close(): void };
  readonly cache: { close(): void };
  readonly audit: { close(): Promise<void> };
  readonly exporter: Exporter | undefined;
}

/**
 * Stops without losing anything: says that it is not ready and goes on answering until that has been heard, takes no more
 * requests and finishes those under way, then wipes what is kept and writes out the audit and the traces. SIGINT comes from a person, and nobody has
 * to hear of it. Never rejects.
 */
export async function drain(running: Running, signal: 'SIGINT' | 'SIGTERM', log: Log): Promise<void> {
  const { drainInMs, probes, server, scrape, policy, cache, audit, exporter } = running;
  const waitInMs = signal === 'SIGINT' ? 0 : drainInMs;
  log.info({ event: 'stopping', signal, waitInMs });
  probes.stop();
  server.retire();
  await setTimeout(waitInMs);
  await server.close();
  policy.close();
  cache.close();
  await audit.close();
  await exporter?.close(TRACES_IN_MS[signal]);
  await scrape?.close();
  log.info({ event: 'stopped' });
}
