import type { Audit } from '../audit.ts';
import type { Azure } from '../azure/index.ts';
import type { Caller } from '../caller.ts';
import type { Policy } from '../policy.ts';
import type { Origin } from '../telemetry/call.ts';
import type { Telemetry } from '../telemetry.ts';
import type { Conditions } from './answers.ts';

/** What the gateway gives each request, and every resolver finds. */
export interface Context extends Origin, Telemetry {
  readonly azure: Azure;
  readonly caller: Caller;
  readonly policy: Policy;
  readonly audit: Audit;
  readonly conditions: Conditions;
  /** Of performance.now(). */
  readonly startedAt: number;
}

type Known = Omit<Context, 'azure' | 'conditions'>;

/** The context of a request whose sources are made when the first of them is asked. */
export const contextOf = (known: Known, open: () => Azure): Context => new RequestContext(known, open);

// A class for the sake of its getter: an object literal's would give each request a hidden class of its own, which V8 keeps until
// its next full collection, and all that it leads to with it.
class RequestContext implements Context {
  readonly log: Known['log'];
  readonly metrics: Known['metrics'];
  readonly requestId: string;
  readonly trace: Known['trace'];
  readonly calls: Known['calls'];
  readonly saved: Known['saved'];
  readonly caller: Caller;
  readonly policy: Policy;
  readonly audit: Audit;
  readonly startedAt: number;
  readonly conditions: Conditions = {
    ...{ scopes: [], isWhole: true, missing: [], stale: [] },
    ...{ bytes: 0, bytesTaken: 0, claim: undefined, excess: undefined },
  };
  readonly #open: () => Azure;
  #azure: Azure | undefined;

  constructor(known: Known, open: () => Azure) {
    ({ log: this.log, metrics: this.metrics, requestId: this.requestId, trace: this.trace, calls: this.calls } = known);
    ({
      saved: this.saved,
      caller: this.caller,
      policy: this.policy,
      audit: this.audit,
      startedAt: this.startedAt,
    } = known);
    this.#open = open;
  }

  get azure(): Azure {
    this.#azure ??= this.#open();
    return this.#azure;
  }
}
