import { GraphQLError } from 'graphql';
import { type ErrorCode, GatewayError } from '../errors.ts';
import { describeError } from '../telemetry.ts';
import type { Context } from './context.ts';
import { isAboutInput, withoutEcho } from './echo.ts';
import type { CodedResult, Http, Result } from './respond.ts';

/** The way out: every error of an answer gets a code of the contract; what is not meant for the caller is logged and masked. */
export function withCodes({ errors, ...result }: Result, context: Context): CodedResult {
  return errors ? { ...result, errors: errors.map((error) => withStatus(coded(error, context))) } : result;
}

function coded(error: unknown, context: Context): GraphQLError {
  const located = error instanceof GraphQLError ? error : undefined;
  const original = innermost(error);
  if (original instanceof GatewayError) return fromGateway(original, located, context);
  if (located && (original instanceof GraphQLError || isAboutInput(located))) return fromGraphQL(located, context);
  return masked(original, located, context);
}

function innermost(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? innermost(error.originalError) : error;
}

function fromGateway(error: GatewayError, located: GraphQLError | undefined, context: Context): GraphQLError {
  const { code, message, retryAfterSeconds, cause } = error;
  if (code === 'INTERNAL') return masked(error, located, context);
  // What the caller did wrong is theirs to read; what lies upstream is for the log as well.
  if (cause !== undefined) {
    const { requestId, log } = context;
    log.warn({ event: 'field-failed', requestId, code, path: located?.path?.join('.'), cause: describeError(cause) });
  }
  return withCode(code, message, located, {
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
    // Of the whole answer, as at the door.
    ...(code === 'OVERLOADED' && { http: { status: 503, headers: { 'retry-after': String(retryAfterSeconds) } } }),
  });
}

// GraphQL's own errors. One with a path was met while answering: it may quote a value, and is a fault of ours.
function fromGraphQL(error: GraphQLError, context: Context): GraphQLError {
  if (error.path) return masked(error, error, context);
  const code = REQUEST_ERRORS.find((known) => known === error.extensions.code);
  if (code) return withCode(code, withoutEcho(error), error, { http: error.extensions.http ?? { status: 400 } });
  const message = isAboutInput(error) ? withoutEcho(error) : CANNOT_RUN;
  return withCode('BAD_USER_INPUT', message, error, { http: { status: 400 } });
}

const REQUEST_ERRORS = [
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_REQUEST',
  'LIMIT_EXCEEDED',
  'UNAUTHENTICATED',
] as const;

const CANNOT_RUN = 'The operation cannot be run as it stands: check its name and its variables.';

function masked(error: unknown, located: GraphQLError | undefined, { requestId, log }: Context): GraphQLError {
  log.error({ event: 'internal-error', requestId, path: located?.path?.join('.'), error });
  const message = `Something unexpected happened. It is in the gateway's log under request id ${requestId}.`;
  return withCode('INTERNAL', message, located, located?.path ? {} : { http: { status: 500 } });
}

function withCode(code: ErrorCode, message: string, at: GraphQLError | undefined, extensions: object): GraphQLError {
  const { nodes, source, positions, path } = at ?? {};
  return new GraphQLError(message, { nodes, source, positions, path, extensions: { code, ...extensions } });
}

function withStatus(error: GraphQLError): GraphQLError {
  const { code, http, ...others } = error.extensions as { code: ErrorCode; http?: Http };
  if (!http) return error;
  const spec = code.startsWith('GRAPHQL_') || code === 'BAD_USER_INPUT' || code === 'LIMIT_EXCEEDED';
  return withCode(code, error.message, error, { ...others, http: { ...http, spec } });
}
