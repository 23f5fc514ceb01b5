import type { GraphQLError } from 'graphql';
import { type HttpRequest, type WholeResponse, wholeResponse } from '../http.ts';

/** What comes of an operation. Without `data` it was not run. */
export interface Result {
  readonly data?: object | null | undefined;
  readonly errors?: readonly unknown[] | undefined;
  readonly extensions?: object | undefined;
}

/** One whose errors are fit for callers; `extensions.http` of an error is what it does to the whole answer. */
export interface CodedResult extends Result {
  readonly errors?: readonly GraphQLError[] | undefined;
}

/**
 * An operation that cannot be run is 400, but 200 for those who ask for application/json by name, as clients do that take any
 * other status for a failure of the transport.
 * https://graphql.github.io/graphql-over-http/draft/#sec-application-json
 */
export function respond({ errors, ...result }: CodedResult, request: HttpRequest): WholeResponse<string> {
  const accept = request.headers.get('accept');
  const contentType = `${mediaTypeOf(accept) ?? JSON_TYPE}; charset=utf-8`;
  if (!errors) return wholeResponse(200, { 'content-type': contentType }, JSON.stringify(result));
  const https = errors.flatMap(({ extensions }) => (extensions.http as Http | undefined) ?? []);
  const isLenient = contentType.startsWith(JSON_TYPE) && accept?.toLowerCase().includes(JSON_TYPE) === true;
  const statuses = https.filter(({ spec }) => !(spec && isLenient)).map(({ status }) => status);
  const headers = Object.assign({ 'content-type': contentType }, ...https.map((http) => http.headers));
  return wholeResponse(Math.max(200, ...statuses), headers, JSON.stringify({ errors: errors.map(shown), ...result }));
}

/** An answer without errors that was kept as bytes. */
export function respondKept({ body, byteLength }: KeptBody, { headers }: HttpRequest): WholeResponse<string> {
  return wholeResponse(
    200,
    { 'content-type': `${mediaTypeOf(headers.get('accept')) ?? JSON_TYPE}; charset=utf-8` },
    body,
    byteLength,
  );
}

interface KeptBody {
  readonly body: string;
  readonly byteLength: number;
}

/** Of the types that an answer can have, the first that the Accept header takes; undefined: none. */
export function mediaTypeOf(accept: string | null): string | undefined {
  if (accept === null || accept === '*/*' || accept === JSON_TYPE) return JSON_TYPE;
  const asked = accept.replace(/\s/g, '').toLowerCase().split(',');
  return asked.map(answerTo).find((type) => type !== undefined);
}

/** What an error does to the status and the headers; `spec`: as GraphQL over HTTP has it. */
export interface Http {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly spec?: boolean;
}

const JSON_TYPE = 'application/json';
const GRAPHQL_TYPE = 'application/graphql-response+json';

function answerTo(range: string): string | undefined {
  const [type = '', ...parameters] = range.split(';');
  if (parameters.some((each) => each.startsWith('charset=') && each !== 'charset=utf-8')) return undefined;
  if (type === GRAPHQL_TYPE) return GRAPHQL_TYPE;
  return type === JSON_TYPE || type === 'application/*' || type === '*/*' ? JSON_TYPE : undefined;
}

function shown(error: GraphQLError): object {
  const { http: _http, ...extensions } = error.extensions;
  return { ...error.toJSON(), extensions };
}
