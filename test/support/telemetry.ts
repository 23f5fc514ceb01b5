import { createMetrics } from '../../src/telemetry/metrics.ts';
import { createLog, type Log, type Telemetry } from '../../src/telemetry.ts';

export const silent = createLog('silent', { write() {} });

/** Metrics of its own beside a log: silence where none is given. */
export const telemetryWith = (log: Log = silent): Telemetry => ({ log, metrics: createMetrics() });
