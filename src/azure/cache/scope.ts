import { LRUCache } from 'lru-cache';

/**
 * Names scope sets, for the keys of what is cut to them. One that was not asked for as lately as the last `max` gets another name
 * when it comes back: what was kept for it is found no more.
 */
export function createScopes(max: number): (scopeKey: string) => string {
  const names = new LRUCache<string, string>({ max });
  let named = 0;
  return (scopeKey) => {
    const known = names.get(scopeKey);
    if (known !== undefined) return known;
    named += 1;
    names.set(scopeKey, String(named));
    return String(named);
  };
}
