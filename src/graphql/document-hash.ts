import { createHash } from 'node:crypto';
import { type DefinitionNode, type OperationDefinitionNode, print } from 'graphql';

const hashes = new WeakMap<OperationDefinitionNode, string>();

/** SHA-256 of an operation and its fragments as GraphQL prints them: names a document without telling its text. */
export function documentHash(operation: OperationDefinitionNode, fragments: readonly DefinitionNode[]): string {
  const known = hashes.get(operation);
  if (known) return known;
  const text = [operation, ...fragments].map(print).join('\n');
  const hash = createHash('sha256').update(text).digest('hex');
  hashes.set(operation, hash);
  return hash;
}
