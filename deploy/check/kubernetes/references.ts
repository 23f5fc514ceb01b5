import type { Finding } from '../finding.ts';
import { everyPlace, type Place, textsOf } from '../place.ts';
import { OPERATORS_SECRETS } from './operator.ts';
import { nameOf, namespaceOf, portOf, selects, type Workload, type World } from './world.ts';

const NAME = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;
// What deploy/aks/check.sh gives its pod instead of the component of those that serve.
const COMPONENT = 'app.kubernetes.io/component';
const OF_CHECK = 'check';

/** What one resource says of another must be there. */
export function checkReferences(world: World): Finding[] {
  return [
    ...world.all.flatMap((resource) => checkNames(resource, world)),
    ...world.workloads.flatMap((workload) => checkWorkload(workload, world)),
    ...world.ofKind('Service').flatMap((service) => checkService(service, world)),
    ...['PodDisruptionBudget', 'NetworkPolicy'].flatMap((kind) =>
      world.ofKind(kind).flatMap((resource) => checkSelector(resource, world)),
    ),
    ...world.ofKind('HorizontalPodAutoscaler').flatMap((autoscaler) => checkTarget(autoscaler, world)),
  ];
}

function checkNames(resource: Place, world: World): Finding[] {
  const name = resource.at('metadata', 'name');
  const namespace = resource.at('metadata', 'namespace');
  const findings = NAME.test(name.text() ?? '')
    ? []
    : [name.wrong(`"${name.text()}" is no name that Kubernetes takes.`)];
  const twins = world.all.filter(
    (other) =>
      other.at('kind').value === resource.at('kind').value &&
      nameOf(other) === nameOf(resource) &&
      namespaceOf(other) === namespaceOf(resource),
  );
  if (twins.length > 1 && twins[0] !== resource)
    findings.push(name.wrong(`there is another ${resource.at('kind').text()} of that name.`));
  if (resource.at('kind').value === 'Namespace') return findings;
  const isThere = world.ofKind('Namespace').some((other) => nameOf(other) === namespace.text());
  return isThere
    ? findings
    : [...findings, namespace.wrong(`there is no namespace "${namespace.text() ?? ''}" among these resources.`)];
}

function checkWorkload(workload: Workload, world: World): Finding[] {
  const { deployment, pod, containers, labels } = workload;
  const selector = deployment.at('spec', 'selector', 'matchLabels');
  const account = pod.at('serviceAccountName');
  const spreads = pod
    .at('topologySpreadConstraints')
    .all()
    .map((spread) => spread.at('labelSelector', 'matchLabels'));
  const isServed = world.ofKind('Service').some((service) => selects(service.at('spec', 'selector'), labels));
  return [
    ...(isServed ? [] : [deployment.at('metadata', 'name').wrong('no Service leads to its pods.')]),
    ...[selector, ...spreads]
      .filter((one) => !selects(one, labels))
      .map((one) => one.wrong('no pod of this Deployment has these labels.')),
    ...[selector, ...spreads].flatMap((one) => checkAlone(one, labels)),
    ...(world.find('ServiceAccount', account.text(), deployment)
      ? []
      : [account.wrong(`there is no ServiceAccount "${account.text() ?? ''}".`)]),
    ...checkVolumes(pod, containers, deployment, world),
    ...everyPlace(pod)
      .filter(({ key, value }) => key === 'optional' && value === true)
      .map((one) => one.wrong('the gateway would start without it: take it away.')),
    ...containers.flatMap((container) => [...checkPorts(container), ...checkSources(container, deployment, world)]),
    ...containers.flatMap((container) =>
      ['startupProbe', 'livenessProbe', 'readinessProbe']
        .map((probe) => container.at(probe, 'httpGet', 'port'))
        .filter((port) => port.has() && !portOf(workload, port.value))
        .map((port) => port.wrong(`the container has no port "${port.value}".`)),
    ),
  ];
}

function checkVolumes(pod: Place, containers: readonly Place[], near: Place, world: World): Finding[] {
  const volumes = pod.at('volumes').all();
  const mounts = containers.flatMap((container) => container.at('volumeMounts').all());
  const isMounted = (volume: Place) => mounts.some((mount) => mount.at('name').value === volume.at('name').value);
  return [
    ...mounts
      .map((mount) => mount.at('name'))
      .filter((name) => !volumes.some((volume) => volume.at('name').value === name.value))
      .map((name) => name.wrong(`the pod has no volume "${name.text()}".`)),
    ...mounts
      .map((mount) => mount.at('subPath'))
      .filter((path) => path.has())
      .map((path) =>
        path.wrong('Kubernetes does not update a subPath: mount the folder, so that changes are taken up.'),
      ),
    ...volumes
      .filter((volume) => !isMounted(volume))
      .map((volume) => volume.at('name').wrong('no container mounts this volume.')),
    ...volumes.flatMap((volume) =>
      checkSource(volume.at('configMap', 'name'), volume.at('secret', 'secretName'), near, world),
    ),
  ];
}

