import { GraphQLError } from 'graphql';
import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { type Asking, type Documents, trustedText } from './trusted-documents.ts';

/**
 * Reads the operation from a GET's URL or a POST's JSON body of at most `maxBodyBytes`, and of trusted documents only where
 * there are any. All else is BAD_REQUEST.
 */
export function useParameters(maxBodyBytes: number, documents: Documents | undefined): Plugin {
  return {
    onRequestParse({ request, url, setRequestParser }) {
      if (request.method === 'GET') setRequestParser(() => operationOf(fromUrl(url.searchParams), documents));
      if (request.method !== 'POST') return;
      if (!isJson(request)) throw badRequest(415, 'Send the query as JSON, with content-type: application/json.');
      setRequestParser(async () => operationOf(await fromBody(request, maxBodyBytes), documents));
    },
  };
}

function operationOf({ documentId, ...params }: Asking, documents: Documents | undefined): GraphQLParams {
  const query = trustedText({ ...params, documentId }, documents);
  return { ...params, ...(query !== undefined && { query }) } as GraphQLParams;
}

function fromUrl(search: URLSearchParams): Asking {
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

async function fromBody(request: Request, maxBodyBytes: number): Promise<Asking> {
  const text = await readText(request, maxBodyBytes).catch((error) => {
    if (error instanceof GraphQLError) throw error;
    throw badRequest(400, 'The body did not arrive whole.');
  });
  const body = parsed(text, 'The body is not JSON.');
  if (Array.isArray(body)) throw badRequest(400, 'Batching is not supported: send one operation a request.');
  if (body === null || typeof body !== 'object') throw badRequest(400, 'The body is not a JSON object.');
  return body as Asking;
}

const isJson = (request: Request): boolean =>
  request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() === 'application/json';

// Yoga's own limit costs every request a stream of its own; node has already checked a content-length that is given.
async function readText(request: Request, maxBodyBytes: number): Promise<string> {
  if (Number(request.headers.get('content-length')) > maxBodyBytes) throw tooLarge(maxBodyBytes);
  if (request.headers.has('content-length')) return request.text();
  const reader = request.body?.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
    if (done || !value) return Buffer.concat(chunks).toString('utf8');
    bytes += value.byteLength;
    if (bytes > maxBodyBytes) throw tooLarge(maxBodyBytes);
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

const tooLarge = (maxBodyBytes: number) =>
  badRequest(413, `The body is larger than ${maxBodyBytes} bytes (MAX_BODY_BYTES).`);

const badRequest = (status: number, message: string) =>
  new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status } } });
