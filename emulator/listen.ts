import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { admin } from './admin.ts';
import type { Azure } from './azure.ts';
import { accessPolicy } from './contoso/access-policy.ts';
import { certificateNames } from './hosts.ts';
import { createServerCertificate } from './network/certificate.ts';
import { exportsOf } from './network/exports.ts';
import { listener } from './network/http.ts';
import { createProxy } from './network/proxy.ts';
import { createWorkspace } from './network/workspace.ts';

export interface ListenOptions {
  /** `address:port` of the identity endpoint; default a free port of 127.0.0.1. */
  readonly imds?: string;
  /** `address:port` of Azure's https names; default a free port of 127.0.0.1. */
  readonly tls?: string;
}

export interface Listening {
  /** The environment that aims a client here, in the order to print it. */
  readonly exports: ReadonlyArray<readonly [name: string, value: string]>;
  /** Where Azure's https names are, for a client that resolves them itself. */
  readonly tls: { readonly port: number; readonly authority: string };
  /** How many connections to Azure are open. */
  connections(): number;
  /** From now on its names show a certificate of another authority, until the returned function is called. */
  showOtherCertificate(): Promise<() => void>;
  close(): Promise<void>;
}

const FREE_PORT = '127.0.0.1:0';
// Longer than clients keep idle connections: one that is closed as it is used again looks like a reset.
const KEEP_ALIVE_IN_MS = 120_000;

/** Puts the local Azure behind real sockets. Rejects when a port is taken, and then leaves nothing open. */
export async function listen(azure: Azure, options: ListenOptions = {}): Promise<Listening> {
  const answer = (request: Request) => azure.fetch(request);
  const certificate = await createServerCertificate(certificateNames());
  const tls = createTlsServer(
    { cert: certificate.chain, key: certificate.key, keepAliveTimeout: KEEP_ALIVE_IN_MS },
    listener('https', answer),
  );
  const imdsListener = listener('http', answer);
  const imds = createServer({ keepAliveTimeout: KEEP_ALIVE_IN_MS }, imdsListener);
  const administration = createServer(listener('http', admin(azure)));
  const servers: Server[] = [tls, imds, administration];
  try {
    await open(tls, options.tls ?? FREE_PORT);
    const imdsAddress = await open(imds, options.imds ?? FREE_PORT);
    const adminAddress = await open(administration, FREE_PORT);
    const connect = (socket: unknown) => tls.emit('connection', socket);
    const proxy = createProxy({ world: azure.world, connect, imdsAddress, imds: imdsListener });
    servers.push(proxy);
    const proxyAddress = await open(proxy, FREE_PORT);
    const files = { authority: certificate.authority, accessPolicy: accessPolicy(azure.world) };
    const workspace = await createWorkspace(files, () => azure.federatedToken());
    return {
      tls: { port: (tls.address() as AddressInfo).port, authority: certificate.authority },
      connections: () => [tls, imds].reduce((count, server) => count + (sockets.get(server)?.size ?? 0), 0),
      async showOtherCertificate() {
        const other = await createServerCertificate(certificateNames());
        tls.setSecureContext({ cert: other.chain, key: other.key });
        return () => tls.setSecureContext({ cert: certificate.chain, key: certificate.key });
      },
      exports: exportsOf(azure.world, { proxyAddress, imdsAddress, adminAddress, ...workspace }),
      close: async () => {
        await Promise.all([...servers.map(shut), workspace.remove()]);
      },
    };
  } catch (error) {
    await Promise.all(servers.map(shut));
    throw error;
  }
}

// A server's own closeAllConnections forgets the sockets that a CONNECT has turned into something else.
const sockets = new WeakMap<Server, Set<Socket>>();

async function open(server: Server, at: string): Promise<string> {
  const live = new Set<Socket>();
  sockets.set(server, live);
  server.on('connection', (socket: Socket) => {
    live.add(socket);
    socket.once('close', () => live.delete(socket));
  });
  const { hostname, port } = new URL(`http://${at}`);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  // URL drops the port 80 it has by default.
  server.listen({ host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 80 : Number(port) }, resolve);
  await promise;
  server.off('error', reject);
  const bound = server.address() as AddressInfo;
  return bound.port === 80 ? hostname : `${hostname}:${bound.port}`;
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of sockets.get(server) ?? []) socket.destroy();
  });
}
