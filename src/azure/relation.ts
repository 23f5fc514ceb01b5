import { folded } from './name.ts';
import { printPath } from './property-path.ts';
import { foldedId, parseReference, type ResourceId } from './resource-id.ts';
import { parseSecretReference, type SecretReference } from './secret-reference.ts';

/** One thing that a resource refers to. */
export type Relation = Target & {
  /** Where the reference stands: the path of the value, or of the object whose key it is. */
  readonly via: string;
};

type Target = ArmTarget | SecretTarget;

interface ArmTarget {
  /** As it is written there, without a slash at the end. */
  readonly targetId: string;
  readonly kind: ResourceId['kind'];
}

interface SecretTarget {
  /** As it is written there: a URL, or App Service's reference. */
  readonly targetId: string;
  readonly kind: 'secret';
  readonly secret: SecretReference;
}

/** The part of a resource that may refer to others. */
export interface Referring {
  readonly id: string;
  readonly properties?: unknown;
  readonly identity?: unknown;
  readonly managedBy?: unknown;
}

/**
 * Whatever a resource refers to by an ARM id, as a value or as a key, or by the URL of a secret in a vault of this cloud
 * (`vaultSuffix`): each target once, where it stands first, in the order of the document. Neither itself nor its own children.
 * Not whether the targets exist, nor whether anybody may read them.
 */
export function relationsOf(resource: Referring, vaultSuffix: string): readonly Relation[] {
  const found = new Map<string, Relation>();
  const own = foldedId(resource.id);
  for (const { text, place } of textsIn(resource)) {
    const target = targetOf(text, vaultSuffix);
    if (!target) continue;
    const key = folded(target.kind === 'secret' ? target.secret.id : target.targetId);
    const isOwn = key === own || key.startsWith(`${own}/`);
    if (!isOwn && !found.has(key)) found.set(key, { via: printPath(pathOf(place)), ...target });
  }
  return [...found.values()];
}

// Most texts are neither: the first characters tell.
function targetOf(text: string, vaultSuffix: string): Target | undefined {
  if (text.startsWith('/')) {
    const id = parseReference(text);
    return id && { targetId: id.id, kind: id.kind };
  }
  const secret = /^(?:https:|@)/i.test(text) ? parseSecretReference(text, vaultSuffix) : undefined;
  return secret && { targetId: text, kind: 'secret', secret };
}

interface Place {
  readonly value: unknown;
  readonly key: string | number;
  readonly parent: Place | undefined;
}

/** Every text of a resource in the order of the document, a key before its value. */
function* textsIn({ properties, identity, managedBy }: Referring): Generator<{ text: string; place: Place }> {
  const roots = Object.entries({ properties, identity, managedBy }).map(([key, value]) => at(key, value, undefined));
  // Not by recursion: how deep properties go is not ours to say.
  const work = roots.reverse();
  for (let place = work.pop(); place; place = work.pop()) {
    const { key, value, parent } = place;
    if (parent && typeof key === 'string') yield { text: key, place: parent };
    if (typeof value === 'string') yield { text: value, place };
    for (const inner of placesIn(place).reverse()) work.push(inner);
  }
}

function placesIn(place: Place): Place[] {
  const { value } = place;
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.map((inner, nth) => at(nth, inner, place));
  return Object.entries(value).map(([key, inner]) => at(key, inner, place));
}

const at = (key: string | number, value: unknown, parent: Place | undefined): Place => ({ key, value, parent });

// The place keeps its parent instead of its path: most places are never printed.
function pathOf(place: Place): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: Place | undefined = place; at; at = at.parent) path.push(at.key);
  return path.reverse();
}
