import { type ErrorCode, GatewayError } from '../errors.ts';
import { isCallLimit } from './governor/call-limit.ts';
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
  /** Where it is what the request had no calls left for. */
  readonly limit?: GatewayError;
}

/** Each scope is named once for each code. */
export function completenessOf(missing: readonly MissingScope[]): Completeness {
  const each = [...new Map(missing.map((one) => [`${one.code} ${one.scope}`, one])).values()];
  return { complete: each.length === 0, missing: each.sort((a, b) => compare(a.scope, b.scope)) };
}

/** What a scope is missing for. A fault of ours is not told as a scope's: it is thrown on. */
export function missing(scope: string, error: unknown): MissingScope {
  if (!(error instanceof GatewayError) || error.code === 'INTERNAL') throw error;
  return { scope, code: error.code, message: error.message, ...(isCallLimit(error) && { limit: error }) };
}

/** What is read, or what is missing where the request has no calls left for it. */
export const unlessLimited = <Read>(scope: string, reading: Promise<Read>): Promise<Read | MissingScope> =>
  reading.catch((error: unknown) => {
    if (!isCallLimit(error)) throw error;
    return missing(scope, error);
  });

/** Throws the limit of the request's calls, where something is missing for that and nobody asks what is missing. */
export function throwLimit(all: readonly MissingScope[], { isLackAsked }: { readonly isLackAsked: boolean }): void {
  const limited = all.find(({ limit }) => limit);
  if (limited?.limit && !isLackAsked) throw limited.limit;
}
