import { parentPort, workerData } from 'node:worker_threads';
import { createCallers } from '../../src/caller.ts';
import { telemetryWith } from './telemetry.ts';

// A worker of its own, with its own environment: the SDK reads NO_PROXY once for all that it ever asks.
const { issuers, audiences, tokens } = workerData;
const { identify } = createCallers({ issuers, audiences }, telemetryWith());
const complaints: string[] = [];
for (const token of tokens) await identify(`Bearer ${token}`).catch((error) => complaints.push(error.message));
parentPort?.postMessage(complaints);
