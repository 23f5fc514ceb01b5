import type { Finding } from '../finding.ts';
import type { Place } from '../place.ts';
import { textsOf } from '../place.ts';
import { complaintAboutVault } from '../policy.ts';
import { checkSettings, type Setting } from '../settings.ts';
import { OPERATORS_SECRETS } from './operator.ts';
import type { Workload, World } from './world.ts';

/** The settings of each container, by the gateway's own reading, and that the files which they name are mounted. */
export function checkPodSettings(world: World): Finding[] {
  return world.workloads.flatMap((workload) =>
    workload.containers.flatMap((container) => {
      const environment = environmentOf(container, workload, world);
      return [
        ...checkSettings(environment, container.at('env')),
        ...[...environment].flatMap(([name, setting]) =>
          name === 'AUDIT_FILE' ? checkWritten(setting, container) : checkFile(setting, container, workload, world),
        ),
        ...checkVault(environment, container, workload, world),
      ];
    }),
  );
}

/** What the container finds in its environment: its ConfigMaps', its own, and the webhook's where workload identity is on. */
export function environmentOf(container: Place, workload: Workload, world: World): ReadonlyMap<string, Setting> {
  const shared = container
    .at('envFrom')
    .all()
    .flatMap((from) => {
      const map = world.find('ConfigMap', from.at('configMapRef', 'name').text(), workload.deployment);
      return (
        map
          ?.at('data')
          .all()
          .map((place) => [place.key, { value: String(place.value), place }] as const) ?? []
      );
    });
  const own = container
    .at('env')
    .all()
    .map((env) => {
      const isGiven = env.at('value').has();
      const setting = {
        value: isGiven ? String(env.at('value').value) : SECRET,
        place: isGiven ? env.at('value') : env.at('valueFrom'),
        isSecret: !isGiven,
      };
      return [env.at('name').text() ?? '', setting] as const;
    });
  return new Map<string, Setting>([...shared, ...webhooks(workload), ...own]);
}

const WEBHOOKS = 'azure.workload.identity/use';
const SECRET = 'what-a-secret-of-32-characters-or-more-would-hold';
const GUID = '00000000-0000-0000-0000-000000000000';

function webhooks({ template }: Workload): [string, Setting][] {
  const place = template.at('metadata', 'labels', WEBHOOKS);
  if (place.value !== 'true') return [];
  const given = {
    AZURE_CLIENT_ID: GUID,
    AZURE_TENANT_ID: GUID,
    AZURE_FEDERATED_TOKEN_FILE: '/var/run/secrets/azure/tokens/azure-identity-token',
  };
  return Object.entries(given).map(([name, value]) => [name, { value, place }]);
}

function checkVault(
  environment: ReadonlyMap<string, Setting>,
  container: Place,
  workload: Workload,
  world: World,
): Finding[] {
  const [vault, policy] = [environment.get('KEYVAULT_VAULT_NAME'), environment.get('ACCESS_POLICY')];
  if (!vault?.value || !policy) return [];
  const { map, key } = mounted(policy.value, container, workload, world);
  const text = map?.at('data', key).text();
  const complaint = text && complaintAboutVault(text, vault.value);
  return complaint ? [vault.place.wrong(complaint)] : [];
}

// A file under a mounted folder is a key of what is mounted there, as far as it is among these resources.
function checkFile({ value, place }: Setting, container: Place, workload: Workload, world: World): Finding[] {
  // The webhook mounts what it names.
  if (!value.startsWith('/') || place.key === WEBHOOKS) return [];
  const { mount, volume, map, folder, key } = mounted(value, container, workload, world);
  if (!mount) return [place.wrong(`nothing is mounted at ${folder}.`)];
  if (volume?.at('emptyDir').has()) return [place.wrong(`what is mounted at ${folder} is empty: give a ConfigMap.`)];
  const secret = volume?.at('secret', 'secretName').text() ?? '';
  const keys = OPERATORS_SECRETS[secret];
  if (keys && !keys.includes(key)) return [place.wrong(`the Secret ${secret} has no "${key}".`)];
  if (!map || textsOf(map.at('data')).has(key)) return [];
  return [place.wrong(`the ConfigMap ${map.at('metadata', 'name').text()} has no "${key}".`)];
}

/** The root is read-only. */
function checkWritten({ value, place }: Setting, container: Place): Finding[] {
  if (value === '') return [];
  const mount = container
    .at('volumeMounts')
    .all()
    .find((one) => value.startsWith(`${one.at('mountPath').text()}/`));
  if (mount && mount.at('readOnly').value !== true) return [];
  return [place.wrong('nothing can be written there: leave it out, for standard output, or mount a volume.')];
}

function mounted(file: string, container: Place, { pod, deployment }: Workload, world: World) {
  const folder = file.slice(0, file.lastIndexOf('/'));
  const mount = container
    .at('volumeMounts')
    .all()
    .find((one) => one.at('mountPath').value === folder);
  const volume = pod
    .at('volumes')
    .all()
    .find((one) => mount && one.at('name').value === mount.at('name').value);
  const map = world.find('ConfigMap', volume?.at('configMap', 'name').text(), deployment);
  return { mount, volume, map, folder, key: file.slice(folder.length + 1) };
}
