import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Asset } from './packer.ts';

/**
 * The page's files. In a thread, because loading the package holds up the event loop for 0.1 s and stays in memory (50 MB) for
 * good; without the process's flags, so that what they preload, such as tracing, is not started twice. The build puts
 * build/packed.ts, which finds them packed, in the place of this module.
 */
export async function pack(): Promise<readonly Asset[]> {
  const thread = new Worker(new URL('./packer.ts', import.meta.url), { execArgv: [] });
  try {
    const [assets] = await once(thread, 'message');
    return assets;
  } finally {
    await thread.terminate();
  }
}
