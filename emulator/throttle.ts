import type { Clock } from './clock.ts';

const READS_IN_BUCKET = 250;
const READS_PER_SECOND = 25;
// All principals of a subscription together.
const GLOBAL_FACTOR = 15;
const VAULT_REQUESTS_PER_WINDOW = 4000;
const VAULT_WINDOW_IN_MS = 10_000;
const GRAPH_QUERIES_PER_WINDOW = 15;
const GRAPH_WINDOW_IN_MS = 5000;

/** What Azure lets each caller spend; https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling */
export interface Quotas {
  /** One ARM read in a subscription, or in the tenant when it names none. A refused read costs nothing. */
  spendArmRead(principalId: string, subscriptionId: string | null): ArmQuota;
  /** One Key Vault request; false when the window is used up. */
  spendVaultRequest(vault: string): boolean;
  /** One Resource Graph query, of all subscriptions together. A refused query costs nothing. */
  spendGraphQuery(principalId: string): GraphQuota;
}

export interface GraphQuota {
  readonly granted: boolean;
  readonly remaining: number;
  readonly resetsAfterSeconds: number;
}

export interface ArmQuota {
  readonly granted: boolean;
  readonly remaining: number;
  readonly remainingGlobally: number;
  readonly retryAfterSeconds: number;
}

interface Bucket {
  tokens: number;
  readonly capacity: number;
  readonly perSecond: number;
  at: number;
}

/** Full quotas, refilled by the clock; `graphQueries` is what a principal may ask of Resource Graph in five seconds. */
export function createQuotas(clock: Clock, graphQueries = GRAPH_QUERIES_PER_WINDOW): Quotas {
  const buckets = new Map<string, Bucket>();
  const windows = new Map<string, { startedAt: number; spent: number }>();

  const bucketOf = (key: string, factor: number): Bucket => {
    const capacity = READS_IN_BUCKET * factor;
    const perSecond = READS_PER_SECOND * factor;
    const bucket = buckets.get(key) ?? { tokens: capacity, capacity, perSecond, at: clock.now() };
    buckets.set(key, bucket);
    return refill(bucket, clock.now());
  };

  const windowOf = (key: string, lengthInMs: number) => {
    const now = clock.now();
    const current = windows.get(key);
    const isOver = !current || now - current.startedAt >= lengthInMs;
    const window = isOver ? { startedAt: now, spent: 0 } : current;
    windows.set(key, window);
    return window;
  };

  return {
    spendArmRead(principalId, subscriptionId) {
      const scope = subscriptionId?.toLowerCase() ?? 'tenant';
      const own = bucketOf(`${scope} ${principalId}`, 1);
      const all = bucketOf(scope, GLOBAL_FACTOR);
      const granted = own.tokens >= 1 && all.tokens >= 1;
      if (granted) {
        own.tokens -= 1;
        all.tokens -= 1;
      }
      return {
        granted,
        remaining: Math.floor(own.tokens),
        remainingGlobally: Math.floor(all.tokens),
        retryAfterSeconds: Math.max(secondsUntilNext(own), secondsUntilNext(all)),
      };
    },
    spendVaultRequest(vault) {
      const window = windowOf(`vault ${vault}`, VAULT_WINDOW_IN_MS);
      const granted = window.spent < VAULT_REQUESTS_PER_WINDOW;
      if (granted) window.spent += 1;
      return granted;
    },
    spendGraphQuery(principalId) {
      const window = windowOf(`graph ${principalId}`, GRAPH_WINDOW_IN_MS);
      const granted = window.spent < graphQueries;
      if (granted) window.spent += 1;
      const resetsInMs = window.startedAt + GRAPH_WINDOW_IN_MS - clock.now();
      return { granted, remaining: graphQueries - window.spent, resetsAfterSeconds: Math.ceil(resetsInMs / 1000) };
    },
  };
}

function refill(bucket: Bucket, now: number): Bucket {
  const gained = ((now - bucket.at) / 1000) * bucket.perSecond;
  bucket.tokens = Math.min(bucket.capacity, bucket.tokens + gained);
  bucket.at = now;
  return bucket;
}

function secondsUntilNext(bucket: Bucket): number {
  return Math.max(1, Math.ceil((1 - bucket.tokens) / bucket.perSecond));
}
