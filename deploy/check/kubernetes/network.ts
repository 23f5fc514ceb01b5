import type { Finding } from '../finding.ts';
import type { Place } from '../place.ts';
import { portOf, selects, type Workload, type World } from './world.ts';

const IDENTITY_ENDPOINT = '169.254.169.254/32';
/** NMI's port on the node, where AAD pod identity redirects to. */
const NMI_PORT = 2579;

/** Who reaches the gateway, and what it reaches: DNS, the identity endpoint and 443. */
export function checkNetwork(world: World): Finding[] {
  return [
    ...world.ofKind('Service').flatMap((service) => checkService(service, world)),
    ...world.ofKind('Ingress').flatMap(checkIngress),
    ...world.workloads.flatMap((workload) => checkPolicies(workload, world)),
  ];
}

function checkService(service: Place, world: World): Finding[] {
  const type = service.at('spec', 'type');
  const workload = world.workloads.find(({ labels }) => selects(service.at('spec', 'selector'), labels));
  const isMetrics = (port: Place) =>
    workload && portOf(workload, port.at('targetPort').value)?.at('name').value === 'metrics';
  return [
    ...(type.value === undefined || type.value === 'ClusterIP'
      ? []
      : [type.wrong('it is in the clear outside the cluster: give ClusterIP, and an ingress with TLS.')]),
    ...service
      .at('spec', 'ports')
      .all()
      .filter(isMetrics)
      .map((port) => port.wrong("the metrics are not for callers: scrape the pods' own port.")),
  ];
}

function checkIngress(ingress: Place): Finding[] {
  const tls = ingress.at('spec', 'tls');
  return tls.all().length > 0 ? [] : [tls.wrong('it is absent: tokens and values would be in the clear.')];
}

function checkPolicies(workload: Workload, world: World): Finding[] {
  const { deployment, labels } = workload;
  const policies = world
    .ofKind('NetworkPolicy')
    .filter((policy) => selects(policy.at('spec', 'podSelector', 'matchLabels'), labels));
  const types = policies.flatMap((policy) =>
    policy
      .at('spec', 'policyTypes')
      .all()
      .map(({ value }) => value),
  );
  const usesPodIdentity = labels.has('aadpodidbinding');
  return [
    ...['Ingress', 'Egress']
      .filter((type) => !types.includes(type))
      .map((type) => deployment.at('metadata', 'name').wrong(`no NetworkPolicy bounds its ${type}.`)),
    ...policies.flatMap((policy) => [
      ...policy
        .at('spec', 'ingress')
        .all()
        .flatMap((rule) => checkWayIn(rule, workload)),
      ...policy
        .at('spec', 'egress')
        .all()
        .flatMap((rule) => checkWayOut(rule, usesPodIdentity)),
    ]),
  ];
}

function checkWayIn(rule: Place, workload: Workload): Finding[] {
  const ports = rule.at('ports').all();
  const unknown = ports.map((port) => port.at('port')).filter((port) => !portOf(workload, port.value));
  const metrics = ports.filter((port) => portOf(workload, port.at('port').value)?.at('name').value === 'metrics');
  const isMonitoring = rule
    .at('from')
    .all()
    .every((peer) => peer.at('namespaceSelector', 'matchLabels', 'kubernetes.io/metadata.name').value === 'monitoring');
  return [
    ...(rule.at('from').all().length > 0 ? [] : [rule.at('from').wrong('it is absent: everybody is let in.')]),
    ...(ports.length > 0 ? [] : [rule.at('ports').wrong('it is absent: every port is open, the metrics too.')]),
    ...unknown.map((port) => port.wrong(`the pods have no port "${port.value}".`)),
    ...(isMonitoring ? [] : metrics.map((port) => port.wrong('the metrics are for the namespace monitoring alone.'))),
  ];
}

function checkWayOut(rule: Place, usesPodIdentity: boolean): Finding[] {
  const ports = rule.at('ports').all();
  const peers = rule.at('to').all();
  const isIdentity = peers.length > 0 && peers.every((peer) => peer.at('ipBlock', 'cidr').value === IDENTITY_ENDPOINT);
  const allowed: readonly unknown[] = [53, 443, ...(isIdentity ? [80] : []), ...(usesPodIdentity ? [NMI_PORT] : [])];
  return [
    ...(ports.length > 0 ? [] : [rule.at('ports').wrong('it is absent: every port is reached.')]),
    ...ports
      .map((port) => port.at('port'))
      .filter(({ value }) => !allowed.includes(value))
      .map((port) => port.wrong(`the gateway needs DNS (53), ${IDENTITY_ENDPOINT} (80) and 443, not ${port.value}.`)),
  ];
}
