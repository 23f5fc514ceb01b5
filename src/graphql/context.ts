import type { Azure } from '../azure/index.ts';
import type { Log } from '../telemetry.ts';

/** What the gateway gives each request, and every resolver finds. */
export interface Context {
  readonly azure: Azure;
  readonly requestId: string;
  readonly log: Log;
}
