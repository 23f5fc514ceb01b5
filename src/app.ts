import type { Audit } from './audit.ts';
import { type Azure, azureForRequest, type Shared } from './azure/index.ts';
import type { Caller, Callers } from './caller.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Config } from './config.ts';
import { createCors } from './cors.ts';
import { contextOf } from './graphql/context.ts';
import { createExplorer } from './graphql/explorer.ts';
import { createGraphQL } from './graphql/index.ts';
import { mediaTypeOf } from './graphql/respond.ts';
import { type HttpRequest, type HttpResponse, pathOf, requestIdOf } from './http.ts';
import { type Policy, steady } from './policy.ts';
import type { Probes } from './probes.ts';
import { createRate } from './rate.ts';
import { failure, isRefusal, overloaded, refusal, tooOften } from './refusal.ts';
import type { MadeCall, SavedCall } from './telemetry/call.ts';
import { endSpan, startTrace, type Trace } from './telemetry/trace.ts';
import { describeError, type Telemetry } from './telemetry.ts';
import { timeOf } from './time.ts';

const ENDPOINT = '/graphql';
const ASSETS = '/graphiql';
// Of MAX_IN_FLIGHT.
const SHARE_OF_ONE = 0.9;
const SHARE_OF_ANONYMOUS = 0.5;

/** The whole gateway as a function; a Request will do, and a Response. It never throws and never answers with a stack trace. */
export type App = (request: HttpRequest) => Promise<HttpResponse>;

/** What a gateway is made of besides its settings. */
export interface Parts extends Shared {
  readonly callers: Callers;
  readonly policy: Policy;
  readonly audit: Audit;
  readonly probes: Probes;
  /** Absent: the one on the wall. */
  readonly clock?: Clock;
}

type AppConfig = Pick<
  Config,
  'requestTimeoutInMs' | 'limits' | 'corsOrigins' | 'explorer' | 'trustedDocumentsFile' | 'governor'
>;

