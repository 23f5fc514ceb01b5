import type { Environment } from './environment.ts';

/** How long what was read of Azure is given again; 0: never. */
export interface CacheConfig {
  /** Resource groups, resources and vaults. */
  readonly inventoryTtlInMs: number;
  /** Subscriptions, and the API versions of resource types. */
  readonly metadataTtlInMs: number;
  readonly secretTtlInMs: number;
  /** That there is no such thing. */
  readonly absenceTtlInMs: number;
  /** How much longer inventory and metadata are given while Azure cannot be read. */
  readonly maxStaleInMs: number;
  /** Of how many different rights on the estate answers are kept. */
  readonly maxScopeSets: number;
  /** Of what is kept of the estate, in characters of Azure's answers. */
  readonly maxSize: number;
  /** Fields of one caller that may be read anew for maxAgeSeconds alone. */
  readonly freshReadsPerMinute: number;
}

const LONGEST = 86_400;

export function readCache({ wholeNumber }: Environment): CacheConfig {
  const ms = (name: string, seconds: number) => wholeNumber(name, seconds, 0, LONGEST) * 1000;
  return {
    inventoryTtlInMs: ms('INVENTORY_TTL_SECONDS', 30),
    metadataTtlInMs: ms('METADATA_TTL_SECONDS', 300),
    secretTtlInMs: ms('SECRET_TTL_SECONDS', 60),
    absenceTtlInMs: ms('ABSENCE_TTL_SECONDS', 5),
    maxStaleInMs: ms('MAX_STALE_SECONDS', 900),
    maxScopeSets: wholeNumber('MAX_SCOPE_SETS', 100, 1, 100_000),
    maxSize: wholeNumber('CACHE_MEGABYTES', 16, 1, 100_000) * 1_000_000,
    freshReadsPerMinute: wholeNumber('FRESH_READS_PER_MINUTE', 30, 1, 1_000_000),
  };
}
