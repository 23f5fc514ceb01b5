import type { HttpClient, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import type { Cloud } from '../config/cloud.ts';
import { type Answered, type Call, told } from '../telemetry/call.ts';
import type { Telemetry } from '../telemetry.ts';
import { currentWork } from './request.ts';

/** Tells of each upstream call: who was asked and for whom, what came back and how long it took. */
export function observed(client: HttpClient, cloud: Cloud, telemetry: Telemetry): HttpClient {
  return {
    sendRequest: (request) =>
      told(telemetry, {
        call: asked(request, cloud),
        origin: currentWork()?.origin,
        send(traceparent) {
          if (traceparent) request.headers.set('traceparent', traceparent);
          return client.sendRequest(request);
        },
        answered,
      }),
  };
}

export type Service = 'arm' | 'resource-graph' | 'key-vault' | 'identity' | 'other';

/** Who is asked by a request to this URL. */
export function serviceOf(url: URL, { endpoint, authorityHost, vaultSuffix }: Cloud): Service {
  const { protocol, host, pathname } = url;
  if (host.endsWith(`.${vaultSuffix}`)) return 'key-vault';
  // The managed identity endpoint is the only one that is plain http.
  if (protocol === 'http:' || host === new URL(authorityHost).host) return 'identity';
  if (host !== new URL(endpoint).host) return 'other';
  return /^\/providers\/Microsoft\.ResourceGraph\//i.test(pathname) ? 'resource-graph' : 'arm';
}

/** Whether it is sent without a token, to be told by a vault whose it must be. */
export const isToBeChallenged = ({ headers }: PipelineRequest): boolean => !headers.has('authorization');

function asked(request: PipelineRequest, cloud: Cloud): Call {
  const { method, url } = request;
  const at = new URL(url);
  const service = serviceOf(at, cloud);
  const operation = service === 'key-vault' && isToBeChallenged(request) ? 'challenge' : currentWork()?.operation;
  return { service, method, host: at.host, operation: operation ?? '' };
}

const answered = ({ status, headers }: PipelineResponse): Answered => ({
  status,
  upstreamRequestId: headers.get('x-ms-request-id'),
  correlationId: headers.get('x-ms-correlation-request-id'),
});
