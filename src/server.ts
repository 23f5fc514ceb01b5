import { once } from 'node:events';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { App } from './app.ts';
import type { Config, LimitsConfig, TlsFiles } from './config.ts';
import { boundConnections } from './connections.ts';
import { requestOf, send } from './node-http.ts';
import { answerOf, NO_HANDSHAKE, type Refusal, refusalOf, refuse, textOf } from './sender.ts';
import type { Log } from './telemetry.ts';
import { type CutOff, createUnsent, type SendingBounds, type Unsent } from './unsent.ts';

/** What node:http bounds; slow senders are cut off: https://nodejs.org/api/http.html#serverheaderstimeout. And what it does not: slow readers. */
export interface Bounds extends SendingBounds {
  readonly headersTimeout: number;
  readonly requestTimeout: number;
  readonly connectionsCheckingInterval: number;
  readonly maxHeaderSize: number;
  /** Connections at a time: who comes beyond them takes the place of one that has no request under way. */
  readonly maxConnections: number;
  /** How long who was refused and still sends is listened to, so that it gets its answer. */
  readonly farewell: number;
}

/** What may be other than usual at the door. */
export interface Door {
  readonly bounds?: Bounds;
  /** Hears of each request that never reached the app. */
  readonly refused?: (refusal: Refusal) => void;
}

const KEEP_ALIVE_IN_MS = 65_000;
const SPARED_FOR_MS = 1000;
const FAREWELL_IN_MS = 2_000;
const TLS_RELOAD_INTERVAL_IN_MS = 1_000;

export interface Server {
  /** Where it listens, such as http://127.0.0.1:8080. */
  readonly url: string;
  /** From now on each answer ends its connection, so that clients connect anew, elsewhere. */
  retire(): void;
  /** Takes no more requests, finishes those under way for as long as a request may take, then resolves. */
  close(): Promise<void>;
}

/** Opens the port. Rejects with the system's error where it is taken, or with one about the TLS files. */
export async function listen(
  config: Pick<Config, 'host' | 'port' | 'tls' | 'requestTimeoutInMs' | 'limits'>,
  app: App,
  log: Log,
  { bounds = boundsOf(config.limits), refused = () => {} }: Door = {},
): Promise<Server> {
  const { host, port, tls } = config;
  const unsent = createUnsent(bounds, tellingCutOff(log));
  const traffic: Traffic = { underWay: new Set(), unsent, isRetired: false };
  const listener = front(app, traffic, refused);
  const { headersTimeout, requestTimeout, connectionsCheckingInterval, maxHeaderSize } = bounds;
  const ofNode = { headersTimeout, requestTimeout, connectionsCheckingInterval, maxHeaderSize };
  // Who sends no Host is told so by `refuse`, which says more than Node does.
  const options = { ...ofNode, keepAliveTimeout: KEEP_ALIVE_IN_MS, requireHostHeader: false };
  const server = tls
    ? https.createServer({ ...options, handshakeTimeout: headersTimeout, ...readTls(tls) }, listener)
    : http.createServer(options, listener);
  // Of which Node would say 417, and no more.
  server.on('checkExpectation', listener);
  boundConnections(server, bounds.maxConnections, unsent.giveWay);
  answerUnreadable(server, traffic, bounds, refused);
  const stopReloading = tls && server instanceof https.Server ? reloadTls(server, tls, log) : () => {};

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  const retire = () => {
    traffic.isRetired = true;
  };
  return {
    url: urlOf(server.address() as AddressInfo, host, tls !== undefined),
    retire,
    async close() {
      stopReloading();
      const closed = new Promise((resolve) => server.close(resolve));
      retire();
      // A client that does not read its answer must not hold the process up.
      const patience = AbortSignal.timeout(config.requestTimeoutInMs);
      for (const response of traffic.underWay) await once(response, 'close', { signal: patience }).catch(() => {});
      // Node counts a connection that has not sent anything yet as busy, and clients open such ahead of need.
      server.closeAllConnections();
      await closed;
    },
  };
}

