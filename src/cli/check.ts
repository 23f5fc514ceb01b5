import type { HttpClient } from '@azure/core-rest-pipeline';
import { type Config, ConfigError, readConfig } from '../config.ts';
import type { Fetch } from '../outbound.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { createLog } from '../telemetry.ts';
import { checkAudit } from './check/audit.ts';
import { checkAzure } from './check/azure.ts';
import { checkIssuers } from './check/caller.ts';
import { checkDocuments } from './check/documents.ts';
import { checkCollector, checkTls } from './check/machine.ts';
import { checkPolicy } from './check/policy.ts';
import { checkPorts } from './check/port.ts';
import { failed, ok, type Row, skipped } from './check/row.ts';
import type { Terminal } from './terminal.ts';

const PATIENCE_IN_MS = 12_000;

type Environment = Terminal['env'];

/** What stands in for the network, and what ends the patience with a silent one. */
export interface CheckMeans {
  readonly httpClient?: HttpClient;
  readonly fetch?: Fetch;
  readonly signal?: AbortSignal;
}

/** A row for each thing that the gateway would need with this environment. Takes 12 s at most, and reads no secret's value. */
export async function check(env: Environment, means: CheckMeans = {}): Promise<readonly Row[]> {
  try {
    return await checkWith(readConfig(env), env, means);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [
      ...error.complaints.map((complaint) => failed('settings', complaint, SETTINGS)),
      skipped('all else', 'the settings are not valid'),
    ];
  }
}

const SETTINGS = 'Set it so, or leave it out. The README lists every setting.';

async function checkWith(config: Config, env: Environment, means: CheckMeans): Promise<readonly Row[]> {
  // As at the start: the SDK's managed identity would exchange that token, whatever AZURE_CREDENTIAL says.
  if (config.credential.kind === 'managed-identity') delete env.AZURE_FEDERATED_TOKEN_FILE;
  const { httpClient, fetch, signal = AbortSignal.timeout(PATIENCE_IN_MS) } = means;
  const telemetry = { log: createLog('silent', { write() {} }), metrics: createMetrics() };
  const policy = await checkPolicy(config);
  const [documents, audit, ports, collector, issuers, azure] = await Promise.all([
    checkDocuments(config),
    checkAudit(config.audit),
    checkPorts(config),
    checkCollector(env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim() || undefined, signal),
    checkIssuers(config.callers, telemetry, signal, fetch),
    checkAzure(config, policy.reach, telemetry, { signal, httpClient }),
  ]);
  return [
    ok('settings', `Azure ${config.cloud.name}, ${config.credential.kind}`),
    ...policy.rows,
    documents,
    ...issuers,
    ...azure,
    audit,
    ...ports,
    checkTls(config.tls),
    collector,
  ];
}
