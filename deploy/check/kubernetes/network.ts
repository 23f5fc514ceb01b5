import type { Finding } from '../finding.ts';
import type { Place } from '../place.ts';
import { checkEgress, LARGEST_PRIVATE_PREFIX } from './egress.ts';
import { environmentOf } from './settings.ts';
import { portOf, selects, type Workload, type World } from './world.ts';

// Kubernetes gives it to every one.
const NAME_OF_NAMESPACE = 'kubernetes.io/metadata.name';

/** Who reaches the gateway: callers its port, a monitor its metrics. What it reaches, `egress.ts` says. */
export function checkNetwork(world: World): Finding[] {
  return [
    ...world.ofKind('Service').flatMap((service) => checkService(service, world)),
    ...world.ofKind('Ingress').flatMap(checkIngress),
    ...world.workloads.flatMap((workload) => [...checkPolicies(workload, world), ...checkResolver(workload.pod)]),
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
    ...service
      .at('spec', 'ports')
      .all()
      .map((port) => port.at('protocol'))
      .filter(({ value }) => value !== undefined && value !== 'TCP')
      .map((protocol) => protocol.wrong('the gateway speaks HTTP: give TCP.')),
    ...(service.at('spec', 'externalIPs').has()
      ? [service.at('spec', 'externalIPs').wrong('it is in the clear outside the cluster: take them away.')]
      : []),
    ...(service.at('spec', 'internalTrafficPolicy').value === 'Local'
      ? [
          service
            .at('spec', 'internalTrafficPolicy')
            .wrong('callers on a node without a pod of it would reach nobody: take it away.'),
        ]
      : []),
    ...(service.at('spec', 'publishNotReadyAddresses').value === true
      ? [
          service
            .at('spec', 'publishNotReadyAddresses')
            .wrong('pods that go would be sent what they refuse: take it away.'),
        ]
      : []),
  ];
}

function checkIngress(ingress: Place): Finding[] {
  const tls = ingress.at('spec', 'tls');
  return tls.all().length > 0 ? [] : [tls.wrong('it is absent: tokens and values would be in the clear.')];
}

/** Who says where a name is: the network policy lets out to the cluster's own servers alone. */
function checkResolver({ at }: Place): Finding[] {
  const [policy, servers, hosts] = [at('dnsPolicy'), at('dnsConfig', 'nameservers'), at('hostAliases')];
  return [
    ...(policy.has() && policy.value !== 'ClusterFirst'
      ? [policy.wrong("names are the cluster's to answer: leave it out, and it is ClusterFirst.")]
      : []),
    ...(servers.has() ? [servers.wrong("names are the cluster's to answer: take them away.")] : []),
    ...(hosts.has() ? [hosts.wrong("Azure's addresses change: take them away, and leave names to the cluster.")] : []),
  ];
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
  const rules = policies.flatMap((policy) => policy.at('spec', 'ingress').all());
  return [
    ...['Ingress', 'Egress']
      .filter((type) => !types.includes(type))
      .map((type) => deployment.at('metadata', 'name').wrong(`no NetworkPolicy bounds its ${type}.`)),
    ...rules.flatMap((rule) => checkWayIn(rule, workload)),
    ...(types.includes('Ingress') ? checkLetIn(rules, policies, workload, world) : []),
    ...(types.includes('Egress') ? checkEgress(policies, workload, world) : []),
  ];
}

/** Nobody else than those that a rule names gets in: callers, and who scrapes. */
function checkLetIn(rules: readonly Place[], policies: readonly Place[], workload: Workload, world: World): Finding[] {
  const open = rules.flatMap((rule) => rule.at('ports').all()).map((port) => portOf(workload, port.at('port').value));
  const numbers = open.map((port) => String(port?.at('containerPort').value));
  const ingress = policies[0]?.at('spec', 'ingress') ?? workload.deployment.at('metadata', 'name');
  return workload.containers.flatMap((container) => {
    const environment = environmentOf(container, workload, world);
    const [served = '8080', metrics = '9464'] = ['PORT', 'METRICS_PORT'].map((name) => environment.get(name)?.value);
    return [
      ...(numbers.includes(served) ? [] : [ingress.wrong(`no caller is let in to PORT, ${served}: give a rule.`)]),
      ...(metrics === '0' || numbers.includes(metrics)
        ? []
        : [ingress.wrong(`nobody is let in to METRICS_PORT, ${metrics}: give a rule for the namespace monitoring.`)]),
    ];
  });
}

function checkWayIn(rule: Place, workload: Workload): Finding[] {
  const ports = rule.at('ports').all();
  const unknown = ports.map((port) => port.at('port')).filter((port) => !portOf(workload, port.value));
  const metrics = ports.filter((port) => portOf(workload, port.at('port').value)?.at('name').value === 'metrics');
  const isMonitoring = rule
    .at('from')
    .all()
    .every((peer) => peer.at('namespaceSelector', 'matchLabels', NAME_OF_NAMESPACE).value === 'monitoring');
  return [
    ...(rule.at('from').all().length > 0 ? [] : [rule.at('from').wrong('it is absent: everybody is let in.')]),
    ...(ports.length > 0 ? [] : [rule.at('ports').wrong('it is absent: every port is open, the metrics too.')]),
    ...rule
      .at('from')
      .all()
      .filter(isAnybody)
      .map((peer) => peer.wrong('everybody is let in: name the namespaces, or the addresses.')),
    ...unknown.map((port) => port.wrong(`the pods have no port "${port.value}".`)),
    ...(isMonitoring ? [] : metrics.map((port) => port.wrong('the metrics are for the namespace monitoring alone.'))),
  ];
}

function isAnybody(peer: Place): boolean {
  const [namespaces, block] = [peer.at('namespaceSelector'), peer.at('ipBlock', 'cidr')];
  const isEveryNamespace = namespaces.has() && isUnbounded(namespaces) && isUnbounded(peer.at('podSelector'));
  return isEveryNamespace || Number(block.text()?.split('/')[1]) < LARGEST_PRIVATE_PREFIX;
}

/** Whether it says no label that what it chooses must have: one that must be absent, or that each namespace has, bounds nothing. */
const isUnbounded = (selector: Place): boolean =>
  selector.at('matchLabels').all().length === 0 && !selector.at('matchExpressions').all().some(isBound);

const isBound = ({ at }: Place): boolean =>
  at('operator').value === 'In' || (at('operator').value === 'Exists' && at('key').value !== NAME_OF_NAMESPACE);
