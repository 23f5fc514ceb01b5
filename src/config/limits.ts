import type { Environment } from './environment.ts';

export interface LimitsConfig {
  readonly maxDepth: number;
  readonly maxAliases: number;
  readonly maxTokens: number;
  /** `value` fields of one operation, aliases counted. */
  readonly maxSecrets: number;
  readonly maxDirectives: number;
  /** Of one answer, while it is made. */
  readonly maxAnswerBytes: number;
  readonly maxBodyBytes: number;
  readonly maxHeaderBytes: number;
  readonly maxConnections: number;
  /** Until a request's headers have arrived. */
  readonly headersTimeoutInMs: number;
  /** Until its body has arrived too. */
  readonly receiveTimeoutInMs: number;
  /** Until a client has taken the next part of its answer. */
  readonly sendTimeoutInMs: number;
  /** Of answers that clients have not taken whole. */
  readonly maxUnsentBytes: number;
  readonly maxInFlight: number;
  /** Requests of one caller. */
  readonly rateLimitPerMinute: number;
}

export function readLimits({ wholeNumber }: Environment): LimitsConfig {
  return {
    maxDepth: wholeNumber('MAX_DEPTH', 12, 1, 100),
    maxAliases: wholeNumber('MAX_ALIASES', 100, 0, 10_000),
    maxTokens: wholeNumber('MAX_TOKENS', 2000, 1, 100_000),
    maxSecrets: wholeNumber('MAX_SECRETS', 50, 0, 10_000),
    maxAnswerBytes: wholeNumber('MAX_ANSWER_MEGABYTES', 400, 1, 10_000) * 1_000_000,
    maxDirectives: wholeNumber('MAX_DIRECTIVES', 50, 0, 10_000),
    maxHeaderBytes: wholeNumber('MAX_HEADER_BYTES', 16_384, 1024, 1_000_000),
    maxConnections: wholeNumber('MAX_CONNECTIONS', 2000, 1, 1_000_000),
    headersTimeoutInMs: wholeNumber('HEADERS_TIMEOUT_SECONDS', 10, 1, 600) * 1000,
    receiveTimeoutInMs: wholeNumber('RECEIVE_TIMEOUT_SECONDS', 30, 1, 600) * 1000,
    sendTimeoutInMs: wholeNumber('SEND_TIMEOUT_SECONDS', 30, 1, 600) * 1000,
    maxUnsentBytes: wholeNumber('MAX_UNSENT_BYTES', 32_000_000, 1_000_000, 10_000_000_000),
    maxBodyBytes: wholeNumber('MAX_BODY_BYTES', 300_000, 1, 10_000_000),
    maxInFlight: wholeNumber('MAX_IN_FLIGHT', 500, 1, 100_000),
    rateLimitPerMinute: wholeNumber('RATE_LIMIT_PER_MINUTE', 600, 1, 1_000_000),
  };
}
