import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

interface Connection {
  readonly socket: Socket;
  /** How many are under way, from when their headers are here whole. */
  requests: number;
}

/**
 * A port has `max` connections at a time. Who comes beyond them takes the place of the one that has longest had no request under way, be it idle
 * or still sending its headers. Where there is none, of one that `giveWay` cuts off; where it cuts off none, the newcomer is hung up on.
 */
export function boundConnections(server: Server, max: number, giveWay: () => boolean): void {
  const all = new Map<string, Connection>();
  // Those come first that have been so for longest.
  const withoutRequest = new Set<Connection>();

  server.on('connection', enter);
  server.on('request', serve);
  server.on('checkExpectation', serve);

  function enter(socket: Socket): void {
    const connection = { socket, requests: 0 };
    const name = nameOf(socket);
    all.set(name, connection);
    socket.once('close', () => {
      withoutRequest.delete(connection);
      if (all.get(name) === connection) all.delete(name);
    });
    if (all.size > max && !cutLongest() && !giveWay()) socket.destroy();
    else withoutRequest.add(connection);
  }

  function serve({ socket }: IncomingMessage, outgoing: ServerResponse): void {
    const connection = all.get(nameOf(socket));
    if (!connection) return;
    connection.requests += 1;
    withoutRequest.delete(connection);
    outgoing.once('close', () => {
      connection.requests -= 1;
      if (connection.requests === 0 && !connection.socket.destroyed) withoutRequest.add(connection);
    });
  }

  function cutLongest(): boolean {
    const [longest] = withoutRequest;
    if (!longest) return false;
    withoutRequest.delete(longest);
    longest.socket.destroy();
    return true;
  }
}

// Of TLS, a request has another socket than its connection has: they have the same ends.
const nameOf = ({ localAddress, remoteAddress, remotePort }: Socket): string =>
  `${localAddress} ${remoteAddress} ${remotePort}`;
