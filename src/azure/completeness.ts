import { type ErrorCode, GatewayError } from '../errors.ts';
import { compare } from './name.ts';

export interface Completeness {
  readonly complete: boolean;
  readonly missing: readonly MissingScope[];
}

export interface MissingScope {
  /** An ARM id, or a vault's URL. */
  readonly scope: string;
  readonly code: ErrorCode;
  readonly message: string;
}

export function completenessOf(missing: readonly MissingScope[]): Completeness {
  return { complete: missing.length === 0, missing: missing.toSorted((a, b) => compare(a.scope, b.scope)) };
}

/** What a scope is missing for. A fault of ours is not told as a scope's: it is thrown on. */
export function missing(scope: string, error: unknown): MissingScope {
  if (!(error instanceof GatewayError) || error.code === 'INTERNAL') throw error;
  return { scope, code: error.code, message: error.message };
}
