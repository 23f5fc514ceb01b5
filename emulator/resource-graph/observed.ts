import type { Resource, ResourceChange, World } from '../world.ts';

const KEPT_IN_MS = 14 * 86_400_000;

/** Until when Resource Graph has seen what changed. */
export interface Horizon {
  readonly now: number;
  readonly lagInMs: number;
}

/** The resources as Resource Graph knows them: what changed since the horizon is as it was before. */
export function observedResources(world: World, horizon: Horizon): readonly Resource[] {
  const unseen = new Map<string, Resource | undefined>();
  for (const change of world.changes) {
    const id = idOf(change).toLowerCase();
    if (!isSeen(change, horizon) && !unseen.has(id)) unseen.set(id, change.before);
  }
  if (unseen.size === 0) return world.resources;
  const unchanged = world.resources.filter(({ id }) => !unseen.has(id.toLowerCase()));
  return [...unchanged, ...[...unseen.values()].filter((resource) => resource !== undefined)];
}

/** The changes that Resource Graph has seen, of the last fourteen days. */
export function observedChanges(world: World, horizon: Horizon): readonly ResourceChange[] {
  return world.changes.filter((change) => isSeen(change, horizon) && Date.parse(change.at) > horizon.now - KEPT_IN_MS);
}

export function idOf({ before, after }: ResourceChange): string {
  return (after ?? before)?.id ?? '';
}

function isSeen({ at }: ResourceChange, { now, lagInMs }: Horizon): boolean {
  return Date.parse(at) <= now - lagInMs;
}
