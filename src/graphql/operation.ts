import { type DocumentNode, Kind, type OperationDefinitionNode } from 'graphql';
import { documentHash } from './document-hash.ts';

const MAX_NAME_LENGTH = 128;

/** What a request runs, as far as anybody may know: no text of it, and no arguments. */
export interface Operation {
  readonly type: string;
  readonly name?: string | undefined;
  /** The trusted document's id. */
  readonly document: string;
  readonly documentHash?: string;
  /** Of the variables that it declares. */
  readonly variableNames: readonly string[];
  /** Whether all that it can reach needs `readEstate` alone. */
  readonly isEstateOnly: boolean;
}

export const NO_OPERATION: Operation = { type: 'none', document: '', variableNames: [], isEstateOnly: false };

/** The operations of a document by their names; without a name its only one. `id`: the trusted document's, else empty. */
export function operationsOf(
  document: DocumentNode,
  id: string,
  isEstateOnly: (document: DocumentNode, operation: OperationDefinitionNode) => boolean,
): (name: string | null | undefined) => Operation {
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  const all = document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .map((operation) => ({ name: operation.name?.value, operation: described(operation) }));
  const only = all.length === 1 ? all[0] : undefined;
  return (name) => (name ? all.find((each) => each.name === name) : only)?.operation ?? NO_OPERATION;

  function described(operation: OperationDefinitionNode): Operation {
    return {
      type: operation.operation,
      name: operation.name?.value.slice(0, MAX_NAME_LENGTH),
      document: id,
      documentHash: documentHash(operation, fragments),
      variableNames: (operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value),
      isEstateOnly: isEstateOnly(document, operation),
    };
  }
}
