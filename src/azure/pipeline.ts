import {
  createDefaultHttpClient,
  type HttpClient,
  isRestError,
  type PipelinePolicy,
  type PipelineRequest,
  type PipelineResponse,
  RestError,
} from '@azure/core-rest-pipeline';
import type { Clock } from '../clock.ts';
import type { Cloud } from '../config/cloud.ts';
import { GatewayError } from '../errors.ts';
import type { Telemetry } from '../telemetry.ts';
import { sizeOfJson } from './json-size.ts';
import { observed } from './observe.ts';
import { currentWork, untilAborted } from './request.ts';
import { cappedRetry } from './retry.ts';
import { createSilence } from './silence.ts';

/**
 * What every client sends its requests through. HTTPS_PROXY, NO_PROXY and NODE_EXTRA_CA_CERTS hold in it.
 * Each request ends with its signal at the latest, whatever becomes of the connection.
 */
export function createTransport(
  cloud: Cloud,
  telemetry: Telemetry,
  client: HttpClient = createDefaultHttpClient(),
): HttpClient {
  const transport = observed({ sendRequest: (request) => whole(client, request) }, cloud, telemetry);
  return {
    sendRequest(request) {
      // The SDK sends plain http through HTTPS_PROXY too. The identity endpoint is on this machine's own link:
      // no proxy reaches it, and none should see the token.
      if (request.url.startsWith('http://')) request.agent = undefined as never;
      // The SDK's client never hears of the end of a compressed body that breaks off or stalls, not even by the signal.
      request.headers.set('accept-encoding', 'identity');
      return transport.sendRequest(request);
    },
  };
}

async function whole(client: HttpClient, request: PipelineRequest): Promise<PipelineResponse> {
  const answered = currentWork()?.silence?.listen();
  try {
    return await client.sendRequest(request);
  } catch (error) {
    throw isBodyBrokenOff(error) ? new RestError('The answer broke off.', { code: 'ECONNRESET', request }) : error;
  } finally {
    answered?.();
  }
}

const isBodyBrokenOff = (error: unknown): boolean => isRestError(error) && error.code === RestError.PARSE_ERROR;

/** The options that every service client is built with. `origin`, where given, is the only one that it may call. */
export function clientOptions(transport: HttpClient, governed: PipelinePolicy, clock: Clock, origin?: string) {
  return {
    httpClient: transport,
    // The SDK's own retry obeys a Retry-After of any length: three sleeps of an hour each.
    retryOptions: { maxRetries: 0 },
    additionalPolicies: [
      { policy: partOfWork, position: 'perCall' as const },
      { policy: refusedWithoutWords, position: 'perCall' as const },
      { policy: cappedRetry(clock), position: 'perCall' as const },
      ...(origin ? [{ policy: stayingAt(origin), position: 'perRetry' as const }] : []),
      // Before anybody parses it, and no failure of Azure's.
      { policy: weighed, position: 'perRetry' as const },
      { policy: governed, position: 'perRetry' as const },
    ],
  };
}

/**
 * Sends one request ahead until the vault's challenge is answered, and the others after it:
 * a cold client would be challenged once for each of them. Where that one is silent, another goes ahead beside it.
 * https://learn.microsoft.com/azure/key-vault/general/authentication-requests-and-responses
 */
export function oneChallenge(clock: Clock) {
  let answered = false;
  let ahead: { readonly over: Promise<'silent' | 'ended'>; readonly end: () => void } | undefined;
  let isFeared = false;
  const inLine: PipelinePolicy = {
    name: 'oneChallengeInLine',
    async sendRequest(request, next) {
      while (!answered && ahead) {
        // If the one ahead fails, those behind it try together: in line, each would wait for the failure of all before it.
        if ((await untilAborted(ahead.over, request.abortSignal)) === 'ended') return next(request);
      }
      if (answered) return next(request);
      const { promise: over, resolve } = Promise.withResolvers<'silent' | 'ended'>();
      const own = { over, end: () => resolve('ended') };
      ahead = own;
      const heard = createSilence(clock, { fallen: () => fallSilent(), isFeared }).listen();
      try {
        return await next(request);
      } finally {
        heard();
        leave();
        own.end();
      }

      function fallSilent(): void {
        isFeared = true;
        leave();
        resolve('silent');
      }

      function leave(): void {
        if (ahead === own) ahead = undefined;
      }
    },
  };
  const authorized: PipelinePolicy = {
    name: 'oneChallengeAuthorized',
    sendRequest(request, next) {
      if (!answered && request.headers.has('authorization')) {
        answered = true;
        ahead?.end();
      }
      return next(request);
    },
  };
  return [
    { policy: inLine, position: 'perCall' as const },
    { policy: authorized, position: 'perRetry' as const },
  ];
}

const partOfWork: PipelinePolicy = {
  name: 'partOfWork',
  async sendRequest(request, next) {
    const work = currentWork();
    if (work) request.abortSignal ??= work.signal;
    return next(request);
  },
};

const weighed: PipelinePolicy = {
  name: 'weighed',
  async sendRequest(request, next) {
    const response = await next(request);
    currentWork()?.received?.(sizeOfJson(response.bodyAsText ?? ''));
    return response;
  },
};

// The SDKs fall over an error that has no JSON body, such as a proxy's, and lose its status.
const refusedWithoutWords: PipelinePolicy = {
  name: 'refusedWithoutWords',
  async sendRequest(request, next) {
    const response = await next(request);
    const { status: statusCode, bodyAsText } = response;
    if (statusCode < 400 || bodyAsText?.trimStart().startsWith('{')) return response;
    throw new RestError('The answer is an error without a JSON body.', { statusCode, request, response });
  },
};

// A nextLink or a redirect is followed as it stands, with the token: it must not lead elsewhere. Of a nextLink that is no URL the SDKs
// make one of the same host, which says that there is no such thing: it is looked at where it comes.
const stayingAt = (origin: string): PipelinePolicy => ({
  name: 'stayingAt',
  async sendRequest(request, next) {
    if (originOf(request.url) !== origin) throw elsewhere(origin);
    const response = await next(request);
    const link = nextLinkIn(response);
    if (link && originOf(link) !== origin) throw elsewhere(origin);
    return response;
  },
});

const originOf = (url: unknown): string | undefined => URL.parse(String(url))?.origin;

const elsewhere = (origin: string): GatewayError => {
  const { host } = new URL(origin);
  return new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    `${host} pointed elsewhere for the rest of its answer. Try again in a moment; if it lasts, check the way there.`,
  );
};

function nextLinkIn({ status, bodyAsText }: PipelineResponse): unknown {
  if (status !== 200 || !bodyAsText?.includes('"nextLink"')) return undefined;
  try {
    return Object(JSON.parse(bodyAsText)).nextLink;
  } catch {
    return undefined;
  }
}
