import type { Finding } from '../finding.ts';
import { type Command, placeOfFlag, placeOfWord } from './command.ts';

/** What `az container create` takes, in full, as version 2.91.0 has it. */
const OPTIONS: readonly string[] = [
  ...['resource-group', 'name', 'location', 'file', 'image', 'cpu', 'memory', 'config-map', 'os-type'],
  ...['ip-address', 'ports', 'protocol', 'dns-name-label', 'command-line', 'restart-policy', 'no-wait'],
  ...['environment-variables', 'secure-environment-variables', 'secrets', 'secrets-mount-path', 'zone'],
  ...['priority', 'sku', 'cce-policy', 'allow-escalation', 'privileged', 'run-as-user', 'run-as-group'],
  ...['seccomp-profile', 'add-capabilities', 'drop-capabilities', 'assign-identity', 'scope', 'role'],
  ...['vnet', 'vnet-name', 'vnet-address-prefix', 'subnet', 'subnet-address-prefix'],
  ...['registry-login-server', 'registry-username', 'registry-password', 'acr-identity'],
  ...['share-name', 'account-name', 'account-key', 'mount-path'].map((name) => `azure-file-volume-${name}`),
  ...['log-analytics-workspace', 'log-analytics-workspace-key'],
  ...['container-group-profile-id', 'container-group-profile-revision', 'standby-pool-profile-id'],
  ...['fail-container-group-create-on-reuse-failure'],
  ...['url', 'dir', 'revision', 'mount-path'].map((name) => `gitrepo-${name}`),
  // Of every command.
  ...['subscription', 'output', 'query', 'verbose', 'debug', 'only-show-errors', 'help'],
];

/** What a file must say too. */
const REQUIRED = ['cpu', 'memory'];

/** With them it gives the identity a role, and the one that it takes where none is named is Contributor. */
const OF_ROLES = ['scope', 'role'];

/** Options that `az container create` does not have, that are not for it to use, and those that it needs. */
export function checkOptions(command: Command): Finding[] {
  return [
    ...command.words
      .filter(({ text }) => text.startsWith('--') && !OPTIONS.includes(text.slice(2)))
      .map((word) => placeOfWord(word, word.text).wrong('az container create has no such option.')),
    ...OF_ROLES.filter((name) => command.flag(name)).map((name) =>
      placeOfFlag(command, name).wrong('it assigns a role, by default Contributor: identity.sh grants the least.'),
    ),
    ...REQUIRED.filter((name) => !command.flag(name)?.length).map((name) =>
      placeOfFlag(command, name).wrong('it is required.'),
    ),
  ];
}
