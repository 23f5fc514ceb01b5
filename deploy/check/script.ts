import { checkCallers } from './az/caller.ts';
import { scriptOf } from './az/command.ts';
import { checkContainers } from './az/container.ts';
import { checkIdentities } from './az/identity.ts';
import { checkAssigned } from './az/role.ts';
import type { Finding } from './finding.ts';
import { SHIPPED } from './trust.ts';

/** What a script's `az` commands make: the container group, the identity, the vault, the roles, the callers' application. Its shell is shellcheck's. */
export function checkScript(file: string, text: string, subjects = SHIPPED): Finding[] {
  const script = scriptOf(file, text);
  return [
    ...(/^set -eu$/m.test(script.text)
      ? []
      : [script.at(0).wrong('set -eu is absent: it would go on after what fails.')]),
    ...checkContainers(script),
    ...checkAssigned(script),
    ...checkIdentities(script, subjects),
    ...checkCallers(script),
  ];
}
