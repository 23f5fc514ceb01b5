import type { HttpClient, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';
import type { Log } from '../telemetry.ts';

/** Logs each upstream call at debug: who was asked, what came back, how long it took and what quota is left. */
export function observed(client: HttpClient, log: Log): HttpClient {
  return {
    async sendRequest(request) {
      const startedAt = performance.now();
      const event = (fields: object) =>
        log.debug({ event: 'upstream', ...asked(request), ms: Math.round(performance.now() - startedAt), ...fields });
      try {
        const response = await client.sendRequest(request);
        event(answered(response));
        return response;
      } catch (error) {
        event({ failed: (error as { code?: string }).code ?? (error as Error).name });
        throw error;
      }
    },
  };
}

// No path: it holds the names of secrets.
const asked = ({ method, url }: PipelineRequest) => ({ method, host: new URL(url).host });

const answered = ({ status, headers }: PipelineResponse) => ({
  status,
  upstreamRequestId: headers.get('x-ms-request-id'),
  quotaLeft: headers.get('x-ms-ratelimit-remaining-subscription-reads'),
});
