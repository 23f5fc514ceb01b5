import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface SendingBounds {
  /** Until a client has taken the next part of its answer, in milliseconds. */
  readonly sendTimeout: number;
  /** Of all answers together that clients have not taken whole. */
  readonly maxUnsentBytes: number;
}

/** A connection that was cut off, by which setting, and how large the answers are that it had not taken whole. */
export interface CutOff {
  readonly because: 'SEND_TIMEOUT_SECONDS' | 'MAX_UNSENT_BYTES';
  readonly unsentBytes: number;
  readonly callerId: string | undefined;
}

/** What clients have yet to take of their answers. */
export interface Unsent {
  /** Counts an answer until it has left or nobody is there to take it; may cut connections off, this one too. Gives what hears of each part that is taken. */
  add(outgoing: ServerResponse, bytes: number, callerId: string | undefined): () => void;
}

interface Connection {
  readonly callerId: string | undefined;
  /** How large each is: it is in memory whole until its last part has left. */
  readonly answers: Map<ServerResponse, number>;
  timer: NodeJS.Timeout;
}

/**
 * Who takes nothing for `sendTimeout` is cut off. Where more waits than `maxUnsentBytes`, the caller who leaves most lying loses the
 * connection that has longest taken nothing, until it is less or but one answer waits: nobody loses an answer by what others do not read.
 */
export function createUnsent({ sendTimeout, maxUnsentBytes }: SendingBounds, told: (cut: CutOff) => void): Unsent {
  // Those come first that have longest taken nothing.
  const connections = new Map<Socket, Connection>();

  return {
    add(outgoing, bytes, callerId) {
      const { socket } = outgoing.req;
      const connection = connections.get(socket) ?? opened(socket, callerId);
      const { answers } = connection;
      answers.set(outgoing, bytes);
      outgoing.once('close', () => {
        answers.delete(outgoing);
        if (answers.size > 0) return took(socket, connection);
        clearTimeout(connection.timer);
        connections.delete(socket);
      });
      makeRoom();
      return () => took(socket, connection);
    },
  };

  function opened(socket: Socket, callerId: string | undefined): Connection {
    const connection = { callerId, answers: new Map(), timer: patienceWith(socket) };
    connections.set(socket, connection);
    return connection;
  }

  function patienceWith(socket: Socket): NodeJS.Timeout {
    return setTimeout(() => cut(socket, 'SEND_TIMEOUT_SECONDS'), sendTimeout).unref();
  }

  function took(socket: Socket, connection: Connection): void {
    if (!connections.delete(socket)) return;
    connections.set(socket, connection);
    clearTimeout(connection.timer);
    connection.timer = patienceWith(socket);
  }

  function makeRoom(): void {
    for (;;) {
      const all = [...connections.values()];
      if (sum(all.map(unsentOf)) <= maxUnsentBytes || sum(all.map(({ answers }) => answers.size)) <= 1) return;
      const debtor = largest(all);
      const [socket] = [...connections].find(([, { callerId }]) => callerId === debtor) ?? [];
      if (socket) cut(socket, 'MAX_UNSENT_BYTES');
    }
  }

  function cut(socket: Socket, because: CutOff['because']): void {
    const connection = connections.get(socket);
    if (!connection) return;
    clearTimeout(connection.timer);
    connections.delete(socket);
    socket.destroy();
    told({ because, unsentBytes: unsentOf(connection), callerId: connection.callerId });
  }
}

/** The caller whose connections have most to take. */
function largest(connections: readonly Connection[]): string | undefined {
  const byCaller = new Map<string | undefined, number>();
  for (const connection of connections) {
    const { callerId } = connection;
    byCaller.set(callerId, (byCaller.get(callerId) ?? 0) + unsentOf(connection));
  }
  return [...byCaller].reduce((one, other) => (other[1] > one[1] ? other : one))[0];
}

const unsentOf = ({ answers }: Connection): number => sum([...answers.values()]);

const sum = (numbers: readonly number[]): number => numbers.reduce((one, other) => one + other, 0);
