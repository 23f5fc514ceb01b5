import { type DocumentNode, GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { LimitsConfig } from '../config.ts';
import type { Engine } from './engine.ts';
import { createEstateTest } from './estate-only.ts';
import { excess, parseWithin, withinStack } from './limits.ts';
import { type Operation, operationsOf } from './operation.ts';
import type { Documents } from './trusted-documents.ts';

// In characters of text: a document takes a hundred times that, at most MAX_TOKENS of it.
const MEMORY = { max: 1_000, maxSize: 1_000_000, maxEntrySize: 50_000 };

/** A document that may be run. */
export interface Prepared {
  readonly document: DocumentNode;
  /** What is run of it, as far as anybody may know. */
  operationOf(name: string | null | undefined): Operation;
}

/**
 * Parses a text, measures and validates it; each text once, as long as it is remembered. Throws an array of GraphQL's errors for
 * one that cannot be run.
 */
export function createDocuments(
  { schema, validate }: Engine,
  limits: LimitsConfig,
  trusted: Documents | undefined,
): (text: string) => Prepared {
  const ids = new Map([...(trusted ?? [])].map(([id, text]) => [text, id]));
  const isEstateOnly = createEstateTest(schema);
  const known = new LRUCache<string, Prepared | Refused>({
    ...MEMORY,
    sizeCalculation: (_kept, text) => text.length + 1,
  });

  return (text) => {
    const kept = known.get(text) ?? remembered(text);
    if ('errors' in kept) throw kept.errors;
    return kept;
  };

  function remembered(text: string): Prepared | Refused {
    const made = prepared(text);
    known.set(text, made);
    return made;
  }

  function prepared(text: string): Prepared | Refused {
    try {
      return withinStack(() => {
        const document = parseWithin(limits.maxTokens, text);
        const errors = faultsOf(document);
        if (errors.length > 0) return { errors };
        const operationOf = operationsOf(document, ids.get(text) ?? '', isEstateOnly);
        return { document, operationOf };
      });
    } catch (error) {
      return { errors: [error instanceof GraphQLError ? withCode(error, 'GRAPHQL_PARSE_FAILED') : error] };
    }
  }

  function faultsOf(document: DocumentNode): readonly GraphQLError[] {
    // What is too large is refused before it is validated.
    const exceeded = excess(schema, document, limits);
    if (exceeded.length > 0) return exceeded;
    return validate(document).map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED'));
  }
}

interface Refused {
  readonly errors: readonly unknown[];
}

function withCode(error: GraphQLError, code: string): GraphQLError {
  if (error.extensions.code !== undefined) return error;
  const { nodes, source, positions } = error;
  return new GraphQLError(error.message, { nodes, source, positions, extensions: { code } });
}
