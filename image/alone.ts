import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Has a folder for this process alone, until what it gives back is called or the process is gone, however it ends.
 * Rejects where another process has it.
 */
export async function claim(folder: string): Promise<() => Promise<void>> {
  const server = createServer();
  // A name of Linux's own, no file: nobody has to take it away after a process that was killed.
  server.listen(`\0image:verify ${folder}`).unref();
  try {
    await once(server, 'listening');
  } catch (error) {
    throw new Error(
      `Another image:verify is running with ${folder}, and each would build over the other. Wait until it has ended, or give this one a cache of its own: XDG_CACHE_HOME=$(mktemp -d).`,
      { cause: error },
    );
  }
  return async () => {
    server.close();
    await once(server, 'close');
  };
}
