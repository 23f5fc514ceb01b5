/** By which field Kubernetes tells the items of its lists apart; a list that is not here is replaced whole. */
const KEYS: Readonly<Record<string, string>> = {
  containers: 'name',
  initContainers: 'name',
  env: 'name',
  volumes: 'name',
  volumeMounts: 'mountPath',
  ports: 'containerPort',
};

/** Kubernetes' strategic merge of a patch into a resource: fields merge, null takes away, lists merge by their key. */
export function merged(old: unknown, patch: unknown, key = ''): unknown {
  if (Array.isArray(patch)) return mergedList(Array.isArray(old) ? old : [], patch, KEYS[key]);
  if (!isRecord(patch)) return patch;
  const result = new Map<string, unknown>(isRecord(old) ? Object.entries(old) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) result.delete(name);
    else result.set(name, merged(result.get(name), value, name));
  }
  return Object.fromEntries(result);
}

function mergedList(old: readonly unknown[], patch: readonly unknown[], by: string | undefined): unknown[] {
  if (by === undefined) return [...patch];
  const named = (item: unknown) => (isRecord(item) ? item[by] : undefined);
  const isPatched = (item: unknown) => patch.some((other) => named(other) === named(item));
  const found = (item: unknown) => old.find((other) => named(other) === named(item));
  // As kustomize has it: what the patch speaks of comes first, in its order.
  return [...patch.map((item) => merged(found(item), item)), ...old.filter((item) => !isPatched(item))];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
