import type { Finding } from '../finding.ts';
import type { Place } from '../place.ts';
import { environmentOf } from './settings.ts';
import { portOf, selects, type Workload, type World } from './world.ts';

const DNS_PORT = 53;
const WAYS_OUT = ['HTTPS_PROXY', 'HTTP_PROXY', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
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
  const named = namedPorts(workload, world);
  return [
    ...['Ingress', 'Egress']
      .filter((type) => !types.includes(type))
      .map((type) => deployment.at('metadata', 'name').wrong(`no NetworkPolicy bounds its ${type}.`)),
    ...checkNames(deployment, policies),
    ...policies.flatMap((policy) => [
      ...policy
        .at('spec', 'ingress')
        .all()
        .flatMap((rule) => checkWayIn(rule, workload)),
      ...policy
        .at('spec', 'egress')
        .all()
        .flatMap((rule) => checkWayOut(rule, usesPodIdentity, named)),
    ]),
    ...checkLetOut(named, policies),
  ];
}

/** Names are asked over UDP, and over TCP where the answer is long. */
function checkNames(deployment: Place, policies: readonly Place[]): Finding[] {
  const asking = policies
    .flatMap((policy) => policy.at('spec', 'egress').all())
    .flatMap((rule) =>
      rule
        .at('ports')
        .all()
        .map((port) => ({ port, ports: rule.at('ports') })),
    )
    .filter(({ port }) => port.at('port').value === DNS_PORT);
  const protocols = asking.map(({ port }) => port.at('protocol').value ?? 'TCP');
  const missing = ['UDP', 'TCP'].filter((protocol) => !protocols.includes(protocol));
  if (missing.length === 0) return [];
  const place = asking[0]?.ports ?? deployment.at('metadata', 'name');
  return [
    place.wrong(
      `no NetworkPolicy lets it ask for names over ${missing.join(' and ')}: give ${DNS_PORT} of UDP and of TCP.`,
    ),
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

/** Where the settings send something else than Azure's 443: a proxy, a collector. */
interface NamedPort {
  readonly place: Place;
  readonly name: string;
  readonly port: number;
}

function namedPorts(workload: Workload, world: World): NamedPort[] {
  return workload.containers.flatMap((container) => {
    const environment = environmentOf(container, workload, world);
    return WAYS_OUT.flatMap((name) => {
      const setting = environment.get(name);
      const url = setting && URL.canParse(setting.value) ? new URL(setting.value) : undefined;
      if (!setting || !url) return [];
      return [{ name, place: setting.place, port: Number(url.port || (url.protocol === 'https:' ? 443 : 80)) }];
    });
  });
}

function checkLetOut(named: readonly NamedPort[], policies: readonly Place[]): Finding[] {
  const open = policies.flatMap((policy) =>
    policy
      .at('spec', 'egress')
      .all()
      .filter((rule) => !isOfOnePurpose(rule))
      .flatMap((rule) => rule.at('ports').all())
      .map((port) => [port.at('port').number() ?? 0, port.at('endPort').number() ?? port.at('port').number() ?? 0]),
  );
  return named
    .filter(({ port }) => !open.some(([from = 0, to = 0]) => from <= port && port <= to))
    .map(({ name, place, port }) =>
      place.wrong(`${name} is on port ${port}, and no NetworkPolicy lets the gateway out to it.`),
    );
}

// The names' servers, the identity endpoint: no proxy and no collector is there.
const isOfOnePurpose = (rule: Place): boolean =>
  isIdentityAlone(rule) ||
  rule
    .at('ports')
    .all()
    .every((port) => port.at('port').value === DNS_PORT);

const isIdentityAlone = (rule: Place): boolean => {
  const peers = rule.at('to').all();
  return peers.length > 0 && peers.every((peer) => peer.at('ipBlock', 'cidr').value === IDENTITY_ENDPOINT);
};

function checkWayOut(rule: Place, usesPodIdentity: boolean, named: readonly NamedPort[]): Finding[] {
  const ports = rule.at('ports').all();
  const allowed: readonly unknown[] = [
    ...[DNS_PORT, 443, ...named.map(({ port }) => port)],
    ...(isIdentityAlone(rule) ? [80] : []),
    ...(usesPodIdentity ? [NMI_PORT] : []),
  ];
  const asksNames = ports.some((port) => port.at('port').value === DNS_PORT);
  return [
    ...(ports.length > 0 ? [] : [rule.at('ports').wrong('it is absent: every port is reached.')]),
    ...ports
      .map((port) => port.at('endPort'))
      .filter((end) => end.has())
      .map((end) => end.wrong('it makes of one port many: name each that is needed.')),
    ...(asksNames ? checkNameServers(rule) : []),
    ...ports
      .map((port) => port.at('port'))
      .filter(({ value }) => !allowed.includes(value))
      .map((port) => port.wrong(`the gateway needs DNS (53), ${IDENTITY_ENDPOINT} (80) and 443, not ${port.value}.`)),
  ];
}

// By a name that somebody else's server is asked for, anything can be told to it.
function checkNameServers(rule: Place): Finding[] {
  const peers = rule.at('to').all();
  const isOne = (peer: Place) =>
    /\/(32|128)$/.test(peer.at('ipBlock', 'cidr').text() ?? '') ||
    (peer.at('namespaceSelector').has() && peer.at('podSelector').has());
  return [
    ...(peers.length > 0 ? [] : [rule.at('to').wrong('it is absent: any name server is asked.')]),
    ...peers
      .filter((peer) => !isOne(peer))
      .map((peer) =>
        peer.wrong("names are the cluster's to answer: give the DNS pods' namespace and labels, or one address."),
      ),
  ];
}
