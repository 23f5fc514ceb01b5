import { type Config, readConfig } from '../../../src/config.ts';
import type { Finding } from '../finding.ts';
import type { Place } from '../place.ts';
import { checkPatience } from '../probe.ts';
import { demand } from './demand.ts';
import { environmentOf } from './settings.ts';
import { portOf, type Workload, type World } from './world.ts';

/** After the drain: the audit, the traces, the sockets. */
const SLACK_SECONDS = 10;
// Below, it scales at nothing; above, a replica's one thread is full before there is another.
const [LEAST_BUSY_PERCENT, MOST_BUSY_PERCENT] = [10, 90];
const LEAST_MEMORY_BYTES = 128 * 2 ** 20;
const PROBES = { startupProbe: '/live', livenessProbe: '/live', readinessProbe: '/ready' };

/** Whether it is up when nobody looks: probes, room to stop in, memory, how it scales. How many there are, `replicas.ts` says. */
export function checkRunning(world: World): Finding[] {
  return [
    ...world.workloads.flatMap((workload) => [
      ...checkProbes(workload, world),
      ...checkGrace(workload, world),
      ...checkLife(workload, world),
      ...checkPorts(workload, world),
      ...workload.containers.flatMap(checkResources),
    ]),
    ...world.ofKind('HorizontalPodAutoscaler').flatMap((autoscaler) => checkAutoscaler(autoscaler, world)),
  ];
}

function checkProbes(workload: Workload, world: World): Finding[] {
  return workload.containers.flatMap((container) => {
    const isTls = Boolean(environmentOf(container, workload, world).get('TLS_CERT_FILE')?.value);
    return Object.entries(PROBES).flatMap(([name, path]) => {
      const get = container.at(name, 'httpGet');
      const isHttps = get.at('scheme').value === 'HTTPS';
      return [
        ...(get.at('path').value === path ? [] : [get.at('path').wrong(`ask ${path}.`)]),
        ...checkPort(get.at('port'), workload, environmentOf(container, workload, world).get('PORT')?.value),
        ...(isHttps === isTls
          ? []
          : [
              get
                .at('scheme')
                .wrong(`with${isTls ? '' : 'out'} TLS_CERT_FILE the gateway speaks ${isTls ? 'https' : 'http'}.`),
            ]),
        ...checkPatience(name, container.at(name)),
      ];
    });
  });
}

/** A port that is said and nobody listens on is a Service's or a policy's way to nowhere. */
function checkPorts(workload: Workload, world: World): Finding[] {
  return workload.containers.flatMap((container) => {
    const environment = environmentOf(container, workload, world);
    const [served = '8080', metrics = '9464'] = ['PORT', 'METRICS_PORT'].map((name) => environment.get(name)?.value);
    return container
      .at('ports')
      .all()
      .filter((port) => port.at('name').value !== 'metrics')
      .map((port) => port.at('containerPort'))
      .filter(({ value }) => String(value) !== served && String(value) !== metrics)
      .map((port) => port.wrong(`nothing listens there: PORT is ${served}, METRICS_PORT ${metrics}.`));
  });
}

function checkPort(port: Place, workload: Workload, served = '8080'): Finding[] {
  const asked = portOf(workload, port.value);
  if (!asked) return [];
  if (asked.at('name').value === 'metrics') return [port.wrong('the metrics are no probe.')];
  const number = asked.at('containerPort').value;
  return String(number) === served
    ? []
    : [port.wrong(`it is ${number}, and the gateway answers probes on its PORT, ${served}.`)];
}

/** The image's own command, which drains by itself; there is no shell beside it. */
function checkLife(workload: Workload, world: World): Finding[] {
  const [policy, node] = [workload.pod.at('restartPolicy'), workload.pod.at('nodeName')];
  return [
    ...demand(workload.pod.at('nodeSelector', 'kubernetes.io/os'), 'linux'),
    ...(node.has() ? [node.wrong('all of them would be on one node, and none without it: take it away.')] : []),
    ...(policy.has() && policy.value !== 'Always' ? [policy.wrong('a Deployment takes Always alone.')] : []),
    ...workload.containers.flatMap((container) => {
      const [pull, command, args] = [container.at('imagePullPolicy'), container.at('command'), container.at('args')];
      const hook = container.at('lifecycle', 'preStop', 'exec');
      const drain = environmentOf(container, workload, world).get('DRAIN_SECONDS');
      return [
        ...(pull.value === 'Never' ? [pull.wrong('no new node has the image: give IfNotPresent.')] : []),
        ...[command, args]
          .filter((one) => one.has())
          .map((one) => one.wrong("the image's own command is the gateway: take it away.")),
        ...(hook.has() ? [hook.wrong('the image has no shell and no sleep: DRAIN_SECONDS waits.')] : []),
        ...(drain?.value === '0'
          ? [drain.place.wrong('what is still sent to it while it goes would be refused: give 5.')]
          : []),
      ];
    }),
  ];
}

function checkGrace(workload: Workload, world: World): Finding[] {
  const grace = workload.pod.at('terminationGracePeriodSeconds');
  const needed = Math.max(
    ...workload.containers.map((container) => secondsToStop(timesOf(environmentOf(container, workload, world)))),
  );
  if ((grace.number() ?? 30) >= needed) return [];
  return [
    grace.wrong(
      `give ${needed} or more: DRAIN_SECONDS + REQUEST_TIMEOUT_SECONDS + ${SLACK_SECONDS}. What runs is killed else.`,
    ),
  ];
}

