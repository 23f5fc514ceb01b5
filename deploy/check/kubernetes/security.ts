import type { Finding } from '../finding.ts';
import { imageComplaint } from '../image.ts';
import type { Place } from '../place.ts';
import type { Workload, World } from './world.ts';

const CLIENT_ID = 'azure.workload.identity/client-id';
const USE = 'azure.workload.identity/use';

/** The Pod Security Standard "restricted", a read-only root, a pinned image and an identity that fits what is asked of it. */
export function checkSecurity(world: World): Finding[] {
  return [
    ...world.ofKind('Namespace').flatMap(checkNamespace),
    ...world.workloads.flatMap((workload) => [
      ...checkPod(workload.pod),
      ...workload.containers.flatMap((container) => checkContainer(container, workload.pod)),
      ...checkIdentity(workload, world),
    ]),
  ];
}

function checkNamespace(namespace: Place): Finding[] {
  return demand(namespace.at('metadata', 'labels', 'pod-security.kubernetes.io/enforce'), 'restricted');
}

function checkPod(pod: Place): Finding[] {
  return [
    ...['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace']
      .map((name) => pod.at(name))
      .filter(({ value }) => value === true)
      .map((place) => place.wrong('a pod of the standard "restricted" has its own.')),
    ...pod
      .at('volumes')
      .all()
      .map((volume) => volume.at('hostPath'))
      .filter((path) => path.has())
      .map((path) => path.wrong('the standard "restricted" has no hostPath.')),
    ...demand(pod.at('automountServiceAccountToken'), false),
  ];
}

// https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted: a container's own word beats its pod's.
function checkContainer(container: Place, pod: Place): Finding[] {
  const own = container.at('securityContext');
  const either = (...keys: [string, ...string[]]): Place =>
    own.at(...keys).has() ? own.at(...keys) : pod.at('securityContext').at(...keys);
  const profile = either('seccompProfile', 'type');
  const capabilities = own.at('capabilities');
  const drops = capabilities
    .at('drop')
    .all()
    .map(({ value }) => value);
  const user = either('runAsUser');
  return [
    ...demand(either('runAsNonRoot'), true),
    ...(user.value === 0 ? [user.wrong('it is root: give another user, such as 65532.')] : []),
    ...(profile.value === 'RuntimeDefault' || profile.value === 'Localhost'
      ? []
      : [profile.wrong('give RuntimeDefault.')]),
    ...demand(own.at('allowPrivilegeEscalation'), false),
    ...demand(own.at('readOnlyRootFilesystem'), true),
    ...(own.at('privileged').value === true ? [own.at('privileged').wrong('take it away.')] : []),
    ...(drops.includes('ALL') ? [] : [capabilities.at('drop').wrong('drop ALL.')]),
    ...capabilities
      .at('add')
      .all()
      .map((added) => added.wrong('the gateway needs no capability.')),
    ...imageComplaint(container.at('image')),
  ];
}

function checkIdentity({ template, pod, containers, deployment }: Workload, world: World): Finding[] {
  const label = template.at('metadata', 'labels', USE);
  const account = world.find('ServiceAccount', pod.at('serviceAccountName').text(), deployment);
  const credential = containers
    .flatMap((container) => container.at('env').all())
    .find((env) => env.at('name').value === 'AZURE_CREDENTIAL');
  if (credential?.at('value').value !== 'workload-identity') return [];
  return [
    ...demand(label, 'true'),
    ...(account && !account.at('metadata', 'annotations', CLIENT_ID).has()
      ? [account.at('metadata', 'annotations', CLIENT_ID).wrong('give the client id of the identity.')]
      : []),
  ];
}

function demand(place: Place, value: unknown): Finding[] {
  return place.value === value
    ? []
    : [place.wrong(`it is ${JSON.stringify(place.value) ?? 'absent'}: give ${JSON.stringify(value)}.`)];
}
