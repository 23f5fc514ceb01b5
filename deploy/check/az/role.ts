import { complaintAbout, LEAST_ROLES, tooMuchIn, UNLIKE_SERVICE_PRINCIPAL } from '../arm/role.ts';
import type { Finding } from '../finding.ts';
import { type Command, placeOfFlag, placeOfWord, type Script, type Word } from './command.ts';

/** What a script gives the gateway's identity: the least roles, on the least that they are for. */
export function checkAssigned(script: Script): Finding[] {
  const calls = callsOf(script);
  const assignments = script.commands.filter(({ name }) => name === 'role assignment create');
  return [
    ...checkIds(script),
    ...calls.flatMap(({ role }) => complaintAboutRole(role)),
    ...assignments.flatMap(({ flag }) => flag('role')?.flatMap(complaintAboutRole) ?? []),
    ...tooMuchIn(script.text).flatMap(({ 0: role, index = 0 }) => complaintAbout(role, script.at(index))),
    ...assignments.flatMap((assignment) => checkAssignment(assignment, calls, script)),
  ];
}

function checkIds({ text, at }: Script): Finding[] {
  return [...text.matchAll(/^(READER|KEY_VAULT_\w+)=(.*)$/gm)].flatMap(({ 1: name = '', 2: id = '', index }) => {
    const meant = LEAST_ROLES[id]?.toUpperCase().replaceAll(' ', '_');
    if (meant === name) return [];
    return meant ? [at(index).wrong(`${name} has the id of ${LEAST_ROLES[id]}.`)] : complaintAbout(id, at(index));
  });
}

const complaintAboutRole = ({ text, place }: Word): Finding[] =>
  text.startsWith('$') ? [] : complaintAbout(text, place);

interface Call {
  readonly role: Word;
  readonly scope: Word | undefined;
}

/** Where a function is called that assigns its first argument, on its second. */
function callsOf({ text, words }: Script): Call[] {
  const givers = [...text.matchAll(/^(\w+)\(\) \{\n(?:(?!^\}).*\n)*?.*--role "\$1"/gm)].map(([, name]) => name);
  return givers
    .flatMap((name) => [...text.matchAll(new RegExp(`^\\s*${name}(?= )(.*)$`, 'gm'))])
    .flatMap(({ 0: line, 1: given = '', index }) => {
      const [role, scope] = words(index + line.length - given.length, given);
      return role ? [{ role, scope }] : [];
    });
}

function checkAssignment(assignment: Command, calls: readonly Call[], script: Script): Finding[] {
  const [type, scope] = [assignment.flag('assignee-principal-type')?.[0], assignment.flag('scope')?.[0]];
  const [role] = assignment.flag('role') ?? [];
  const given = scope?.text === '$2' ? calls : [{ role, scope }];
  return [
    ...(type?.text === 'ServicePrincipal'
      ? []
      : [placeOfFlag(assignment, 'assignee-principal-type').wrong(UNLIKE_SERVICE_PRINCIPAL)]),
    ...(scope ? [] : [placeOfFlag(assignment, 'scope').wrong('it is absent: say on what, a subscription or a vault.')]),
    ...given.flatMap((one) =>
      one.scope ? checkScope(one.scope, /KEY_VAULT|Key Vault/.test(one.role?.text ?? ''), script) : [],
    ),
  ];
}

const EVERYTHING = /^\/$|managementGroups|management-group/i;
const OF_A_VAULT = /\bMicrosoft\.KeyVault\/|\baz keyvault /i;
const MANY_VAULTS =
  /^\/subscriptions\/[^/]+\/?$|^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/?$|\baz (?:group|account) /i;

function checkScope({ text, place }: Word, isOfVaults: boolean, script: Script): Finding[] {
  const scopes = valuesOf(text, script);
  const where = placeOfWord({ place }, text);
  if (scopes.some((scope) => EVERYTHING.test(scope)))
    return [where.wrong('it is all of the tenant, or most: give a subscription, or a vault.')];
  if (isOfVaults && scopes.some((scope) => MANY_VAULTS.test(scope)))
    return [where.wrong("it is every vault there, those to come too: give a vault's id.")];
  if (!isOfVaults && scopes.some((scope) => OF_A_VAULT.test(scope)))
    return [where.wrong('on a vault Reader reads no secret: give Key Vault Secrets User there.')];
  return [];
}

/** What a word may stand for: a loop's words in place of its variable, and what a variable was set to. */
function valuesOf(word: string, script: Script): string[] {
  const { text } = script;
  const [, name] = /^\$\{?(\w+)/.exec(word) ?? [];
  if (name === undefined) return [word];
  const looped = new RegExp(`\\bfor ${name} in (.*); do`).exec(text)?.[1];
  if (looped !== undefined)
    return looped.split(/\s+(?![^(]*\))/).flatMap((one) => valuesOf(one.replaceAll('"', ''), script));
  return [new RegExp(`^\\s*${name}=(.*)$`, 'm').exec(text)?.[1] ?? word];
}
