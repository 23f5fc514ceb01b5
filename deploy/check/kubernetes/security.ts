import type { Finding } from '../finding.ts';
import { imageComplaint } from '../image.ts';
import type { Place } from '../place.ts';
import { demand } from './demand.ts';
import type { World } from './world.ts';

/** The Pod Security Standard "restricted", a read-only root, a pinned image, and nothing of the Kubernetes API. */
export function checkSecurity(world: World): Finding[] {
  return [
    ...world.ofKind('Namespace').flatMap(checkNamespace),
    ...world.workloads.flatMap((workload) => [
      ...checkPod(workload.pod),
      ...workload.containers.flatMap((container) => checkContainer(container, workload.pod)),
    ]),
    ...world.ofKind('ServiceAccount').flatMap((account) => demand(account.at('automountServiceAccountToken'), false)),
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
    ...pod.at('volumes').all().flatMap(checkMode),
    ...demand(pod.at('automountServiceAccountToken'), false),
    // With links, a Service called metrics sets METRICS_PORT.
    ...demand(pod.at('enableServiceLinks'), false),
    ...['runAsGroup', 'fsGroup']
      .map((name) => pod.at('securityContext', name))
      .filter(({ value }) => value === 0)
      .map((group) => group.wrong("it is root's: give another, such as 65532.")),
    ...['sysctls', 'windowsOptions', 'seLinuxOptions']
      .map((name) => pod.at('securityContext', name))
      .filter((one) => one.has())
      .map((one) => one.wrong('the gateway needs it not: take it away.')),
  ];
}

const READ_BY_OWNER_AND_GROUP = 0o440;

/** In decimals, since readers of YAML differ in whether 0440 is octal. */
function checkMode(volume: Place): Finding[] {
  const secret = volume.at('secret');
  const modes = [
    secret.at('defaultMode'),
    ...secret
      .at('items')
      .all()
      .map((item) => item.at('mode')),
  ];
  return secret.has()
    ? modes
        .filter((mode, nth) => (nth === 0 || mode.has()) && ((mode.number() ?? 0o644) & ~READ_BY_OWNER_AND_GROUP) !== 0)
        .map((mode) =>
          mode.wrong("a secret is for the gateway's group to read, and nobody else: give 288 (octal 440)."),
        )
    : [];
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
  const [user, armour] = [either('runAsUser'), either('appArmorProfile', 'type')];
  const mask = own.at('procMount');
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
    ...(armour.value === 'Unconfined' ? [armour.wrong('give RuntimeDefault, or leave it out.')] : []),
    ...(mask.has() && mask.value !== 'Default' ? [mask.wrong('give Default, or leave it out.')] : []),
    ...container
      .at('ports')
      .all()
      .map((port) => port.at('hostPort'))
      .filter((port) => port.has())
      .map((port) => port.wrong('the node would have it open for everybody: take it away.')),
    ...imageComplaint(container.at('image')),
  ];
}
