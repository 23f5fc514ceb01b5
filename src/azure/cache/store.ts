import { LRUCache } from 'lru-cache';
import type { Kept } from './kept.ts';

/** Answers by what was asked, the least used dropped first. */
export interface Store {
  get(key: string): Kept | undefined;
  /** Keeps it, unless it is too large. */
  keep(key: string, kept: Kept): void;
  drop(key: string): void;
  /** Drops all that may be used no more at that time. */
  sweep(now: number): void;
  clear(): void;
}

/** `graceInMs`: for how long a kept answer is of use beyond its time. */
export function createStore(bounds: { readonly maxSize: number; readonly graceInMs: number }): Store {
  const { maxSize, graceInMs } = bounds;
  const kept = new LRUCache<string, Kept>({
    maxSize,
    sizeCalculation: ({ size }, key) => size + 2 * key.length + OVERHEAD,
    dispose(each) {
      each.standing.isCurrent = false;
      each.release();
    },
  });
  return {
    get: (key) => kept.get(key),
    keep(key, each) {
      if (each.size + 2 * key.length + OVERHEAD > maxSize) return;
      each.hold();
      kept.set(key, each);
      each.standing.isCurrent = true;
    },
    drop(key) {
      kept.delete(key);
    },
    sweep(now) {
      for (const [key, { freshUntil }] of kept.entries()) if (freshUntil + graceInMs <= now) kept.delete(key);
    },
    clear: () => kept.clear(),
  };
}

const OVERHEAD = 500;
