export interface Memory<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): unknown;
}

/** What the memory has by this key, made and kept there where it has nothing. */
export function remember<Key, Value>(memory: Memory<Key, Value>, key: Key, make: (key: Key) => Value): Value {
  const kept = memory.get(key);
  if (kept !== undefined) return kept;
  const made = make(key);
  memory.set(key, made);
  return made;
}
