import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface SendingBounds {
  /** Until a client has taken the next part of its answer, in milliseconds. */
  readonly sendTimeout: number;
  /** Of all answers together that clients have not taken whole. */
  readonly maxUnsentBytes: number;
  /** For how long a connection that has taken something is not cut off for that, in milliseconds. */
  readonly sparedFor: number;
}

/** A connection that was cut off, by which setting, and how large the answers are that it had not taken whole. */
export interface CutOff {
  readonly because: 'SEND_TIMEOUT_SECONDS' | 'MAX_UNSENT_BYTES' | 'MAX_CONNECTIONS';
  readonly unsentBytes: number;
  readonly callerId: string | undefined;
}

/** What clients have yet to take of their answers. */
export interface Unsent {
  /** Counts an answer until it has left or nobody is there to take it; may cut connections off, this one too. Gives what hears of each part that is taken. */
  add(outgoing: ServerResponse, bytes: number, callerId: string | undefined): () => void;
  /** Cuts off the connection that has longest taken nothing, for one that comes; false: each has taken something just now. */
  giveWay(): boolean;
}

interface Connection {
  readonly callerId: string | undefined;
  /** How large each is: it is in memory whole until its last part has left. */
  readonly answers: Map<ServerResponse, number>;
  tookAt: number;
  timer: NodeJS.Timeout;
}

/**
 * Who takes nothing for `sendTimeout` is cut off. Where more waits than `maxUnsentBytes`, the caller who leaves most lying loses the
 * connection that has longest taken nothing, until it is less or but one answer waits: nobody loses an answer by what others do not read, or
 * while it is reading.
 */
export function createUnsent(
  { sendTimeout, maxUnsentBytes, sparedFor }: SendingBounds,
  told: (cut: CutOff) => void,
): Unsent {
  // Those come first that have longest taken nothing.
  const connections = new Map<Socket, Connection>();
  let later: NodeJS.Timeout | undefined;

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
    giveWay() {
      const [idle] = allIdle();
      if (idle) cut(idle[0], 'MAX_CONNECTIONS');
      return idle !== undefined;
    },
  };

  function opened(socket: Socket, callerId: string | undefined): Connection {
    const connection = { callerId, answers: new Map(), tookAt: performance.now(), timer: patienceWith(socket) };
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
    connection.tookAt = performance.now();
    connection.timer = patienceWith(socket);
  }

  function makeRoom(): void {
    for (;;) {
      const all = [...connections.values()];
      if (sum(all.map(unsentOf)) <= maxUnsentBytes || sum(all.map(({ answers }) => answers.size)) <= 1) return;
      const socket = idleOfDebtor();
      if (socket) cut(socket, 'MAX_UNSENT_BYTES');
      else {
        clearTimeout(later);
        later = setTimeout(makeRoom, sparedFor).unref();
        return;
      }
    }
  }

  /** Of the callers with more than their part of it, who has most first: the connection that has longest taken nothing. */
  function idleOfDebtor(): Socket | undefined {
    const idle = allIdle();
    const debts = debtsOf([...connections.values()]);
    const debtor = debts.find(
      ([callerId, bytes]) =>
        bytes > maxUnsentBytes / debts.length && idle.some(([, connection]) => connection.callerId === callerId),
    );
    return debtor && idle.find(([, { callerId }]) => callerId === debtor[0])?.[0];
  }

  function allIdle(): (readonly [Socket, Connection])[] {
    const since = performance.now() - sparedFor;
    return [...connections].filter(([, { tookAt }]) => tookAt <= since);
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

/** What each caller's connections have to take, the most first. */
function debtsOf(connections: readonly Connection[]): (readonly [callerId: string | undefined, bytes: number])[] {
  const byCaller = Map.groupBy(connections, ({ callerId }) => callerId);
  const debts = [...byCaller].map(([callerId, own]) => [callerId, sum(own.map(unsentOf))] as const);
  return debts.sort(([, one], [, other]) => other - one);
}

const unsentOf = ({ answers }: Connection): number => sum([...answers.values()]);

const sum = (numbers: readonly number[]): number => numbers.reduce((one, other) => one + other, 0);
