import type { Environment } from './environment.ts';

/** How much of Azure's quotas may be spent. */
export interface GovernorConfig {
  /** Of each quota, by this process: 1 / replicas. */
  readonly share: number;
  /** By one request. */
  readonly maxUpstreamCalls: number;
}

export function readGovernor(environment: Environment): GovernorConfig {
  return {
    share: readShare(environment),
    maxUpstreamCalls: environment.wholeNumber('MAX_UPSTREAM_CALLS', 100, 1, 100_000),
  };
}

function readShare({ text, complain }: Environment): number {
  const value = text('GOVERNOR_SHARE') ?? '1';
  const share = /^\d*\.?\d+$/.test(value) ? Number(value) : Number.NaN;
  if (share > 0 && share <= 1) return share;
  complain(
    `GOVERNOR_SHARE is "${value}": give a number above 0 and up to 1, such as 0.5 for two replicas (default 1).`,
  );
  return 1;
}
