import { type QueryRequest, type QueryResponse, ResourceGraphClient } from '@azure/arm-resourcegraph';
import type { Azure } from '../../emulator/azure.ts';
import { credentialOf, tokenFor } from './emulator.ts';
import { transportTo } from './transport.ts';

const URL = 'https://management.azure.com/providers/Microsoft.ResourceGraph/resources';

export type Row = Readonly<Record<string, unknown>>;

/** The SDK's client with the host's own identity. It does not retry: a 429 is what a test is about. */
export function graphClientOf(azure: Azure): ResourceGraphClient {
  const options = { httpClient: transportTo(azure.fetch), retryOptions: { maxRetries: 0 } };
  return new ResourceGraphClient(credentialOf(azure), options);
}

/** Asks by the SDK. */
export function query(azure: Azure, text: string, request: Omit<QueryRequest, 'query'> = {}): Promise<QueryResponse> {
  return graphClientOf(azure).resources({ query: text, ...request });
}

/** The rows of the first page. */
export async function rowsOf(azure: Azure, text: string, request: Omit<QueryRequest, 'query'> = {}): Promise<Row[]> {
  return (await query(azure, text, request)).data;
}

/** The texts of the queries that reach Resource Graph from now on. */
export function queriesTo(azure: Azure): string[] {
  const queries: string[] = [];
  watch(azure, ({ query: text }) => queries.push(text));
  return queries;
}

/** What is asked of Resource Graph from now on. */
export function bodiesTo(azure: Azure): QueryRequest[] {
  const bodies: QueryRequest[] = [];
  watch(azure, (body) => bodies.push(body));
  return bodies;
}

function watch(azure: Azure, see: (body: QueryRequest) => void): void {
  const { fetch } = azure;
  azure.fetch = async (request) => {
    if (/ResourceGraph/.test(request.url)) see(await request.clone().json());
    return fetch(request);
  };
}

/** What the SDK throws, in one line: `400 BadRequest InvalidQuery ParserFailure`. */
export async function refusalOf(answer: Promise<unknown>): Promise<string> {
  try {
    await answer;
    return 'not refused';
  } catch (error) {
    const { statusCode, code, details } = JSON.parse(JSON.stringify(error));
    const codes = (details?.error?.details ?? []).map((detail: { code: string }) => detail.code);
    return [statusCode, code, ...codes].join(' ');
  }
}

/** Asks without the SDK: for headers, older versions and what the SDK would not send. */
export async function post(
  azure: Azure,
  body: unknown,
  { version = '2024-04-01', token, contentType = 'application/json' }: PostOptions = {},
): Promise<{ status: number; headers: Headers; body: Row }> {
  const authorization = `Bearer ${token ?? (await tokenFor(azure, 'https://management.azure.com'))}`;
  const response = await azure.fetch(
    new Request(`${URL}?api-version=${version}`, {
      method: 'POST',
      headers: { 'content-type': contentType, authorization },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  );
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

interface PostOptions {
  readonly version?: string;
  readonly token?: string;
  readonly contentType?: string;
}