/** The defaults where the settings are wrong, of which the settings' own check tells. */
function timesOf(environment: ReadonlyMap<string, { readonly value: string }>): Config {
  const [drain, request] = ['DRAIN_SECONDS', 'REQUEST_TIMEOUT_SECONDS'].map((name) => environment.get(name)?.value);
  try {
    return readConfig({ DRAIN_SECONDS: drain, REQUEST_TIMEOUT_SECONDS: request });
  } catch {
    return readConfig({});
  }
}

const secondsToStop = ({ drainInMs, requestTimeoutInMs }: Config): number =>
  (drainInMs + requestTimeoutInMs) / 1000 + SLACK_SECONDS;

function checkResources(container: Place): Finding[] {
  const resources = container.at('resources');
  const [limit, cores] = [resources.at('limits', 'memory'), resources.at('limits', 'cpu')];
  const needed = [resources.at('requests', 'cpu'), resources.at('requests', 'memory'), limit];
  return [
    ...needed.filter((place) => !place.has()).map((place) => place.wrong('it is absent: say how much.')),
    ...(limit.has() && bytesOf(limit.text()) < LEAST_MEMORY_BYTES
      ? [limit.wrong('with less than 128Mi it neither dies nor answers.')]
      : []),
    ...(limit.has() && bytesOf(resources.at('requests', 'memory').text()) > bytesOf(limit.text())
      ? [resources.at('requests', 'memory').wrong('it is more than the limit: no pod is made of it.')]
      : []),
    ...(cores.has() && coresOf(String(cores.value)) < 1
      ? [cores.wrong('it throttles the one thread in the middle of an answer: leave it out, or give 1.')]
      : []),
  ];
}

function bytesOf(quantity: string | undefined): number {
  const { number, unit = '' } = /^(?<number>\d+)(?<unit>[KMG]i?)?$/.exec(quantity ?? '')?.groups ?? {};
  return Number(number) * (unit.endsWith('i') ? 1024 : 1000) ** ' KMG'.indexOf(unit[0] ?? ' ');
}

function checkAutoscaler(autoscaler: Place, world: World): Finding[] {
  const cpu = requestedBy(autoscaler, world);
  const [least, most] = [autoscaler.at('spec', 'minReplicas'), autoscaler.at('spec', 'maxReplicas')];
  const metrics = autoscaler.at('spec', 'metrics');
  return [
    ...((most.number() ?? 0) > (least.number() ?? 1)
      ? []
      : [most.wrong('give more than minReplicas: it cannot scale.')]),
    ...(metrics.all().length > 0 ? [] : [metrics.wrong('it is absent: say by what it scales.')]),
    ...metrics.all().flatMap((metric) => checkMetric(metric, cpu)),
    ...['scaleUp', 'scaleDown']
      .map((way) => autoscaler.at('spec', 'behavior', way, 'selectPolicy'))
      .filter(({ value }) => value === 'Disabled')
      .map((policy) => policy.wrong('it never would: take it away.')),
  ];
}

/** The processors that a pod of its target requests; 0 where they are not said. */
function requestedBy(autoscaler: Place, world: World): number {
  const name = autoscaler.at('spec', 'scaleTargetRef', 'name').value;
  const workload = world.workloads.find(({ deployment }) => deployment.at('metadata', 'name').value === name);
  const requests = workload?.containers.map((container) => container.at('resources', 'requests', 'cpu')) ?? [];
  return requests.reduce((sum, { value }) => sum + coresOf(String(value ?? '')), 0);
}

const coresOf = (quantity: string): number =>
  quantity.endsWith('m') ? Number.parseFloat(quantity) / 1000 : Number.parseFloat(quantity) || 0;

// Node gives memory back late or never, and other metrics need an adapter that no cluster has of itself.
function checkMetric(metric: Place, cpu: number): Finding[] {
  const [name, target] = [metric.at('resource', 'name'), metric.at('resource', 'target')];
  if (metric.at('type').value !== 'Resource')
    return [metric.at('type').wrong('nothing here serves that metric: give Resource, of cpu.')];
  if (name.value !== 'cpu') return [name.wrong(`by "${name.text() ?? ''}" it would not scale as load does: give cpu.`)];
  const utilization = target.at('averageUtilization');
  return target.at('type').value === 'Utilization' && (utilization.number() ?? 0) > 0
    ? checkUtilization(utilization, cpu)
    : [target.wrong('give Utilization, in averageUtilization.')];
}

/** It is of what the pods request: as a share of the one core that a replica can use, it must be one that can be reached and kept. */
function checkUtilization(utilization: Place, cpu: number): Finding[] {
  if (cpu === 0) return [];
  const percent = Math.round((utilization.number() ?? 0) * cpu);
  if (percent >= LEAST_BUSY_PERCENT && percent <= MOST_BUSY_PERCENT) return [];
  return [
    utilization.wrong(
      `of the ${cpu * 1000}m that a pod requests it is ${percent} % of the one core that a replica can use: give ${LEAST_BUSY_PERCENT} to ${MOST_BUSY_PERCENT} %.`,
    ),
  ];
}
