import type { Finding } from '../finding.ts';
import { imageComplaint } from '../image.ts';
import { type Place, placeOf } from '../place.ts';
import { filled } from '../placeholder.ts';
import { checkSettings, type Setting } from '../settings.ts';
import { checkReach } from './reach.ts';

/** What a group of the gateway must be: reached by https or in a virtual network, with an identity and its files, and always there. */
export function checkGroup(group: Place): Finding[] {
  const containers = group.at('properties', 'containers').all();
  return [
    ...checkIdentity(group),
    ...checkLife(group.at('properties')),
    ...checkVolumes(group, containers),
    ...containers.flatMap((container) => checkContainer(container.at('properties'), group)),
  ];
}

function checkIdentity(group: Place): Finding[] {
  const type = group.at('identity', 'type');
  const identities = group.at('identity', 'userAssignedIdentities');
  if (!String(type.value ?? '').includes('UserAssigned'))
    return [type.wrong('the gateway has an identity of its own: give UserAssigned, with its resource id.')];
  return identities.all().length > 0 ? [] : [identities.wrong('name the identity by its resource id.')];
}

/** The gateway runs until it is told to stop, on what the image is for. */
function checkLife({ at }: Place): Finding[] {
  const [policy, priority, system] = [at('restartPolicy'), at('priority'), at('osType')];
  return [
    ...(policy.value === 'Always' ? [] : [policy.wrong('give Always: else what exits stays down.')]),
    ...(priority.value === 'Spot' ? [priority.wrong('give Regular: Azure takes a Spot group away at any time.')] : []),
    ...(system.value === 'Windows' ? [system.wrong("give Linux: the image is Linux's.")] : []),
  ];
}

function checkVolumes(group: Place, containers: readonly Place[]): Finding[] {
  const volumes = group.at('properties', 'volumes').all();
  const mounts = containers.flatMap((container) => container.at('properties', 'volumeMounts').all());
  const has = (places: readonly Place[], name: Place) => places.some((place) => place.at('name').value === name.value);
  return [
    ...mounts
      .filter((mount) => !has(volumes, mount.at('name')))
      .map((mount) => mount.at('name').wrong(`the group has no volume "${mount.at('name').text()}".`)),
    ...volumes
      .filter((volume) => !has(mounts, volume.at('name')))
      .map((volume) => volume.at('name').wrong('no container mounts this volume.')),
    ...volumes.flatMap((volume) => {
      const files = volume.at('secret').all();
      return files
        .filter((file, nth) => files.slice(0, nth).some(({ value }) => value === file.value))
        .map((file) => file.wrong('another file has the same content.'));
    }),
  ];
}

function checkContainer(container: Place, group: Place): Finding[] {
  const settings = settingsOf(container);
  return [
    ...checkSettings(settings, container.at('environmentVariables')),
    ...[...settings.values()].flatMap((setting) => checkFile(setting, container, group)),
    ...checkReach(container, group, settings),
    ...checkMemory(container),
    ...checkSecurity(container.at('securityContext')),
    ...(container.at('command').has()
      ? [container.at('command').wrong("the image's own command is the gateway: take it away.")]
      : []),
    ...imageComplaint(placeOf('', filled(container.at('image').text() ?? ''))).map(({ message }) =>
      container.at('image').wrong(message),
    ),
  ];
}

/** What it serves in, 192 MiB (docs/image.md), in the tenths that Azure counts. */
const LEAST_MEMORY_IN_GB = 0.2;

function checkMemory(container: Place): Finding[] {
  return ['requests', 'limits']
    .map((kind) => container.at('resources', kind, 'memoryInGB'))
    .filter((memory) => (memory.number() ?? LEAST_MEMORY_IN_GB) < LEAST_MEMORY_IN_GB)
    .map((memory) => memory.wrong(`with less than ${LEAST_MEMORY_IN_GB} it is killed under load: give 0.5.`));
}

function checkSecurity(security: Place): Finding[] {
  const raised = ['privileged', 'allowPrivilegeEscalation'].map((name) => security.at(name));
  const user = security.at('runAsUser');
  return [
    ...raised.filter(({ value }) => value === true).map((one) => one.wrong('the gateway needs it not: take it away.')),
    ...(user.value === 0 ? [user.wrong('it is root: leave it out, and it is 65532.')] : []),
    ...security
      .at('capabilities', 'add')
      .all()
      .map((added) => added.wrong('the gateway needs no capability.')),
  ];
}

export function settingsOf(container: Place): ReadonlyMap<string, Setting> {
  return new Map(
    container
      .at('environmentVariables')
      .all()
      .map((variable) => {
        const isSecret = variable.at('secureValue').has();
        const place = variable.at(isSecret ? 'secureValue' : 'value');
        return [variable.at('name').text() ?? '', { value: filled(String(place.value ?? '')), place, isSecret }];
      }),
  );
}

function checkFile({ value, place }: Setting, container: Place, group: Place): Finding[] {
  if (!value.startsWith('/etc/gateway/')) return [];
  const mount = container
    .at('volumeMounts')
    .all()
    .find((one) => value.startsWith(`${one.at('mountPath').text()}/`));
  const volume = group
    .at('properties', 'volumes')
    .all()
    .find((one) => one.at('name').value === mount?.at('name').value);
  const name = value.slice(value.lastIndexOf('/') + 1);
  return volume?.at('secret', name).has() ? [] : [place.wrong(`no volume of the container has the file ${value}.`)];
}
