/** Why a field or a request could not be answered: stable, part of the contract. README says what to do about each. */
export type ErrorCode =
  | 'BAD_USER_INPUT'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'BAD_REQUEST'
  | 'LIMIT_EXCEEDED'
  | 'RATE_LIMITED'
  | 'OVERLOADED'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'SECRET_DISABLED'
  | 'THROTTLED'
  | 'UPSTREAM_UNAVAILABLE'
  | 'UPSTREAM_TIMEOUT'
  | 'IDENTITY_UNAVAILABLE'
  | 'AUDIT_UNAVAILABLE'
  | 'INTERNAL';

export interface GatewayErrorOptions {
  readonly cause?: unknown;
  /** Whole seconds until a retry is worth its while; with THROTTLED, RATE_LIMITED and OVERLOADED. */
  readonly retryAfterSeconds?: number;
  /** With THROTTLED: by the caller's own limits, which say nothing about another's. */
  readonly isOwn?: boolean;
}

/**
 * A failure in the house's own words. The message is for the caller: it says what could not be done and what to do next,
 * and holds no token, secret or query text. The cause is for the log alone.
 */
export class GatewayError extends Error {
  readonly code: ErrorCode;
  readonly retryAfterSeconds: number | undefined;
  readonly isOwn: boolean;

  constructor(code: ErrorCode, message: string, options: GatewayErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'GatewayError';
    this.code = code;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.isOwn = options.isOwn ?? false;
  }
}
