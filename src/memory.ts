import { getHeapStatistics } from 'node:v8';

/** So much of what V8's heap may hold in this process, in bytes: a container's limit, less what else is in it, by the way the image is started. */
export const shareOfHeap = (share: number): number => getHeapStatistics().heap_size_limit * share;
