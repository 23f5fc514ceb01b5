import { getHeapStatistics } from 'node:v8';

// What the process holds by itself, and most of the young generation, in which nothing stays: measured, docs/decisions.md.
const OWN_IN_BYTES = 40_000_000;
// As small as V8 can be made, something can be answered.
const LEAST_IN_BYTES = 10_000_000;

/** So much of what V8's heap may hold beyond its own, in bytes: a container's limit, less what else is in it, by the way the image is started. */
export const shareOfHeap = (share: number): number =>
  Math.max(LEAST_IN_BYTES, getHeapStatistics().heap_size_limit - OWN_IN_BYTES) * share;
