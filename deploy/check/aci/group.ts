import type { Finding } from '../finding.ts';
import { imageComplaint } from '../image.ts';
import { type Place, placeOf } from '../place.ts';
import { filled } from '../placeholder.ts';
import { checkSettings, type Setting } from '../settings.ts';

/** What a group of the gateway must be: reached by https or in a virtual network, with an identity, probes and its files. */
export function checkGroup(group: Place): Finding[] {
  const containers = group.at('properties', 'containers').all();
  return [
    ...checkIdentity(group),
    ...checkVolumes(group, containers),
    ...containers.flatMap((container) => checkContainer(container.at('properties'), group)),
  ];
}

function checkIdentity(group: Place): Finding[] {
  const type = group.at('identity', 'type');
  const identities = group.at('identity', 'userAssignedIdentities');
  if (!String(type.value ?? '').includes('UserAssigned'))
    return [type.wrong('the gateway has an identity of its own: give UserAssigned.')];
  return identities.all().length > 0 ? [] : [identities.wrong('name the identity by its resource id.')];
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
  ];
}

function checkContainer(container: Place, group: Place): Finding[] {
  const settings = settingsOf(container);
  return [
    ...checkSettings(settings, container.at('environmentVariables')),
    ...[...settings.values()].flatMap((setting) => checkFile(setting, container, group)),
    ...checkReach(container, group, settings),
    ...checkProbes(container, settings),
    ...checkMemory(container),
    ...imageComplaint(placeOf('', filled(container.at('image').text() ?? ''))).map(({ message }) =>
      container.at('image').wrong(message),
    ),
  ];
}

/** What it serves in, 192 MiB (docs/image.md), in the tenths that Azure counts. */
export const LEAST_MEMORY_IN_GB = 0.2;

function checkMemory(container: Place): Finding[] {
  return ['requests', 'limits']
    .map((kind) => container.at('resources', kind, 'memoryInGB'))
    .filter((memory) => (memory.number() ?? LEAST_MEMORY_IN_GB) < LEAST_MEMORY_IN_GB)
    .map((memory) => memory.wrong(memoryComplaint()));
}

export const memoryComplaint = (): string => `with less than ${LEAST_MEMORY_IN_GB} it is killed under load: give 0.5.`;

function settingsOf(container: Place): ReadonlyMap<string, Setting> {
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

function checkReach(container: Place, group: Place, settings: ReadonlyMap<string, Setting>): Finding[] {
  const address = group.at('properties', 'ipAddress');
  const isPublic = address.at('type').value === 'Public';
  const isTls = Boolean(settings.get('TLS_CERT_FILE')?.value);
  const own = container
    .at('ports')
    .all()
    .map((port) => port.at('port').value);
  const metricsPort = Number(settings.get('METRICS_PORT')?.value ?? 9464);
  const exposed = address
    .at('ports')
    .all()
    .map((port) => port.at('port'));
  return [
    ...(isPublic && !isTls
      ? [address.at('type').wrong('a public address with http: set TLS_CERT_FILE and TLS_KEY_FILE, or give Private.')]
      : []),
    ...(isPublic
      ? exposed
          .filter(({ value }) => value === metricsPort)
          .map((port) => port.wrong('the metrics are not for the internet.'))
      : []),
    ...(address.at('type').value === 'Private' && group.at('properties', 'subnetIds').all().length === 0
      ? [group.at('properties', 'subnetIds').wrong('a private address is one of a subnet: give its id.')]
      : []),
    ...exposed
      .filter(({ value }) => !own.includes(value))
      .map((port) => port.wrong(`no container has the port ${port.value}.`)),
    ...(own.includes(Number(settings.get('PORT')?.value))
      ? []
      : [container.at('ports').wrong('PORT is not among them.')]),
  ];
}

function checkProbes(container: Place, settings: ReadonlyMap<string, Setting>): Finding[] {
  const scheme = settings.get('TLS_CERT_FILE')?.value ? 'https' : 'http';
  return Object.entries({ livenessProbe: '/live', readinessProbe: '/ready' }).flatMap(([name, path]) => {
    const get = container.at(name, 'httpGet');
    return [
      ...(get.at('path').value === path ? [] : [get.at('path').wrong(`ask ${path}.`)]),
      ...(get.at('port').value === Number(settings.get('PORT')?.value)
        ? []
        : [get.at('port').wrong('the gateway listens on PORT.')]),
      ...(get.at('scheme').value === scheme ? [] : [get.at('scheme').wrong(`the gateway speaks ${scheme}.`)]),
    ];
  });
}
