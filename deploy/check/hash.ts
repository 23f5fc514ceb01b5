import { createHash } from 'node:crypto';
import type { Resource } from './kustomize.ts';
import { type Fields, fieldsOf } from './yaml.ts';

/** Marks a generated ConfigMap whose name ends with the hash of its data. */
export const HASHED = '\0hashed';

/** Each such ConfigMap under its name with the hash, and whoever names it too. */
export function renamed(resources: readonly Resource[]): Resource[] {
  const names = new Map<string, string>();
  const named = resources.map(({ file, value }) => {
    const { [HASHED]: isHashed, ...metadata } = fieldsOf(value.metadata);
    if (!isHashed) return { file, value };
    const name = String(metadata.name);
    names.set(name, `${name}-${hashOf(fieldsOf(value.data))}`);
    return { file, value: { ...value, metadata: { ...metadata, name: names.get(name) } } };
  });
  return named.map(({ file, value }) => ({
    file,
    value: value.kind === 'ConfigMap' ? value : fieldsOf(withNames(value, names)),
  }));
}

function withNames(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => withNames(item, names));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const isReference = key === 'configMapRef' || key === 'configMapKeyRef' || key === 'configMap';
      const name = isReference ? names.get(String(fieldsOf(item).name)) : undefined;
      return [key, name === undefined ? withNames(item, names) : { ...fieldsOf(item), name }];
    }),
  );
}

// https://github.com/kubernetes-sigs/kustomize/blob/master/api/hasher/hasher.go: digits and vowels are replaced, lest it be a word.
function hashOf(data: Fields): string {
  const sorted = Object.fromEntries(Object.entries(data).toSorted(([one], [other]) => (one < other ? -1 : 1)));
  const text = JSON.stringify({ data: sorted, kind: 'ConfigMap', name: '' }).replaceAll(/[<>&]/g, escaped);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 10);
  return hash.replaceAll(/[013ae]/g, (letter) => ({ 0: 'g', 1: 'h', 3: 'k', a: 'm', e: 't' })[letter] ?? letter);
}

const escaped = (letter: string): string => `\\u00${letter.charCodeAt(0).toString(16)}`;
