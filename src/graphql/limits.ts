import { type DocumentNode, GraphQLError, type GraphQLSchema, Lexer, parse, Source, TokenKind } from 'graphql';
import type { LimitsConfig } from '../config.ts';
import { measure } from './measure.ts';

const FIELDS_OF_A_TYPE = 100;

/** What of the document is beyond the limits; for trusted documents, at the start, as for all others. */
export function excess(schema: GraphQLSchema, document: DocumentNode, limits: LimitsConfig): GraphQLError[] {
  const { depth, aliases, directives, secrets, widest } = measure(schema, document);
  return [
    ...over('levels of fields', depth, limits.maxDepth, 'MAX_DEPTH'),
    ...over('aliases', aliases, limits.maxAliases, 'MAX_ALIASES'),
    ...over('secret values', secrets, limits.maxSecrets, 'MAX_SECRETS'),
    ...over('directives', directives, limits.maxDirectives, 'MAX_DIRECTIVES'),
    // Every field of a type and every alias; beyond that are repeats.
    ...over('fields side by side', widest, limits.maxAliases + FIELDS_OF_A_TYPE, 'MAX_ALIASES + 100'),
  ];
}

function over(what: string, asked: number, most: number, setting?: string): GraphQLError[] {
  if (asked <= most) return [];
  return [
    limitExceeded(`The operation asks for ${asked} ${what}, and ${most} are allowed${setting ? ` (${setting})` : ''}.`),
  ];
}

/** Where MAX_TOKENS is set far above its default, a document may be too deep to be read at all. */
export function withinStack<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) throw limitExceeded('The document is nested too deeply to be read.');
    throw error;
  }
}

export function parseWithin(maxTokens: number, text: string | Source): DocumentNode {
  try {
    return parse(text, { maxTokens });
  } catch (error) {
    if (!hasMoreTokens(maxTokens, text)) throw error;
    throw limitExceeded(`The document has more than ${maxTokens} tokens (MAX_TOKENS).`);
  }
}

// Asked only of a document that does not parse: a token too many is a syntax error like any other to the parser.
function hasMoreTokens(maxTokens: number, text: string | Source): boolean {
  const lexer = new Lexer(typeof text === 'string' ? new Source(text) : text);
  try {
    for (let tokens = 0; tokens <= maxTokens; tokens++) if (lexer.advance().kind === TokenKind.EOF) return false;
    return true;
  } catch {
    return false;
  }
}

/** Refuses the whole operation. */
export const limitExceeded = (message: string) =>
  new GraphQLError(`${message} Ask for less at a time.`, {
    extensions: { code: 'LIMIT_EXCEEDED', http: { status: 400 } },
  });