function checkPorts(container: Place): Finding[] {
  const ports = container.at('ports').all();
  return ports.flatMap((port, nth) => {
    const [name, protocol] = [port.at('name'), port.at('protocol')];
    const isTaken = ports.slice(0, nth).some((other) => other.at('name').value === name.value);
    return [
      ...(isTaken ? [name.wrong(`another port is called "${name.text()}".`)] : []),
      ...(protocol.has() && protocol.value !== 'TCP' ? [protocol.wrong('the gateway speaks HTTP: give TCP.')] : []),
    ];
  });
}

function checkSources(container: Place, near: Place, world: World): Finding[] {
  const envs = container
    .at('env')
    .all()
    .map((env) => env.at('valueFrom'));
  return [
    ...container
      .at('envFrom')
      .all()
      .flatMap((from) => checkSource(from.at('configMapRef', 'name'), from.at('secretRef', 'name'), near, world)),
    ...envs.flatMap((from) =>
      checkSource(from.at('configMapKeyRef', 'name'), from.at('secretKeyRef', 'name'), near, world),
    ),
    ...envs.flatMap((from) => checkKey(from.at('configMapKeyRef'), near, world)),
    ...envs.flatMap((from) => checkSecretKey(from.at('secretKeyRef'))),
  ];
}

function checkSecretKey(reference: Place): Finding[] {
  const [name, key] = [reference.at('name').text() ?? '', reference.at('key')];
  const keys = OPERATORS_SECRETS[name];
  if (!keys || keys.includes(key.text() ?? '')) return [];
  return [key.wrong(`an operator gives ${name} ${keys.join(' and ')}, and no "${key.text()}".`)];
}

function checkSource(configMap: Place, secret: Place, near: Place, world: World): Finding[] {
  const findings: Finding[] = [];
  if (configMap.has() && !world.find('ConfigMap', configMap.text(), near))
    findings.push(configMap.wrong(`there is no ConfigMap "${configMap.text()}".`));
  const isSecretThere =
    Object.hasOwn(OPERATORS_SECRETS, secret.text() ?? '') || world.find('Secret', secret.text(), near) !== undefined;
  if (secret.has() && !isSecretThere) {
    findings.push(
      secret.wrong(
        `nobody makes the Secret "${secret.text()}": an operator makes ${Object.keys(OPERATORS_SECRETS).join(' and ')}.`,
      ),
    );
  }
  return findings;
}

function checkKey(reference: Place, near: Place, world: World): Finding[] {
  if (!reference.has()) return [];
  const data = world.find('ConfigMap', reference.at('name').text(), near)?.at('data', reference.at('key').text() ?? '');
  return data?.has() ? [] : [reference.at('key').wrong(`the ConfigMap has no "${reference.at('key').text()}".`)];
}

function checkService(service: Place, world: World): Finding[] {
  const selector = service.at('spec', 'selector');
  const workload = world.workloads.find(({ labels }) => textsOf(selector).size > 0 && selects(selector, labels));
  if (!workload) return [selector.wrong('it chooses no pod of these resources.')];
  const ports = service.at('spec', 'ports').all();
  const unknown = ports
    .map((port) => (port.at('targetPort').has() ? port.at('targetPort') : port.at('port')))
    .filter((target) => !portOf(workload, target.value))
    .map((target) => target.wrong(`the pods have no port "${target.value}".`));
  return [...checkAlone(selector, workload.labels), ...unknown];
}

/** A NetworkPolicy bounds the pod of check.sh as well; nothing else may take it for one that serves. */
function checkAlone(selector: Place, labels: ReadonlyMap<string, string>): Finding[] {
  const ofCheck = new Map([...labels, [COMPONENT, OF_CHECK]]);
  if (!selects(selector, labels) || !selects(selector, ofCheck)) return [];
  return [selector.wrong(`it chooses the pod of check.sh too: name ${COMPONENT}.`)];
}

function checkSelector(resource: Place, world: World): Finding[] {
  const isPolicy = resource.at('kind').value === 'NetworkPolicy';
  const selector = resource.at('spec', isPolicy ? 'podSelector' : 'selector', 'matchLabels');
  const workload = world.workloads.find(({ labels }) => textsOf(selector).size > 0 && selects(selector, labels));
  if (!workload) return [selector.wrong('it chooses no pod of these resources.')];
  return isPolicy ? [] : checkAlone(selector, workload.labels);
}

function checkTarget(autoscaler: Place, world: World): Finding[] {
  const target = autoscaler.at('spec', 'scaleTargetRef');
  const name = target.at('name');
  const found = world.find(target.at('kind').text() ?? '', name.text(), autoscaler);
  const version = target.at('apiVersion');
  if (!found) return [name.wrong(`there is no ${target.at('kind').text()} "${name.text()}".`)];
  const served = found.at('apiVersion').text();
  return version.value === served
    ? []
    : [version.wrong(`${target.at('kind').text()} is served as ${served}: give it.`)];
}
