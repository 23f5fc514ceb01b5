import DataLoader from 'dataloader';
import { forAll, shared } from '../stale.ts';

/** What is loaded by keys, each of them once. */
export type Loader<Key, Answer> = Pick<DataLoader<Key, Answer, string>, 'load'>;

/** Answers what is asked for in one tick together, each key by a part of that: one that fails leaves the others answered. */
export function gatheringLoader<Key, Answer>(
  partsOf: (keys: readonly Key[]) => readonly (() => Promise<Answer>)[],
  cacheKeyFn: (key: Key) => string,
): Loader<Key, Answer> {
  const loader = new DataLoader<Key, () => Promise<Answer>, string>(
    async (keys) => forAll(() => partsOf(keys).map((part) => shared(part))),
    { cacheKeyFn },
  );
  return { load: async (key) => (await loader.load(key))() };
}

/**
 * Merges the repeats of one request where Azure has no batch read. Each key is answered by itself:
 * DataLoader settles a batch at once, and one slow vault would hold up the others.
 */
export const mergingLoader = <Key, Answer>(
  read: (key: Key, batch: readonly Key[]) => Promise<Answer>,
  cacheKeyFn: (key: Key) => string,
): Loader<Key, Answer> => gatheringLoader((keys) => keys.map((key) => () => read(key, keys)), cacheKeyFn);
