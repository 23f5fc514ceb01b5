import type { Finding } from './finding.ts';
import { type Place, placeOf } from './place.ts';

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ALL_KINDS = ['User', 'Application'];

/** What callers.sh gives the application: a list of app roles, as Microsoft Graph has them. */
export function isAppRoles(value: unknown): boolean {
  return Array.isArray(value) && placeOf('', value).at('0', 'allowedMemberTypes').has();
}

/** What the roles are called in tokens and policies; of anything else than app roles none. */
export function namesOf(value: unknown): string[] {
  if (!isAppRoles(value)) return [];
  return placeOf('', value)
    .all()
    .flatMap((role) => role.at('value').text() ?? []);
}

/** App roles that Entra ID takes, and that people and programs can be given. */
export function checkAppRoles(file: string, value: unknown): Finding[] {
  const roles = placeOf(file, value).all();
  const isTaken = (place: Place, nth: number) =>
    roles.slice(0, nth).some((other) => other.at(place.key).value === place.value);
  return roles.flatMap((role, nth) => {
    const [id, name, isEnabled, kinds] = [
      role.at('id'),
      role.at('value'),
      role.at('isEnabled'),
      role.at('allowedMemberTypes'),
    ];
    const missing = ALL_KINDS.filter((kind) => !kinds.all().some((one) => one.value === kind));
    return [
      ...(GUID.test(id.text() ?? '') ? [] : [id.wrong('give a GUID.')]),
      ...[id, name].filter((one) => isTaken(one, nth)).map((one) => one.wrong('another role has it.')),
      ...(isEnabled.value === true ? [] : [isEnabled.wrong('give true: nobody has it in their token else.')]),
      ...(missing.length > 0 ? [kinds.wrong(`nobody of the kind ${missing.join(' or ')} can be given it.`)] : []),
    ];
  });
}

/** Roles that a policy speaks of and the application does not have: nobody's token has them. Without an application here nobody knows. */
export function checkSpoken(file: string, text: string, roles: readonly string[]): Finding[] {
  if (roles.length === 0) return [];
  return [...text.matchAll(/\bRole::"([^"]+)"/g)]
    .filter(([, name = '']) => !roles.includes(name))
    .map(({ 1: name, index }) => ({
      file,
      path: `line ${text.slice(0, index).split('\n').length}`,
      message: `no token has the role "${name}": app-roles.json has ${roles.join(', ')}.`,
    }));
}
