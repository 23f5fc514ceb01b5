import { readFileSync } from 'node:fs';
import { GraphQLError, type GraphQLSchema, Kind, validate } from 'graphql';
import type { LimitsConfig } from '../config.ts';
import { excess, parseWithin } from './limits.ts';

/** The text of an operation, by the id that a request names it by. */
export type Documents = ReadonlyMap<string, string>;

/**
 * Reads a manifest of persisted documents, `{ "<id>": "<text>" }` as the codegen client preset writes it, and checks each as if
 * it were asked. Throws one error with every complaint.
 */
export function readTrustedDocuments(file: string, schema: GraphQLSchema, limits: LimitsConfig): Documents {
  const documents = Object.entries(parsedManifest(file));
  if (documents.length === 0) throw new Error(`TRUSTED_DOCUMENTS is "${file}": it holds no document.`);
  const complaints = documents.flatMap(([id, text]) => faults(text, schema, limits).map((fault) => `${id}: ${fault}`));
  if (complaints.length > 0) throw new Error(`TRUSTED_DOCUMENTS: ${complaints.join('\n- TRUSTED_DOCUMENTS: ')}`);
  return new Map(documents.map(([id, text]) => [withoutAlgorithm(id), String(text)]));
}

/** The text that a request may run: of a trusted document where there is a manifest, its own where there is none. */
export function trustedText(params: Asking, documents: Documents | undefined): unknown {
  const id = documentId(params);
  if (!documents) {
    if (id !== undefined && params.query == null)
      throw badRequest('This gateway keeps no trusted documents: send the query.');
    return params.query;
  }
  if (id === undefined) throw badRequest('Only trusted documents are served: name one by documentId.');
  const text = documents.get(id);
  if (text === undefined) throw badRequest('No trusted document has that id: publish it, or ask for one that is.');
  return text;
}

/** A request's parameters, as far as they name a document. */
export interface Asking {
  readonly query?: unknown;
  readonly documentId?: unknown;
  readonly extensions?: unknown;
}

function documentId({ documentId: named, extensions }: Asking): string | undefined {
  const id = named ?? (extensions as Persisted)?.persistedQuery?.sha256Hash;
  return typeof id === 'string' ? withoutAlgorithm(id) : undefined;
}

type Persisted = { readonly persistedQuery?: { readonly sha256Hash?: unknown } | null } | null | undefined;

const withoutAlgorithm = (id: string): string => id.replace(/^sha256:/, '');

function parsedManifest(file: string): object {
  try {
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    if (manifest !== null && typeof manifest === 'object' && !Array.isArray(manifest)) return manifest;
  } catch {
    // Said below.
  }
  throw new Error(`TRUSTED_DOCUMENTS is "${file}": give a JSON object of document ids and their texts.`);
}

function faults(text: unknown, schema: GraphQLSchema, limits: LimitsConfig): string[] {
  if (typeof text !== 'string') return ['its text is no string.'];
  try {
    const document = parseWithin(limits.maxTokens, text);
    if (document.definitions.every(({ kind }) => kind !== Kind.OPERATION_DEFINITION)) return ['it has no operation.'];
    return [...excess(schema, document, limits), ...validate(schema, document)].map(({ message }) => message);
  } catch (error) {
    return [(error as Error).message];
  }
}

const badRequest = (message: string) =>
  new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } });
