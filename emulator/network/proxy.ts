import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { IMDS_ADDRESS, placeOf } from '../hosts.ts';
import { sameName } from '../identifier.ts';
import type { World } from '../world.ts';

export interface ProxyTargets {
  readonly world: World;
  /** Takes over a client's connection to any of Azure's names. */
  readonly connect: (socket: Duplex) => void;
  /** `address:port` of the identity endpoint, which clients ask in plain http, through this proxy too. */
  readonly imdsAddress: string;
  readonly imds: RequestListener;
}

/** A proxy that leads Azure's names here and refuses all others: nothing sent to it leaves the machine. */
export function createProxy({ world, connect, imdsAddress, imds }: ProxyTargets): Server {
  const server = createServer((incoming, outgoing) => {
    const target = URL.parse(incoming.url ?? '');
    if (target?.host === imdsAddress || target?.host === IMDS_ADDRESS) {
      imds(incoming, outgoing);
      return;
    }
    outgoing.writeHead(403, { 'content-type': 'text/plain' });
    outgoing.end('The local Azure leads nowhere but to Azure, over https.\n');
  });
  server.on('connect', (request: IncomingMessage, socket: Duplex, early: Buffer) => {
    socket.on('error', () => socket.destroy());
    const refusal = refusalOf(request.url ?? '', world);
    if (refusal) {
      const body = `${refusal}: the local Azure does not lead to ${request.url}\n`;
      const head = ['content-type: text/plain', `content-length: ${Buffer.byteLength(body)}`, 'connection: close'];
      socket.end([`HTTP/1.1 ${refusal}`, ...head, '', body].join('\r\n'));
      return;
    }
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (early.length > 0) socket.unshift(early);
    connect(socket);
  });
  return server;
}

function refusalOf(authority: string, world: World): string | null {
  const target = URL.parse(`https://${authority}`);
  const place = target && target.port === '' ? placeOf(target.hostname) : null;
  if (!place) return '403 Forbidden';
  const isUnknownVault = place.kind === 'vault' && !world.vaults.some(({ name }) => sameName(name, place.vault));
  // What a proxy says of a name that has no address, as a vault's has when there is no such vault.
  return isUnknownVault ? '502 Bad Gateway' : null;
}
