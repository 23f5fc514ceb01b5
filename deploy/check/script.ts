import { complaintAbout, LEAST_ROLES } from './arm/role.ts';
import type { Finding } from './finding.ts';
import { type Place, placeOf } from './place.ts';
import { checkNames, type Setting } from './settings.ts';

/** The settings and the roles that a script gives; its shell is shellcheck's. */
export function checkScript(file: string, text: string): Finding[] {
  return [...checkVariables(file, text), ...checkAssigned(file, text)];
}

// What stands between `az container create`'s flags for variables and the flag after them.
function checkVariables(file: string, text: string): Finding[] {
  const command = /az container create(?:[^\n]*\\\n)+/g;
  return [...text.matchAll(command)]
    .filter(([written]) => written.includes('--environment-variables'))
    .flatMap(({ 0: written, index }) => {
      const open = words(written, 'environment-variables').map(
        (name) => [name, settingAt(file, text, index, name, false)] as const,
      );
      const secret = words(written, 'secure-environment-variables').map(
        (name) => [name, settingAt(file, text, index, name, true)] as const,
      );
      return checkNames(new Map([...open, ...secret]), lineAt(file, text, index));
    });
}

function words(command: string, flag: string): string[] {
  const given = new RegExp(`--${flag}((?:(?!\\s--).|\\n)*)`).exec(command)?.[1] ?? '';
  return [...given.matchAll(/(?:^|\s)([A-Z][A-Z_]*)=/g)].map(([, name = '']) => name);
}

function settingAt(file: string, text: string, from: number, name: string, isSecret: boolean): Setting {
  return { value: '', place: lineAt(file, text, text.indexOf(`${name}=`, from)), isSecret };
}

function checkAssigned(file: string, text: string): Finding[] {
  const ids = [...text.matchAll(/^(READER|KEY_VAULT_\w+)=(.*)$/gm)];
  const roles = [...text.matchAll(/--role\s+("?)([^\s"]+(?: [A-Z][^"\s]*)*)\1/g)];
  return [
    ...ids.flatMap(({ 1: name = '', 2: id = '', index }) => {
      const meant = LEAST_ROLES[id]?.toUpperCase().replaceAll(' ', '_');
      if (meant === name) return [];
      return meant
        ? [lineAt(file, text, index).wrong(`${name} has the id of ${LEAST_ROLES[id]}.`)]
        : complaintAbout(id, lineAt(file, text, index));
    }),
    ...roles
      .filter(([, , role = '']) => !role.startsWith('$'))
      .flatMap(({ 2: role = '', index }) => complaintAbout(role, lineAt(file, text, index))),
  ];
}

function lineAt(file: string, text: string, index: number): Place {
  return placeOf(file, undefined, `line ${text.slice(0, index).split('\n').length}`);
}
