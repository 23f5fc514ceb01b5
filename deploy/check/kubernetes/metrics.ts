import type { Finding } from '../finding.ts';
import type { Place } from '../place.ts';
import { environmentOf } from './settings.ts';
import type { Workload, World } from './world.ts';

/** Whether Prometheus finds the metrics where the pod says that they are. Whom the network policy lets to them, `network.ts` says. */
export function checkMetrics(world: World): Finding[] {
  return world.workloads.flatMap((workload) =>
    workload.containers.flatMap((container) => {
      const served = environmentOf(container, workload, world).get('METRICS_PORT')?.value || '9464';
      const isScraped = annotation(workload, 'scrape').value === 'true';
      if (served === '0')
        return isScraped ? [annotation(workload, 'scrape').wrong('METRICS_PORT is 0: there are no metrics.')] : [];
      return [...checkDeclared(container, served), ...(isScraped ? checkAnnotations(workload, served) : [])];
    }),
  );
}

const annotation = ({ template }: Workload, name: string): Place =>
  template.at('metadata', 'annotations', `prometheus.io/${name}`);

function checkDeclared(container: Place, served: string): Finding[] {
  const ports = container.at('ports');
  const metrics = ports.all().find((port) => port.at('name').value === 'metrics');
  if (!metrics)
    return [ports.wrong(`none is called metrics, of METRICS_PORT, ${served}: the network policy names it.`)];
  return checkNumber(metrics.at('containerPort'), served);
}

function checkAnnotations(workload: Workload, served: string): Finding[] {
  const path = annotation(workload, 'path');
  return [
    ...checkNumber(annotation(workload, 'port'), served),
    ...(path.has() && path.value !== '/metrics' ? [path.wrong('give /metrics.')] : []),
  ];
}

function checkNumber(place: Place, served: string): Finding[] {
  if (String(place.value) === served) return [];
  return [place.wrong(`it is ${place.value ?? 'absent'}, and the gateway serves metrics on METRICS_PORT, ${served}.`)];
}
