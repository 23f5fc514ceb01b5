import { GatewayError } from '../../errors.ts';

/** One thing that the gateway needs. */
export interface Row {
  readonly what: string;
  /** `warning`: the gateway runs without it. `skipped`: it is not used, or what it depends on has failed. */
  readonly state: 'ok' | 'warning' | 'FAILED' | 'skipped';
  readonly detail: string;
  /** What to do, or a command to paste; on each row that failed. */
  readonly fix?: string;
}

export const ok = (what: string, detail: string): Row => ({ what, state: 'ok', detail });

export const warning = (what: string, detail: string, fix: string): Row => ({ what, state: 'warning', detail, fix });

export const failed = (what: string, detail: string, fix: string): Row => ({ what, state: 'FAILED', detail, fix });

export const skipped = (what: string, why: string): Row => ({ what, state: 'skipped', detail: why });

/** `work` by its end, or an UPSTREAM_TIMEOUT where the check's own time is over before. */
export async function withPatience<Result>(work: Promise<Result>, signal: AbortSignal, who: string): Promise<Result> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const onAbort = () =>
    reject(new GatewayError('UPSTREAM_TIMEOUT', `${who} did not answer within the time of this check.`));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work, late]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