interface Traffic {
  readonly underWay: Set<ServerResponse>;
  readonly unsent: Unsent;
  isRetired: boolean;
}

/** What a port has of the settings. */
export function boundsOf(limits: LimitsConfig): Bounds {
  const { headersTimeoutInMs, receiveTimeoutInMs, sendTimeoutInMs, maxUnsentBytes, maxHeaderBytes } = limits;
  return {
    maxConnections: limits.maxConnections,
    farewell: FAREWELL_IN_MS,
    headersTimeout: headersTimeoutInMs,
    // Node refuses a whole that is shorter than its part.
    requestTimeout: Math.max(headersTimeoutInMs, receiveTimeoutInMs),
    connectionsCheckingInterval: headersTimeoutInMs / 2,
    maxHeaderSize: maxHeaderBytes,
    sendTimeout: sendTimeoutInMs,
    maxUnsentBytes,
    sparedFor: SPARED_FOR_MS,
  };
}

function front(app: App, traffic: Traffic, refused: (refusal: Refusal) => void): RequestListener {
  return (request: IncomingMessage, response: ServerResponse) => {
    traffic.underWay.add(response);
    response.once('close', () => traffic.underWay.delete(response));
    if (traffic.isRetired) response.setHeader('connection', 'close');
    // The app never throws; where an answer cannot be sent, the connection is all that is left to end.
    const hangUp = () => request.socket.destroy();
    const refusal = refuse(request);
    if (refusal) {
      refused(refusal);
      return void send(response, answerOf(refusal), traffic.unsent).catch(hangUp);
    }
    const received = requestOf(request, response);
    app(received)
      .then((answer) => send(response, answer, traffic.unsent, received.callerId))
      .catch(hangUp);
  };
}

const tellingCutOff =
  (log: Log) =>
  ({ callerId, ...cut }: CutOff) =>
    log.info({ event: 'cut-off', caller: callerId, ...cut });

/** Answers senders whose bytes never became a request, such as those of too large a header or too slow a body. */
function answerUnreadable(
  server: http.Server,
  { underWay }: Traffic,
  { maxHeaderSize, farewell }: Bounds,
  refused: (refusal: Refusal) => void,
): void {
  server.on('clientError', (error, socket) => {
    const isAnswered = [...underWay].some((response) => response.socket === socket && response.headersSent);
    if (isAnswered) return void socket.destroy();
    // Who still sends is read for a while, and comes here again with each part: hung up on, it would lose the answer.
    if (!socket.writable) return;
    const refusal = refusalOf(error, maxHeaderSize);
    refused(refusal);
    // Without its handshake no answer can be read.
    if ((error as NodeJS.ErrnoException).code === NO_HANDSHAKE) return void socket.destroy();
    socket.end(textOf(refusal));
    setTimeout(() => socket.destroy(), farewell).unref();
  });
}

function readTls({ certFile, keyFile }: TlsFiles) {
  return { cert: readFileSync(certFile), key: readFileSync(keyFile) };
}

// Polled, since a mounted Kubernetes secret changes by a symbolic link that file events do not follow.
function reloadTls(server: https.Server, tls: TlsFiles, log: Log): () => void {
  const reload = () => {
    try {
      server.setSecureContext(readTls(tls));
      log.info({ event: 'tls-reloaded' });
    } catch (error) {
      // Certificate and key change one after the other: until they fit, the old pair serves on.
      log.warn({ event: 'tls-reload-failed', error });
    }
  };
  const files = [tls.certFile, tls.keyFile];
  for (const file of files) watchFile(file, { interval: TLS_RELOAD_INTERVAL_IN_MS, persistent: false }, reload);
  return () => {
    for (const file of files) unwatchFile(file, reload);
  };
}

function urlOf({ port }: AddressInfo, host: string, isTls: boolean): string {
  return `${isTls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
