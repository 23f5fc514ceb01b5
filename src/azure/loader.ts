import DataLoader from 'dataloader';

/**
 * Merges the repeats of one request where Azure has no batch read. Each key is answered by itself:
 * DataLoader settles a batch at once, and one slow vault would hold up the others.
 */
export function mergingLoader<Key, Answer>(
  read: (key: Key, batch: readonly Key[]) => Promise<Answer>,
  cacheKeyFn: (key: Key) => string,
): Pick<DataLoader<Key, Answer, string>, 'load'> {
  const loader = new DataLoader<Key, Promise<Answer>, string>(async (keys) => keys.map((key) => read(key, keys)), {
    cacheKeyFn,
  });
  return { load: async (key) => loader.load(key) };
}
