import {
  isRestError,
  type PipelinePolicy,
  type PipelineRequest,
  type PipelineResponse,
} from '@azure/core-rest-pipeline';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../clock.ts';
import type { Cloud } from '../../config/cloud.ts';
import { GatewayError } from '../../errors.ts';
import type { Log } from '../../telemetry.ts';
import { NO_ADDRESS, retryAfterSeconds } from '../errors.ts';
import { isToBeChallenged, serviceOf } from '../observe.ts';
import { currentWork } from '../request.ts';
import { TRANSIENT_STATUS } from '../retry.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import type { Api, Governor, Scope } from './governor.ts';
import type { Word } from './quota.ts';

const MAX_BREAKERS = 1000;
// Whoever gives up on a call sooner may have had little time, or left.
const HANGING_IN_MS = 5000;
const SUBSCRIPTION = /^\/subscriptions\/([^/]+)/i;

/** Takes each call, each page and each retry by itself, in line for its quota, and sends none to an upstream that fails. */
export function createGoverned(governor: Governor, cloud: Cloud, log: Log, clock: Clock): PipelinePolicy {
  const breakers = new LRUCache<string, Breaker<PipelineResponse>>({ max: MAX_BREAKERS });

  return {
    name: 'governed',
    async sendRequest(request, next) {
      const scope = scopeOf(request, cloud);
      if (!scope) return next(request);
      const [ofHost, ofPlace] = [breakerOf(scope), breakerOf(scope, placeOf(request))];
      if (ofHost.isOpen() || ofPlace.isOpen()) throw failing(scope.host);
      // The SDK's own type of signal lacks what it never uses; the object is an AbortSignal.
      const signal = request.abortSignal as AbortSignal | undefined;
      const settle = await governor.admit(scope, currentWork(), signal);
      let word: Word | 'unsent' = 'unsent';
      try {
        const call = () => {
          word = { isFailure: true };
          return send();
        };
        const response = await ofHost.run(() => ofPlace.run(call, signal), signal);
        const isChallenge = response.status === 401 && isToBeChallenged(request);
        word = { ...wordOf(response, scope.api), isChallenge };
        return response;
      } finally {
        settle(word);
      }

      async function send(): Promise<PipelineResponse> {
        const startedAt = clock.now();
        try {
          return await next(request);
        } catch (error) {
          if (signal?.aborted && clock.now() - startedAt >= HANGING_IN_MS) hanging.add(error as object);
          throw error;
        }
      }
    },
  };

  /** That of a place at a host, such as a secret, or of the host, which opens where more than one of its places fail. */
  function breakerOf({ api, host }: Scope, place?: string): Breaker<PipelineResponse> {
    const key = `${api} ${host} ${place ?? ''}`;
    const of = place === undefined ? 'host' : 'place';
    const changed = (circuit: 'open' | 'closed') => log.warn({ event: 'circuit', api, host, of, circuit });
    const places = place === undefined && { placeOf: placeOfFailure };
    const rules = { isFailure, isFailureOf, instead: () => failing(host), changed, ...places };
    const known = breakers.get(key) ?? createBreaker(rules, clock);
    breakers.set(key, known);
    return known;
  }
}

const isFailure = ({ status }: PipelineResponse): boolean => status >= 500;

// No answer at all, or none within a time in which there should be one. What the gateway refuses itself is neither, and nobody is
// spared where there is no address: a vault that does not exist would be one that fails.
const isFailureOf = (error: unknown): boolean =>
  hanging.has(error as object) || (isRestError(error) && error.statusCode === undefined && error.code !== NO_ADDRESS);

const hanging = new WeakSet<object>();

const placeOf = ({ url }: Pick<PipelineRequest, 'url'>): string => new URL(url).pathname.toLowerCase();

// All that is of one subscription fails together.
function placeOfFailure(failure: unknown): string {
  const { request } = failure as Partial<PipelineResponse>;
  const place = request ? placeOf(request) : '';
  return SUBSCRIPTION.exec(place)?.[1] ?? place;
}

function scopeOf({ url }: PipelineRequest, cloud: Cloud): Scope | undefined {
  const at = new URL(url);
  const { host, pathname } = at;
  const api = serviceOf(at, cloud);
  if (api === 'key-vault') return { api, host, name: host.slice(0, -cloud.vaultSuffix.length - 1) };
  if (api === 'resource-graph') return { api, host, name: '' };
  if (api === 'arm') return { api, host, name: SUBSCRIPTION.exec(pathname)?.[1]?.toLowerCase() ?? '' };
  return undefined;
}

function wordOf({ status, headers }: PipelineResponse, api: Api): Word {
  const isRefusal = status === 429;
  const seconds = isRefusal ? retryAfterSeconds(headers) : undefined;
  return {
    isRefusal,
    isFailure: isRefusal || TRANSIENT_STATUS.has(status),
    remaining: least(REMAINING[api].map((name) => numberIn(headers.get(name)))),
    resetsAfterInMs: spanIn(headers.get('x-ms-user-quota-resets-after')),
    retryAfterInMs: seconds === undefined ? undefined : seconds * 1000,
  };
}

// Resource Graph's answers have ARM's headers too, of quotas that its queries are not of.
const REMAINING: Readonly<Record<Api, readonly string[]>> = {
  arm: [
    'x-ms-ratelimit-remaining-subscription-reads',
    'x-ms-ratelimit-remaining-subscription-global-reads',
    'x-ms-ratelimit-remaining-tenant-reads',
  ],
  'resource-graph': ['x-ms-user-quota-remaining'],
  'key-vault': [],
};

function least(numbers: readonly (number | undefined)[]): number | undefined {
  const known = numbers.filter((each) => each !== undefined);
  return known.length > 0 ? Math.min(...known) : undefined;
}

const numberIn = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;

/** `00:00:05`, in ms. */
function spanIn(text: string | undefined): number | undefined {
  const [, hours, minutes, seconds] = /^(\d\d):(\d\d):(\d\d)/.exec(text ?? '') ?? [];
  return seconds === undefined ? undefined : ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}

const failing = (host: string): GatewayError =>
  new GatewayError(
    'UPSTREAM_UNAVAILABLE',
    `${host} has been failing and is left alone for a moment. Try again in 1 s.`,
  );
