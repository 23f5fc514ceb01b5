import { randomUUID } from 'node:crypto';
import type { Clients } from './azure/clients.ts';
import { azureForRequest } from './azure/index.ts';
import type { Config } from './config.ts';
import { createExplorer } from './graphql/explorer.ts';
import { createGraphQL } from './graphql/index.ts';
import type { Log } from './telemetry.ts';

const ENDPOINT = '/graphql';
const ASSETS = '/graphiql';
const REQUEST_ID = /^[\w.:-]{1,128}$/;

/** The whole gateway as a function. It never throws and never answers with a stack trace. */
export type App = (request: Request) => Promise<Response>;

export function createApp(config: Pick<Config, 'requestTimeoutInMs'>, clients: Clients, log: Log): App {
  const graphql = createGraphQL(ENDPOINT, log);
  const explorer = createExplorer({ endpoint: ENDPOINT, assetsPath: ASSETS });

  return async (request) => {
    const asked = request.headers.get('x-request-id') ?? '';
    const requestId = REQUEST_ID.test(asked) ? asked : randomUUID();
    try {
      return stamped(await answer(request, requestId), requestId);
    } catch (error) {
      log.error({ event: 'internal-error', requestId, error });
      return stamped(unexpected(requestId), requestId);
    }
  };

  async function answer(request: Request, requestId: string): Promise<Response> {
    const page = await explorer(request);
    if (page) return page;
    if (new URL(request.url).pathname !== ENDPOINT) return nothingHere();

    const timeUp = new AbortController();
    const timer = setTimeout(() => timeUp.abort(), config.requestTimeoutInMs);
    const signal = AbortSignal.any([request.signal, timeUp.signal]);
    try {
      return await graphql.fetch(request, { azure: azureForRequest(clients, signal), requestId, log });
    } finally {
      clearTimeout(timer);
    }
  }
}

// Answers may hold what only this caller may see; the explorer's files say for themselves how long they keep.
function stamped(response: Response, requestId: string): Response {
  response.headers.set('x-request-id', requestId);
  response.headers.set('x-content-type-options', 'nosniff');
  if (!response.headers.has('cache-control')) response.headers.set('cache-control', 'no-store');
  return response;
}

const nothingHere = () => failure(404, 'BAD_REQUEST', `Nothing is here. POST a query to ${ENDPOINT}.`);

const unexpected = (requestId: string) =>
  failure(500, 'INTERNAL', `Something unexpected happened. It is in the gateway's log under request id ${requestId}.`);

function failure(status: number, code: string, message: string): Response {
  return Response.json({ errors: [{ message, extensions: { code } }] }, { status });
}
