import type { Audit } from '../audit.ts';
import type { Azure } from '../azure/index.ts';
import type { Caller } from '../caller.ts';
import type { Policy } from '../policy.ts';
import type { Origin } from '../telemetry/call.ts';
import type { Telemetry } from '../telemetry.ts';

/** What the gateway gives each request, and every resolver finds. */
export interface Context extends Origin, Telemetry {
  readonly azure: Azure;
  readonly caller: Caller;
  readonly policy: Policy;
  readonly audit: Audit;
  /** Of performance.now(). */
  readonly startedAt: number;
}
