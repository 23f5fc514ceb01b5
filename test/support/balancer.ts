import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface Balancer {
  readonly port: number;
  /** Sends no new connection there; those that are stay. */
  leave(backend: number): void;
  /** The clients' ports of the connections that lead there now. */
  clientsOf(backend: number): number[];
  close(): Promise<void>;
}

/** A plain TCP load balancer: each new connection goes to the next port in turn, to another where that one refuses it. */
export async function startBalancer(backends: readonly number[]): Promise<Balancer> {
  const live = new Set(backends);
  const clients = new Map<Socket, number>();
  let turn = 0;
  const server = createServer({ pauseOnConnect: true }, (client) => join(client, live.size));

  function join(client: Socket, tries: number): void {
    const backend = [...live][turn++ % live.size];
    if (backend === undefined || tries === 0) return void client.destroy();
    const upstream = connect(backend, '127.0.0.1');
    client.on('error', () => upstream.destroy());
    upstream.once('connect', () => {
      clients.set(client, backend);
      client.pipe(upstream).pipe(client);
      client.once('close', () => clients.delete(client));
      upstream.once('close', () => client.destroy());
    });
    upstream.once('error', () => {
      if (clients.has(client)) return void client.destroy();
      live.delete(backend);
      join(client, tries - 1);
    });
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    leave: (backend) => void live.delete(backend),
    clientsOf: (backend) => [...clients].flatMap(([{ remotePort }, to]) => (to === backend ? (remotePort ?? []) : [])),
    close() {
      for (const client of clients.keys()) client.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