export function createApp(config: AppConfig, parts: Parts, telemetry: Telemetry): App {
  const { callers, policy, audit, probes, clock = systemClock } = parts;
  const { log, metrics } = telemetry;
  const graphql = createGraphQL(config, clock);
  const explorer = config.explorer ? createExplorer({ endpoint: ENDPOINT, assetsPath: ASSETS }) : undefined;
  const cors = createCors(config.corsOrigins);
  const rate = createRate(config.limits.rateLimitPerMinute);
  const inFlight = { all: 0, byCaller: new Map<string, number>() };

  return async (request) => {
    const requestId = requestIdOf(request.headers.get('x-request-id'));
    const response = await answer(request, requestId).catch((error) => failed(error, request, requestId));
    stamp(response, requestId);
    cors.stamp(request, response);
    return response;
  };

  async function answer(request: HttpRequest, requestId: string): Promise<HttpResponse> {
    const path = pathOf(request.url);
    if (path !== ENDPOINT || request.method !== 'POST') {
      const aside = (await probes.answer(request)) ?? (await explorer?.(request)) ?? cors.preflight(request);
      if (aside) return aside;
    }
    if (path !== ENDPOINT) return turnedAway(nothingHere(), requestId);
    // Asked before anything is run: an answer that cannot be given must not be fetched.
    if (mediaTypeOf(request.headers.get('accept')) === undefined) return turnedAway(notAcceptable(), requestId);
    return traced(request, requestId);
  }

  async function traced(request: HttpRequest, requestId: string): Promise<HttpResponse> {
    const trace = startTrace(request.headers.get('traceparent'));
    let status = 0;
    try {
      const response = await admitted(request, { requestId, trace }).catch((error) =>
        failed(error, request, requestId, trace),
      );
      status = response.status;
      return response;
    } finally {
      const attributes = { 'http.request.method': request.method, 'http.response.status_code': status };
      endSpan(
        trace.span,
        { ...attributes, 'gateway.request_id': requestId },
        status >= 400 ? String(status) : undefined,
      );
    }
  }

  async function admitted(request: HttpRequest, of: Identified): Promise<HttpResponse> {
    if (inFlight.all >= config.limits.maxInFlight) throw overloaded();
    const leave = enter();
    try {
      const caller = await callers.identify(request.headers.get('authorization'));
      request.belongsTo?.(caller.id);
      const { retryAfterSeconds } = rate.take(caller.id);
      if (retryAfterSeconds !== undefined) throw tooOften(retryAfterSeconds);
      return await operateAsOneOf(request, of, caller);
    } finally {
      whenOver(request, leave);
    }
  }

  // No caller may hold the places of all others, by bodies that never end: those without a token are one.
  async function operateAsOneOf(request: HttpRequest, of: Identified, caller: Caller): Promise<HttpResponse> {
    const own = inFlight.byCaller.get(caller.id) ?? 0;
    const share = caller.kind === 'ANONYMOUS' ? SHARE_OF_ANONYMOUS : SHARE_OF_ONE;
    if (own >= Math.ceil(config.limits.maxInFlight * share)) throw overloaded();
    inFlight.byCaller.set(caller.id, own + 1);
    try {
      return await operate(request, of, caller);
    } finally {
      whenOver(request, () => {
        const left = (inFlight.byCaller.get(caller.id) ?? 0) - 1;
        if (left > 0) inFlight.byCaller.set(caller.id, left);
        else inFlight.byCaller.delete(caller.id);
      });
    }
  }

  function enter(): () => void {
    const count = (change: number) => {
      inFlight.all += change;
      metrics.inFlight(inFlight.all);
    };
    count(1);
    return () => count(-1);
  }

  async function operate(request: HttpRequest, of: Identified, caller: Caller): Promise<HttpResponse> {
    const startedAt = performance.now();
    const time = timeOf(request, config.requestTimeoutInMs, clock);
    const origin = { ...of, calls: [] as MadeCall[], saved: [] as SavedCall[] };
    const decided = steady(policy);
    const rights = { policyVersion: policy.version(), scopeKey: () => decided.scopeSet(caller).key };
    let azure: Azure | undefined;
    const context = contextOf({ ...telemetry, ...origin, caller, policy: decided, audit, startedAt }, () => {
      azure = azureForRequest(parts, { ...origin, callerId: caller.id, ...time.bounds(), rights });
      return azure;
    });
    try {
      const answered = await graphql(request, context);
      // Answers hold what only this caller may see.
      answered.headers.set('cache-control', 'no-store');
      return answered;
    } finally {
      time.over();
      azure?.end();
    }
  }

  function turnedAway(response: HttpResponse, requestId: string): HttpResponse {
    metrics.refused('BAD_REQUEST');
    log.info({ event: 'refused', requestId, status: response.status, code: 'BAD_REQUEST' });
    return response;
  }

  function failed(error: unknown, request: HttpRequest, requestId: string, trace?: Trace): Response {
    const traceId = trace?.traceId;
    if (request.signal.aborted) return failure(400, 'BAD_REQUEST', 'The caller is gone.');
    if (isRefusal(error)) {
      const { code, cause } = error;
      metrics.refused(code);
      log.info({
        event: 'refused',
        requestId,
        traceId,
        code,
        ...(cause !== undefined && { cause: describeError(cause) }),
      });
      return refusal(error);
    }
    metrics.refused('INTERNAL');
    log.error({ event: 'internal-error', requestId, traceId, error });
    const message = `Something unexpected happened. It is in the gateway's log under request id ${requestId}.`;
    return failure(500, 'INTERNAL', message);
  }
}

/** What a request is found by, in the log and in the traces. */
interface Identified {
  readonly requestId: string;
  readonly trace: Trace;
}

// An answer that waits to be taken takes as much memory as one that is made.
function whenOver(request: HttpRequest, leave: () => void): void {
  if (request.whenOver) request.whenOver(leave);
  else leave();
}

// The explorer's files say for themselves how long they keep.
function stamp({ headers }: HttpResponse, requestId: string): void {
  headers.set('x-request-id', requestId);
  headers.set('x-content-type-options', 'nosniff');
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
}

const notAcceptable = () =>
  failure(406, 'BAD_REQUEST', 'Answers are application/json or application/graphql-response+json: accept one of them.');

const nothingHere = () => failure(404, 'BAD_REQUEST', `Nothing is here. POST a query to ${ENDPOINT}.`);
