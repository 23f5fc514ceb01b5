import { Registry } from 'prom-client';
import { type HttpRequest, pathOf } from '../http.ts';
import type { Metrics } from './metrics.ts';

const PATH = '/metrics';

/** `GET /metrics`, in OpenMetrics' form with exemplars for those who accept it, else in Prometheus' text form. */
export function createScrape({ registry }: Metrics): (request: HttpRequest) => Promise<Response> {
  const names = new Map(registry.getMetricsAsArray().map((metric) => [metric, metric.name]));
  let before: Promise<unknown> = Promise.resolve();

  return async (request) => {
    if (pathOf(request.url) !== PATH) return text(404, `Nothing is here. GET ${PATH}.\n`);
    if (request.method !== 'GET') return text(405, `GET ${PATH}.\n`, { allow: 'GET' });
    const isOpen = request.headers.get('accept')?.includes('application/openmetrics-text') ?? false;
    const answer = before.then(() =>
      scraped(isOpen ? Registry.OPENMETRICS_CONTENT_TYPE : Registry.PROMETHEUS_CONTENT_TYPE),
    );
    before = answer.catch(() => {});
    return answer;
  };

  // prom-client keeps the form in the registry, and cuts the counters' names for OpenMetrics for good: one scrape at a time,
  // and the names put back before each.
  async function scraped(contentType: string): Promise<Response> {
    for (const [metric, name] of names) metric.name = name;
    // Its type holds it to one form; it itself does not mind.
    (registry as { setContentType(form: string): void }).setContentType(contentType);
    return text(200, await registry.metrics(), { 'content-type': contentType });
  }
}

function text(status: number, body: string, headers: Record<string, string> = {}): Response {
  return new Response(body, {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...headers },
  });
}
