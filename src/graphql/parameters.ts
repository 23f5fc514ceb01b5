import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';

const MAX_BODY_BYTES = 100_000;

/** Reads the operation from a GET's URL or a POST's JSON body, of at most 100,000 bytes. All else is BAD_REQUEST. */
export function useParameters(): Plugin {
  return {
    onRequestParse({ request, url, setRequestParser }) {
      if (request.method === 'GET') setRequestParser(() => fromUrl(url.searchParams));
      if (request.method !== 'POST') return;
      if (!isJson(request)) throw badRequest(415, 'Send the query as JSON, with content-type: application/json.');
      setRequestParser(fromBody);
    },
  };
}

function fromUrl(search: URLSearchParams): GraphQLParams {
  const text = (name: string) => search.get(name) ?? undefined;
  const params: Record<string, unknown> = { query: text('query'), operationName: text('operationName') };
  for (const name of ['variables', 'extensions']) {
    const value = text(name);
    if (value) params[name] = parsed(value, `The URL's ${name} is not JSON.`);
  }
  return params as GraphQLParams;
}

async function fromBody(request: Request): Promise<GraphQLParams> {
  const body = parsed(await readText(request), 'The body is not JSON.');
  if (Array.isArray(body)) throw badRequest(400, 'Batching is not supported: send one operation a request.');
  if (body === null || typeof body !== 'object') throw badRequest(400, 'The body is not a JSON object.');
  return body as GraphQLParams;
}

const isJson = (request: Request): boolean =>
  request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() === 'application/json';

// Yoga's own limit costs every request a stream of its own; node has already checked a content-length that is given.
async function readText(request: Request): Promise<string> {
  if (Number(request.headers.get('content-length')) > MAX_BODY_BYTES) throw tooLarge();
  if (request.headers.has('content-length')) return request.text();
  const reader = request.body?.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done || !value) return Buffer.concat(chunks).toString('utf8');
    bytes += value.byteLength;
    if (bytes > MAX_BODY_BYTES) throw tooLarge();
    chunks.push(value);
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

const tooLarge = () => badRequest(413, `The body is larger than ${MAX_BODY_BYTES} bytes.`);

const badRequest = (status: number, message: string) =>
  new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status } } });
