import type { MissingScope } from '../completeness.ts';
import { hasNoAddress } from '../errors.ts';
import type { RelatedBounds, RelatedEdge, RelatedSources } from '../related.ts';
import type { Secret } from '../secret.ts';
import type { SecretReference } from '../secret-reference.ts';
import { isUnread, unlessUnread } from './unread.ts';

/** By their URLs, those that are there. */
export type SecretsRead = ReadonlyMap<string, Secret>;

/** Reads secrets by their URLs, all at once. What is gone or refused is not there; a vault that fails is missing for all of its secrets. */
export function secretReader({ secrets }: Pick<RelatedSources, 'secrets'>, { signal }: RelatedBounds) {
  return async (references: readonly SecretReference[]): Promise<{ read: SecretsRead; missing: MissingScope[] }> => {
    const each = await Promise.all(
      references.map((reference) =>
        unlessUnread(new URL(reference.id).origin, secrets.at(reference).catch(nullIfNowhere), signal),
      ),
    );
    const read = each.flatMap((one): [string, Secret][] => (one === null || isUnread(one) ? [] : [[one.id, one]]));
    return { read: new Map(read), missing: each.filter(isUnread) };
  };
}

/** Edges with the secrets that have been read; of others the edge stays out. */
export const withSecrets = (edges: readonly RelatedEdge[], read: SecretsRead): readonly RelatedEdge[] =>
  edges.flatMap((edge) => {
    const node = 'vault' in edge.node ? read.get(edge.node.id) : edge.node;
    return node ? [{ ...edge, node }] : [];
  });

// A vault that does not exist has no address.
function nullIfNowhere(error: unknown): null {
  if (hasNoAddress(error)) return null;
  throw error;
}
