import { type Clock, fromWall } from '../../clock.ts';
import type { CacheConfig } from '../../config/cache.ts';
import type { Asked, Kind } from './asked.ts';
import type { Landing } from './flight.ts';
import { type Kept, keptOf } from './kept.ts';
import { createStore, type Store } from './store.ts';

/** How the answers of one kind are kept. */
export interface Shelf {
  readonly store: Store;
  readonly ttlInMs: number;
  /** How long past its time an answer is given while it is read again. */
  readonly revalidatedForMs: number;
  /** How long past its time it is given where Azure cannot be read. */
  readonly staleForMs: number;
  /** Whether it is read again before its time is over. */
  readonly isReadAhead: boolean;
}

/** All that is kept, each kind in its own way. What does not exist stands apart: a walk over invented names drives out nothing. */
export interface Shelves {
  readonly of: Readonly<Record<Kind, Shelf>>;
  find<Answer>(kind: Kind, key: string): Kept<Answer> | undefined;
  /** Makes an answer one that can be held, and keeps it where that is of use and nothing is there that began later. */
  keep<Answer>(
    key: string,
    asked: Asked<Answer>,
    answer: Answer,
    of: Landing & { policyVersion: string },
  ): Kept<Answer>;
  /** Drops, and wipes, what is kept of it. */
  drop(kind: Kind, key: string): void;
  /** Drops, and wipes, what is past its time. */
  sweep(): void;
  /** Drops, and wipes, everything, and keeps nothing more. */
  close(): void;
}

// Random, so that what began together does not end together; never longer than the setting.
const JITTER = 0.1;
// From this share of its time on, a secret that is asked for is read again beside.
const READ_AHEAD_FROM = 0.75;
const MAX_SIZE_OF_SECRETS = 32_000_000;
const MAX_SIZE_OF_ABSENCES = 4_000_000;

export function createShelves(config: CacheConfig, clock: Clock): Shelves {
  const of = shelvesOf(config);
  const absences = createStore({ maxSize: MAX_SIZE_OF_ABSENCES, graceInMs: config.maxStaleInMs });
  const stores = new Set([...Object.values(of).map(({ store }) => store), absences]);
  let isClosed = false;

  return {
    of,
    find<Answer>(kind: Kind, key: string) {
      return (absences.get(key) ?? of[kind].store.get(key)) as Kept<Answer> | undefined;
    },
    keep,
    drop(kind, key) {
      for (const store of [absences, of[kind].store]) store.drop(key);
    },
    sweep() {
      for (const store of stores) store.sweep(clock.now());
    },
    close() {
      isClosed = true;
      for (const store of stores) store.clear();
    },
  };

  function keep<Answer>(
    key: string,
    asked: Asked<Answer>,
    answer: Answer,
    { seen, order, startedAt, size, policyVersion }: Landing & { policyVersion: string },
  ): Kept<Answer> {
    const { store, ttlInMs } = of[asked.kind];
    const isAbsent = asked.isAbsent?.(answer) ?? false;
    // Of several that were asked for together others may be there.
    const longestInMs = isAbsent ? Math.min(config.absenceTtlInMs, ttlInMs) : ttlInMs;
    const keptForMs = longestInMs * (1 - JITTER * Math.random());
    const expiresAt = fromWall(clock, asked.expiresAt?.(answer)?.getTime() ?? Number.POSITIVE_INFINITY);
    const freshUntil = Math.min(startedAt + keptForMs, expiresAt);
    const readAgainAt = startedAt + keptForMs * READ_AHEAD_FROM;
    const times = { startedAt, freshUntil, readAgainAt, awayUntil: 0 };
    const kept = keptOf({ answer, seen, isAbsent, order, ...times, policyVersion, size }, asked.wipe);
    const [own, other] = isAbsent ? [absences, store] : [store, absences];
    const isOvertaken = [own, other].some((each) => (each.get(key)?.order ?? 0) > order);
    if (isClosed || isOvertaken || asked.isCutOff?.(answer)) return kept;
    other.drop(key);
    if (clock.now() < freshUntil) own.keep(key, kept as Kept);
    else if (clock.now() >= expiresAt) own.drop(key);
    return kept;
  }
}

function shelvesOf(config: CacheConfig): Shelves['of'] {
  const { inventoryTtlInMs, metadataTtlInMs, secretTtlInMs, maxStaleInMs, maxSize } = config;
  const estate = createStore({ maxSize, graceInMs: Math.max(maxStaleInMs, inventoryTtlInMs) });
  const secrets = createStore({ maxSize: MAX_SIZE_OF_SECRETS, graceInMs: 0 });
  const ofEstate = { store: estate, staleForMs: maxStaleInMs, isReadAhead: false };
  return {
    inventory: { ...ofEstate, ttlInMs: inventoryTtlInMs, revalidatedForMs: inventoryTtlInMs },
    metadata: { ...ofEstate, ttlInMs: metadataTtlInMs, revalidatedForMs: 0 },
    secret: { store: secrets, ttlInMs: secretTtlInMs, revalidatedForMs: 0, staleForMs: 0, isReadAhead: true },
  };
}
