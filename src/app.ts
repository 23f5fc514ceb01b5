import { randomUUID } from 'node:crypto';
import type { Audit } from './audit.ts';
import type { Clients } from './azure/clients.ts';
import { azureForRequest } from './azure/index.ts';
import type { Caller, Callers } from './caller.ts';
import type { Config } from './config.ts';
import { createCors } from './cors.ts';
import { GatewayError } from './errors.ts';
import { createExplorer } from './graphql/explorer.ts';
import { createGraphQL } from './graphql/index.ts';
import { type Policy, steady } from './policy.ts';
import { createRate } from './rate.ts';
import { describeError, type Log } from './telemetry.ts';

const ENDPOINT = '/graphql';
const ASSETS = '/graphiql';
const REQUEST_ID = /^[\w.:-]{1,128}$/;

/** The whole gateway as a function. It never throws and never answers with a stack trace. */
export type App = (request: Request) => Promise<Response>;

/** What a gateway is made of besides its settings. */
export interface Parts {
  readonly clients: Clients;
  readonly callers: Callers;
  readonly policy: Policy;
  readonly audit: Audit;
}

type AppConfig = Pick<Config, 'requestTimeoutInMs' | 'limits' | 'corsOrigins' | 'explorer' | 'trustedDocumentsFile'>;

export function createApp(config: AppConfig, { clients, callers, policy, audit }: Parts, log: Log): App {
  const graphql = createGraphQL(ENDPOINT, config, log);
  const explorer = config.explorer && createExplorer({ endpoint: ENDPOINT, assetsPath: ASSETS });
  const cors = createCors(config.corsOrigins);
  const rate = createRate(config.limits.rateLimitPerMinute);
  const inFlight = { all: 0, anonymous: 0 };

  return async (request) => {
    const requestId = requestIdOf(request);
    const response = await answer(request, requestId).catch((error) => failed(error, request, requestId));
    stamp(response, requestId);
    cors.stamp(request, response);
    return response;
  };

  async function answer(request: Request, requestId: string): Promise<Response> {
    const page = explorer && (await explorer(request));
    if (page) return page;
    const preflight = cors.preflight(request);
    if (preflight) return preflight;
    if (new URL(request.url).pathname !== ENDPOINT) return nothingHere();
    if (!isAcceptable(request)) return notAcceptable();
    if (inFlight.all >= config.limits.maxInFlight) throw overloaded();

    inFlight.all += 1;
    try {
      const caller = await callers.identify(request.headers.get('authorization'));
      const { retryAfterSeconds } = rate.take(caller.id);
      if (retryAfterSeconds !== undefined) throw tooOften(retryAfterSeconds);
      return caller.kind === 'ANONYMOUS'
        ? await operateUnknown(request, requestId, caller)
        : await operate(request, requestId, caller);
    } finally {
      inFlight.all -= 1;
    }
  }

  // Whoever has no token may not hold the places of those who have one, by bodies that never end.
  async function operateUnknown(request: Request, requestId: string, caller: Caller): Promise<Response> {
    if (inFlight.anonymous >= config.limits.maxInFlight / 2) throw overloaded();
    inFlight.anonymous += 1;
    try {
      return await operate(request, requestId, caller);
    } finally {
      inFlight.anonymous -= 1;
    }
  }

  async function operate(request: Request, requestId: string, caller: Caller): Promise<Response> {
    const timeUp = new AbortController();
    const timer = setTimeout(() => timeUp.abort(), config.requestTimeoutInMs);
    const azure = azureForRequest(clients, AbortSignal.any([request.signal, timeUp.signal]));
    try {
      const context = { azure, caller, policy: steady(policy), audit, requestId, log };
      const answered = await graphql.fetch(request, context);
      // Answers hold what only this caller may see.
      answered.headers.set('cache-control', 'no-store');
      return answered;
    } finally {
      clearTimeout(timer);
    }
  }

  function failed(error: unknown, request: Request, requestId: string): Response {
    if (request.signal.aborted) return failure(400, 'BAD_REQUEST', 'The caller is gone.');
    if (error instanceof GatewayError && error.code in STATUS) {
      const { code, cause } = error;
      log.info({ event: 'refused', requestId, code, ...(cause !== undefined && { cause: describeError(cause) }) });
      return refusal(error);
    }
    log.error({ event: 'internal-error', requestId, error });
    const message = `Something unexpected happened. It is in the gateway's log under request id ${requestId}.`;
    return failure(500, 'INTERNAL', message);
  }
}

function requestIdOf(request: Request): string {
  const asked = request.headers.get('x-request-id') ?? '';
  return REQUEST_ID.test(asked) ? asked : randomUUID();
}

// The explorer's files say for themselves how long they keep.
function stamp({ headers }: Response, requestId: string): void {
  headers.set('x-request-id', requestId);
  headers.set('x-content-type-options', 'nosniff');
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
}

// Asked before anything is run: an answer that cannot be given must not be fetched.
function isAcceptable(request: Request): boolean {
  const accept = request.headers.get('accept')?.toLowerCase() ?? '*/*';
  return /\*\/\*|application\/(\*|json|graphql-response\+json)/.test(accept);
}

const notAcceptable = () =>
  failure(406, 'BAD_REQUEST', 'Answers are application/json or application/graphql-response+json: accept one of them.');

const nothingHere = () => failure(404, 'BAD_REQUEST', `Nothing is here. POST a query to ${ENDPOINT}.`);

const overloaded = () =>
  new GatewayError('OVERLOADED', 'The gateway has as much under way as MAX_IN_FLIGHT allows. Try again in 1 s.', {
    retryAfterSeconds: 1,
  });

const tooOften = (retryAfterSeconds: number) =>
  new GatewayError(
    'RATE_LIMITED',
    `This caller asks more often than RATE_LIMIT_PER_MINUTE allows. Try again in ${retryAfterSeconds} s.`,
    { retryAfterSeconds },
  );

// What is refused before GraphQL is reached.
const STATUS: { readonly [code: string]: number } = {
  UNAUTHENTICATED: 401,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
  UPSTREAM_UNAVAILABLE: 503,
};

function refusal({ code, message, retryAfterSeconds }: GatewayError): Response {
  const response = failure(STATUS[code] ?? 500, code, message, retryAfterSeconds);
  // RFC 6750, section 3.
  if (code === 'UNAUTHENTICATED') response.headers.set('www-authenticate', 'Bearer error="invalid_token"');
  if (retryAfterSeconds !== undefined) response.headers.set('retry-after', String(retryAfterSeconds));
  return response;
}

function failure(status: number, code: string, message: string, retryAfterSeconds?: number): Response {
  const extensions = { code, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  return Response.json({ errors: [{ message, extensions }] }, { status, headers });
}
