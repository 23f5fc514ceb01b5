import { checkGroup } from '../aci/group.ts';
import type { Finding } from '../finding.ts';
import { type Place, placeOf } from '../place.ts';
import { type Command, commandOf, placeOfFlag, placeOfWord, type Script } from './command.ts';
import { checkOptions } from './option.ts';

/** The container group that each `az container create` makes, by the rules of a file that says the same. One of a file is that file's. */
export function checkContainers(script: Script): Finding[] {
  return script.commands
    .filter(({ name, flag }) => name === 'container create' && !flag('file'))
    .flatMap((command) => roadsOf(script, command).flatMap((road) => checkRoad(road, script)));
}

interface Road {
  readonly command: Command;
  /** Where the script has chosen it. */
  readonly index: number;
}

/** One for each `set -- --ip-address ...` that the command's "$@" may stand for; where there is none, the command as it is. */
function roadsOf({ text, words }: Script, { words: own, place }: Command): Road[] {
  const chosen = [...text.matchAll(/\bset -- (--ip-address .*)$/gm)];
  const roads = own.some(({ text: word }) => word === '$@') ? chosen : [];
  if (roads.length === 0) return [{ command: commandOf(own, place), index: text.length }];
  return roads.map(({ 1: written = '', index }) => {
    const all = own.flatMap((word) => (word.text === '$@' ? words(index, written) : [word]));
    return { command: commandOf(all, place), index };
  });
}

function checkRoad(road: Road, script: Script): Finding[] {
  const { command } = road;
  const findings = checkGroup(placeOf('', groupOf(road, script)));
  return [
    ...checkOptions(command),
    ...findings.map(({ path, message }) => placeIn(command, path).wrong(message)),
    ...checkSecrecy(command, script),
  ];
}

function groupOf({ command, index }: Road, script: Script): unknown {
  const all = (flag: string) => command.flag(flag)?.map(({ text }) => withValues(text, script, index)) ?? [];
  const one = (flag: string) => all(flag)[0];
  const number = (flag: string) => (command.flag(flag) ? Number(one(flag)) : undefined);
  const isOn = (flag: string) => command.flag(flag) !== undefined && one(flag) !== 'false';
  const ports = all('ports').map((port) => ({ port: Number(port) }));
  const identities = all('assign-identity').filter((id) => id !== '[system]');
  return {
    identity: {
      type: identities.length > 0 ? 'UserAssigned' : undefined,
      userAssignedIdentities: Object.fromEntries(identities.map((id) => [id, {}])),
    },
    properties: {
      osType: one('os-type'),
      priority: one('priority'),
      restartPolicy: one('restart-policy'),
      ipAddress: { type: one('ip-address'), dnsNameLabel: one('dns-name-label'), ports },
      subnetIds: all('subnet').map((id) => ({ id })),
      containers: [
        {
          properties: {
            image: one('image'),
            command: command.flag('command-line') ? all('command-line') : undefined,
            ports,
            resources: { requests: { memoryInGB: number('memory') } },
            securityContext: {
              privileged: isOn('privileged'),
              allowPrivilegeEscalation: isOn('allow-escalation'),
              runAsUser: number('run-as-user'),
              capabilities: { add: all('add-capabilities') },
            },
            environmentVariables: [
              ...all('environment-variables').map((word) => variable(word, 'value')),
              ...all('secure-environment-variables').map((word) => variable(word, 'secureValue')),
            ],
            volumeMounts: all('secrets-mount-path').map((mountPath) => ({ name: 'files', mountPath, readOnly: true })),
          },
        },
      ],
      volumes: command.flag('secrets')
        ? [{ name: 'files', secret: Object.fromEntries(all('secrets').map(pairOf)) }]
        : [],
    },
  };
}

const pairOf = (word: string): [string, string] => [word.replace(/=.*/s, ''), word.slice(word.indexOf('=') + 1)];

