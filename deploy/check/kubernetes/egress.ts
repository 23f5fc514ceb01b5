import type { Finding } from '../finding.ts';
import { type Place, placeOf } from '../place.ts';
import { environmentOf } from './settings.ts';
import type { Workload, World } from './world.ts';

const DNS_PORT = 53;
const WAYS_OUT = ['HTTPS_PROXY', 'HTTP_PROXY', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'];
const IDENTITY_ENDPOINT = '169.254.169.254/32';
/** NMI's port on the node, where AAD pod identity redirects to. */
const NMI_PORT = 2579;
// No address of Azure's is among them: https://www.rfc-editor.org/rfc/rfc1918
const PRIVATE = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.|127\.|f[cd]|fe80:)/i;

/** Whatever is larger is of the internet, or most of it. */
export const LARGEST_PRIVATE_PREFIX = 7;

/** What the pods reach: all that they need, DNS, the identity endpoint where they ask it, and 443, and nothing else. */
export function checkEgress(policies: readonly Place[], workload: Workload, world: World): Finding[] {
  const usesPodIdentity = workload.labels.has('aadpodidbinding');
  const named = namedPorts(workload, world);
  const rules = rulesOf(policies);
  return [
    ...checkNames(policies),
    ...checkAzure(policies, named),
    ...checkIdentityEndpoint(policies, workload, world),
    ...rules.flatMap((rule) => checkWayOut(rule, usesPodIdentity, named)),
    ...checkLetOut(named, policies),
  ];
}

const rulesOf = (policies: readonly Place[]): Place[] =>
  policies.flatMap((policy) => policy.at('spec', 'egress').all());

/** Where a rule that is missing belongs. */
const egressOf = ([first]: readonly Place[]): Place => first?.at('spec', 'egress') ?? placeOf('', undefined);

const opens = (rule: Place, number: number): boolean =>
  rule
    .at('ports')
    .all()
    .some((port) => port.at('port').value === number && (port.at('protocol').value ?? 'TCP') === 'TCP');

/** Entra ID and Azure are on the internet; a proxy may be all that is reached. */
function checkAzure(policies: readonly Place[], named: readonly NamedPort[]): Finding[] {
  const isOut = (rule: Place) => {
    const peers = rule.at('to').all();
    return peers.length === 0 || peers.some((peer) => isOfAzure(peer.at('ipBlock')));
  };
  const hasProxy = named.some(({ name }) => name === 'HTTPS_PROXY');
  if (hasProxy || rulesOf(policies).some((rule) => opens(rule, 443) && isOut(rule))) return [];
  return [
    egressOf(policies).wrong(
      'no NetworkPolicy lets it out to Entra ID and Azure: give 443 of TCP, to 0.0.0.0/0 or to their addresses.',
    ),
  ];
}

/** Not private, and without an exception that is larger than any private network. */
function isOfAzure(block: Place): boolean {
  const cidr = block.at('cidr').text();
  const excepted = block
    .at('except')
    .all()
    .map((one) => Number(one.text()?.split('/')[1]));
  return cidr !== undefined && !PRIVATE.test(cidr) && !excepted.some((prefix) => prefix < LARGEST_PRIVATE_PREFIX);
}

/** Managed identity asks it; workload identity asks Entra ID. */
function checkIdentityEndpoint(policies: readonly Place[], workload: Workload, world: World): Finding[] {
  const asks = workload.containers.some(
    (container) => environmentOf(container, workload, world).get('AZURE_CREDENTIAL')?.value === 'managed-identity',
  );
  const isOut = (rule: Place) =>
    opens(rule, 80) &&
    rule
      .at('to')
      .all()
      .some((peer) => peer.at('ipBlock', 'cidr').value === IDENTITY_ENDPOINT);
  if (!asks || rulesOf(policies).some(isOut)) return [];
  return [egressOf(policies).wrong(`no NetworkPolicy lets it ask for its identity: give 80, to ${IDENTITY_ENDPOINT}.`)];
}

/** Names are asked over UDP, and over TCP where the answer is long. */
function checkNames(policies: readonly Place[]): Finding[] {
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
  return [
    (asking[0]?.ports ?? egressOf(policies)).wrong(
      `no NetworkPolicy lets it ask for names over ${missing.join(' and ')}: give ${DNS_PORT} of UDP and of TCP.`,
    ),
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
