import { fork } from 'node:child_process';
import { once } from 'node:events';

/** What is asked of a server: each connection asks one request after the other, of `bodies` in turn. */
export interface Load {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodies: readonly string[];
  readonly connections: number;
  readonly forMs: number;
}

export interface Offered {
  readonly answered: number;
  readonly ms: number;
}

/** The load of a process of its own. Rejects where an answer is no 200. */
export function createLoad() {
  const child = fork(new URL('load.mjs', import.meta.url), { execArgv: [] });
  const ended = once(child, 'exit').then(failed);
  ended.catch(() => {});
  return {
    async offer(load: Load): Promise<Offered> {
      child.send(load);
      const [offered] = await Promise.race([once(child, 'message'), ended]);
      return offered as Offered;
    },
    stop: () => child.kill('SIGKILL'),
  };
}

function failed(): never {
  throw new Error('The load ended before its time.');
}