function variable(word: string, kind: 'value' | 'secureValue') {
  const [name, value] = pairOf(word);
  // What is in a file has the shape that its setting wants: nobody else reads it.
  return { name, [kind]: value.startsWith('@') ? `\${${name}}` : value };
}

/** With each variable of the shell as it stands there, or as a place that somebody fills. */
function withValues(text: string, script: Script, index: number): string {
  return text.replaceAll(/\$(?:\{(\w+)[^}]*\}|(\w+))/g, (_, braced?: string, bare?: string) => {
    const name = braced ?? bare ?? '';
    return assigned(name, script, index) ?? `\${${placeholderOf(name)}}`;
  });
}

/** What the road has given it, else what holds before any road is taken. */
function assigned(name: string, { text }: Script, index: number): string | undefined {
  const road = text.slice(text.slice(0, index).lastIndexOf(';;') + 1, index);
  const own = [...road.matchAll(new RegExp(`^\\s+${name}=(\\S*)$`, 'gm'))].at(-1);
  const value = (own ?? new RegExp(`^${name}=(\\S*)$`, 'm').exec(text))?.[1];
  return value === undefined || value.includes('$') ? undefined : value.replaceAll(/["']/g, '');
}

const OF_AZURE = ['CLIENT_ID', 'TENANT_ID', 'SUBSCRIPTION_ID'];

function placeholderOf(name: string): string {
  const upper = name.toUpperCase();
  return OF_AZURE.includes(upper) ? `AZURE_${upper}` : upper;
}

const FLAGS: Readonly<Record<string, string>> = {
  identity: 'assign-identity',
  'properties.osType': 'os-type',
  'properties.priority': 'priority',
  'properties.restartPolicy': 'restart-policy',
  'properties.ipAddress.type': 'ip-address',
  'properties.ipAddress.dnsNameLabel': 'dns-name-label',
  'properties.ipAddress.ports': 'ports',
  'properties.subnetIds': 'subnet',
  'properties.containers[0].properties.image': 'image',
  'properties.containers[0].properties.command': 'command-line',
  'properties.containers[0].properties.ports': 'ports',
  'properties.containers[0].properties.resources': 'memory',
  'properties.containers[0].properties.securityContext.privileged': 'privileged',
  'properties.containers[0].properties.securityContext.allowPrivilegeEscalation': 'allow-escalation',
  'properties.containers[0].properties.securityContext.runAsUser': 'run-as-user',
  'properties.containers[0].properties.securityContext.capabilities': 'add-capabilities',
  'properties.containers[0].properties.environmentVariables': 'environment-variables',
  'properties.containers[0].properties.volumeMounts': 'secrets-mount-path',
  'properties.volumes': 'secrets',
};

/** The flag that says what the file would say there, and the variable of it that is meant. */
function placeIn(command: Command, path: string): Place {
  const [, flag = ''] = Object.entries(FLAGS).find(([prefix]) => path.startsWith(prefix)) ?? [];
  const nth = /environmentVariables\[(\d+)\]/.exec(path)?.[1];
  const variables = ['environment-variables', 'secure-environment-variables'].flatMap((one) => command.flag(one) ?? []);
  const word = nth === undefined ? undefined : variables[Number(nth)];
  return word ? placeOfWord(word, pairOf(word.text)[0]) : placeOfFlag(command, flag);
}

/** Whoever lists the machine's processes reads their arguments. */
function checkSecrecy(command: Command, script: Script): Finding[] {
  const secret = ['secure-environment-variables', 'secrets'].flatMap((flag) => command.flag(flag) ?? []);
  const passwords = [...script.text.matchAll(/--registry-password\s+"?([^@"\s])/g)].map(({ index }) =>
    placeOfWord({ place: script.at(index) }, '--registry-password'),
  );
  return [
    ...secret
      .filter(({ text }) => !pairOf(text)[1].startsWith('@'))
      .map((word) => placeOfWord(word, pairOf(word.text)[0])),
    ...passwords,
  ].map((place) => place.wrong('whoever lists processes reads it there: give the name of a file, after @.'));
}
