import { LEAST_MEMORY_IN_GB, memoryComplaint } from './aci/group.ts';
import { complaintAbout, LEAST_ROLES, tooMuchIn } from './arm/role.ts';
import type { Finding } from './finding.ts';
import { type Place, placeOf } from './place.ts';
import { checkNames, type Setting } from './settings.ts';
import { complaintAboutSubject, SHIPPED } from './subject.ts';

/** The settings, the roles and the trust that a script gives; its shell is shellcheck's. */
export function checkScript(file: string, text: string, subjects = SHIPPED): Finding[] {
  return [
    ...checkVariables(file, text),
    ...checkAssigned(file, text),
    ...checkTrusted(file, text, subjects),
    ...checkMemory(file, text),
  ];
}

function checkTrusted(file: string, text: string, subjects: readonly string[]): Finding[] {
  return [...text.matchAll(/--subject\s+"?([^\s"]+)/g)].flatMap(({ 1: subject = '', index }) =>
    complaintAboutSubject(subject, lineAt(file, text, index), subjects),
  );
}

function checkMemory(file: string, text: string): Finding[] {
  return [...text.matchAll(/--memory\s+"?([\d.]+)/g)]
    .filter(([, memory]) => Number(memory) < LEAST_MEMORY_IN_GB)
    .map(({ index }) => lineAt(file, text, index).wrong(memoryComplaint()));
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
      const isPublicHttp = /--ip-address\s+"?Public/.test(text) && !/\bTLS_CERT_FILE=[^\s"]/.test(written);
      return [
        ...checkNames(new Map([...open, ...secret]), lineAt(file, text, index)),
        ...(isPublicHttp
          ? [lineAt(file, text, index).wrong('a public address with http: set TLS_CERT_FILE and TLS_KEY_FILE.')]
          : []),
      ];
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
  const bare = text.replaceAll(/^\s*#.*$|\s#\s.*$/gm, (comment) => ' '.repeat(comment.length));
  const roles = [...text.matchAll(/--role\s+("?)([^\s"]+(?: [A-Z][^"\s]*)*)\1/g)];
  return [
    ...ids.flatMap(({ 1: name = '', 2: id = '', index }) => {
      const meant = LEAST_ROLES[id]?.toUpperCase().replaceAll(' ', '_');
      if (meant === name) return [];
      return meant
        ? [lineAt(file, text, index).wrong(`${name} has the id of ${LEAST_ROLES[id]}.`)]
        : complaintAbout(id, lineAt(file, text, index));
    }),
    ...namedByCalls(bare).flatMap(([role, index]) => complaintAbout(role, lineAt(file, text, index))),
    ...tooMuchIn(bare).flatMap(({ 0: role, index = 0 }) => complaintAbout(role, lineAt(file, text, index))),
    ...roles
      .filter(([, , role = '']) => !role.startsWith('$'))
      .flatMap(({ 2: role = '', index }) => complaintAbout(role, lineAt(file, text, index))),
  ];
}

/** The roles that are named where a function is called that assigns its first argument. */
function namedByCalls(text: string): [string, number][] {
  const givers = [...text.matchAll(/^(\w+)\(\) \{\n(?:(?!^\}).*\n)*?.*--role "\$1"/gm)].map(([, name]) => name);
  return givers
    .flatMap((name) => [...text.matchAll(new RegExp(`^\\s*${name}\\s+("?)([^\\s$"(][^"\\n]*?)\\1(?=\\s|$)`, 'gm'))])
    .map(({ 2: role = '', index }) => [role, index]);
}

function lineAt(file: string, text: string, index: number): Place {
  return placeOf(file, undefined, `line ${text.slice(0, index).split('\n').length}`);
}
