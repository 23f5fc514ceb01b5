import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { createServer } from 'node:net';
import { json } from 'node:stream/consumers';
import { complaintsOf } from '../../complaint.ts';
import type { Config } from '../../config.ts';
import { failed, ok, type Row, skipped, warning } from './row.ts';

const PATIENCE_IN_MS = 2_000;
const PORT = 'port';
const METRICS = 'metrics port';

/**
 * Whether both ports can be opened. They are taken where the check runs beside the gateway that it is about, as in its
 * container: who has the port is asked whether it is one.
 */
export async function checkPorts({ host, port, tls, metrics }: Config): Promise<readonly [Row, Row]> {
  const refusal = await opening(host, port);
  const isBeside = refusal?.code === 'EADDRINUSE' && (await isGateway(host, port, tls !== undefined));
  const complaint = refusal && complaintsOf(refusal, { HOST: host, PORT: String(port) }).join(' ');
  const row = complaint && !isBeside ? failed(PORT, complaint, FIX) : ok(PORT, isBeside ? BESIDE : place(host, port));
  return [row, await metricsRow(host, metrics, isBeside)];
}

const FIX = 'Set HOST and PORT to what the gateway may open. Port 0 takes a free one.';
const BESIDE = 'open already, by a gateway that lives';
const place = (host: string, port: number): string => (port === 0 ? `any free one of ${host}` : `${port} of ${host}`);

async function metricsRow(host: string, { port, isNamed }: Config['metrics'], isBeside: boolean): Promise<Row> {
  if (port === 0) return skipped(METRICS, 'METRICS_PORT is 0: none are served');
  const refusal = await opening(host, port);
  if (!refusal) return ok(METRICS, place(host, port));
  if (isBeside && refusal.code === 'EADDRINUSE') return ok(METRICS, BESIDE);
  const complaint = complaintsOf(refusal, { HOST: host, METRICS_PORT: String(port) }).join(' ');
  const fix = 'Set METRICS_PORT to a free port, or to 0 for no metrics.';
  return isNamed ? failed(METRICS, complaint, fix) : warning(METRICS, `${complaint} None will be served.`, fix);
}

/** Opens the port and closes it again: the system's error where that cannot be. */
async function opening(host: string, port: number): Promise<NodeJS.ErrnoException | undefined> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<NodeJS.ErrnoException | undefined>();
  server.once('error', resolve).listen(port, host, () => server.close(() => resolve(undefined)));
  return promise;
}

async function isGateway(host: string, port: number, isTls: boolean): Promise<boolean> {
  // Nothing is told to it, and what it says is not believed further: its certificate need not be for this name.
  const options = { host: ownAddress(host), port, path: '/live', rejectUnauthorized: false };
  const request = (isTls ? https : http).get({ ...options, signal: AbortSignal.timeout(PATIENCE_IN_MS) });
  try {
    const [response] = await once(request, 'response');
    const body: unknown = await json(response);
    return typeof body === 'object' && body !== null && Reflect.get(body, 'status') === 'live';
  } catch {
    return false;
  } finally {
    request.on('error', () => {}).destroy();
  }
}

function ownAddress(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}
