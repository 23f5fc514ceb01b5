import type { HttpClient, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import type { Cloud } from '../config/cloud.ts';
import { type Answered, type Call, told } from '../telemetry/call.ts';
import type { Telemetry } from '../telemetry.ts';
import { currentWork } from './request.ts';

/** Tells of each upstream call: who was asked and for whom, what came back, how long it took and what quota is left. */
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

function asked({ method, url }: PipelineRequest, { endpoint, authorityHost, vaultSuffix }: Cloud): Call {
  const { protocol, host, pathname } = new URL(url);
  const call = (service: string) => ({ service, method, host });
  if (host.endsWith(`.${vaultSuffix}`)) return call('key-vault');
  // The managed identity endpoint is the only one that is plain http.
  if (protocol === 'http:' || host === new URL(authorityHost).host) return call('identity');
  if (host !== new URL(endpoint).host) return call('other');
  return call(/^\/providers\/Microsoft\.ResourceGraph\//i.test(pathname) ? 'resource-graph' : 'arm');
}

function answered({ status, headers }: PipelineResponse): Answered {
  const left = QUOTA_HEADERS.map((name) => headers.get(name)).find((value) => value !== undefined);
  return {
    status,
    upstreamRequestId: headers.get('x-ms-request-id'),
    correlationId: headers.get('x-ms-correlation-request-id'),
    quotaLeft: left !== undefined && /^\d+$/.test(left) ? Number(left) : undefined,
  };
}

const QUOTA_HEADERS = [
  'x-ms-user-quota-remaining',
  'x-ms-ratelimit-remaining-subscription-reads',
  'x-ms-ratelimit-remaining-tenant-reads',
];
