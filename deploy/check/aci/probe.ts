import type { Finding } from '../finding.ts';
import type { Place } from '../place.ts';
import { checkPatience } from '../probe.ts';
import type { Setting } from '../settings.ts';
import { settingsOf } from './group.ts';

/** Whether each container is asked how it is, where it listens, as it listens, in time. */
export function checkProbes(group: Place): Finding[] {
  return group
    .at('properties', 'containers')
    .all()
    .map((container) => container.at('properties'))
    .flatMap((container) => checkBoth(container, settingsOf(container)));
}

function checkBoth(container: Place, settings: ReadonlyMap<string, Setting>): Finding[] {
  const scheme = settings.get('TLS_CERT_FILE')?.value ? 'https' : 'http';
  return Object.entries({ livenessProbe: '/live', readinessProbe: '/ready' }).flatMap(([name, path]) => {
    const get = container.at(name, 'httpGet');
    return [
      ...(get.at('path').value === path ? [] : [get.at('path').wrong(`ask ${path}.`)]),
      ...(get.at('port').value === Number(settings.get('PORT')?.value)
        ? []
        : [get.at('port').wrong('the gateway listens on PORT.')]),
      ...(get.at('scheme').value === scheme ? [] : [get.at('scheme').wrong(`the gateway speaks ${scheme}.`)]),
      ...checkPatience(name, container.at(name)),
    ];
  });
}
