import { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import { GatewayError } from '../errors.ts';
import type { HttpRequest } from '../http.ts';
import { type Asking, type Documents, trustedText } from './trusted-documents.ts';

// Of bodies that arrive at a time, whoever sends them: those of fifty requests that are as large as may be.
const MAX_BYTES_ARRIVING = 16_000_000;
// In characters of requests' bodies. What they say is read once, as long as they are remembered.
const MEMORY = { max: 1_000, maxSize: 1_000_000, maxEntrySize: 10_000 };

/** What is to be run, and with which variables. */
export interface Parameters {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>> | undefined;
  readonly operationName: string | undefined;
}

/**
 * Reads the operation from a GET's URL or a POST's JSON body of at most `maxBodyBytes`, and of trusted documents only where
 * there are any. All else is BAD_REQUEST.
 */
export function createReader(maxBodyBytes: number, documents: Documents | undefined) {
  let allArriving = 0;
  const known = new LRUCache<string, Parameters>({ ...MEMORY, sizeCalculation: (_kept, text) => text.length + 1 });

  return async (request: HttpRequest): Promise<Parameters> => {
    if (request.method === 'GET') return parametersOf(fromUrl(new URL(request.url).searchParams), documents);
    if (request.method !== 'POST') throw getOrPost();
    if (!isJson(request)) throw badRequest(415, 'Send the query as JSON, with content-type: application/json.');
    const text = await arriving(request);
    return known.get(text) ?? remembered(text);
  };

  /** A body that comes slowly takes its memory all the while. */
  async function arriving(request: HttpRequest): Promise<string> {
    let own = 0;
    const take = (bytes: number) => {
      if (allArriving + bytes > MAX_BYTES_ARRIVING) throw tooManyBodies();
      allArriving += bytes;
      own += bytes;
    };
    try {
      return await bodyOf(request, maxBodyBytes, take);
    } finally {
      allArriving -= own;
    }
  }

  function remembered(text: string): Parameters {
    const parameters = parametersOf(fromBody(text), documents);
    known.set(text, parameters);
    return parameters;
  }
}

function parametersOf(asked: Asked, documents: Documents | undefined): Parameters {
  const other = Object.keys(asked).find((name) => !KNOWN.has(name));
  if (other !== undefined) throw badRequest(400, `A request has ${[...KNOWN].join(', ')}, and nothing else.`);
  const { variables, operationName, extensions } = asked;
  if (!isObject(variables)) throw badRequest(400, 'variables is no JSON object.');
  if (!isObject(extensions)) throw badRequest(400, 'extensions is no JSON object.');
  if (operationName != null && typeof operationName !== 'string') throw badRequest(400, 'operationName is no string.');
  const query = trustedText(asked, documents);
  if (typeof query !== 'string') throw badRequest(400, 'There is no query: send one, as a string.');
  // An empty name is none: https://graphql.github.io/graphql-over-http/draft/#sec-GET
  return { query, variables: variables ?? undefined, operationName: operationName || undefined };
}

const KNOWN: ReadonlySet<string> = new Set(['query', 'variables', 'operationName', 'extensions', 'documentId']);

/** A request's parameters as they came. */
interface Asked extends Asking {
  readonly variables?: unknown;
  readonly operationName?: unknown;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> | null | undefined =>
  value == null || (typeof value === 'object' && !Array.isArray(value));

function fromUrl(search: URLSearchParams): Asked {
  const text = (name: string) => search.get(name) ?? undefined;
  const params: Record<string, unknown> = {};
  for (const name of ['query', 'operationName', 'documentId']) {
    const value = text(name);
    if (value !== undefined) params[name] = value;
  }
  for (const name of ['variables', 'extensions']) {
    const value = text(name);
    if (value) params[name] = parsed(value, `The URL's ${name} is not JSON.`);
  }
  return params;
}

function bodyOf(request: HttpRequest, maxBodyBytes: number, take: (bytes: number) => void): Promise<string> {
  return readText(request, maxBodyBytes, take).catch((error) => {
    if (error instanceof GraphQLError || error instanceof GatewayError) throw error;
    throw badRequest(400, 'The body did not arrive whole.');
  });
}

function fromBody(text: string): Asked {
  const body = parsed(text, 'The body is not JSON.');
  if (Array.isArray(body)) throw badRequest(400, 'Batching is not supported: send one operation a request.');
  if (body === null || typeof body !== 'object') throw badRequest(400, 'The body is not a JSON object.');
  return body as Asked;
}

const isJson = (request: HttpRequest): boolean =>
  request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() === 'application/json';

// Node has already checked a content-length that is given.
async function readText(request: HttpRequest, maxBodyBytes: number, take: (bytes: number) => void): Promise<string> {
  const length = request.headers.get('content-length');
  if (Number(length) > maxBodyBytes) throw tooLarge(maxBodyBytes);
  if (length !== null) {
    take(Number(length));
    return request.text();
  }
  const chunks = request.body?.[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let bytes = 0;
  // By hand: a loop would end the connection before the answer is sent.
  for (;;) {
    const { done, value } = (await chunks?.next()) ?? { done: true, value: undefined };
    if (done || !value) return Buffer.concat(read).toString('utf8');
    bytes += value.byteLength;
    if (bytes > maxBodyBytes) throw tooLarge(maxBodyBytes);
    take(value.byteLength);
    read.push(value);
  }
}

// The parser's own message quotes the text.
function parsed(text: string, complaint: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest(400, complaint);
  }
}

const tooManyBodies = (): GatewayError =>
  new GatewayError('OVERLOADED', 'More bodies of requests are arriving than there is memory for. Try again in 1 s.', {
    retryAfterSeconds: 1,
  });

const tooLarge = (maxBodyBytes: number) =>
  badRequest(413, `The body is larger than ${maxBodyBytes} bytes (MAX_BODY_BYTES).`);

const getOrPost = () =>
  new GraphQLError('Send the query by POST, or by GET.', {
    extensions: { code: 'BAD_REQUEST', http: { status: 405, headers: { allow: 'GET, POST' } } },
  });

const badRequest = (status: number, message: string) =>
  new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status } } });
