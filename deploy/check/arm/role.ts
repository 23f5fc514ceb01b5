import type { Finding } from '../finding.ts';
import { everyPlace, type Place } from '../place.ts';

/** What the gateway's identity may be given. https://learn.microsoft.com/azure/role-based-access-control/built-in-roles */
export const LEAST_ROLES: Readonly<Record<string, string>> = {
  'acdd72a7-3385-48ef-bd42-f606fba81ae7': 'Reader',
  '4633458b-17de-408a-b874-0445c86b69e6': 'Key Vault Secrets User',
  '21090545-7ca7-4776-b22c-e363652d74d2': 'Key Vault Reader',
};
const KNOWN_TO_BE_MORE: Readonly<Record<string, string>> = {
  'b24988ac-6180-42a0-ab88-20f7382dd24c': 'Contributor',
  '8e3af657-a8ff-443c-a75c-2fe8c4bcb635': 'Owner',
  '18d7d88d-d35e-4fb5-a5c3-7773c20a72d9': 'User Access Administrator',
  'b86a8fe4-44ce-4948-aee5-eccb2c155cd7': 'Key Vault Secrets Officer',
  '00482a5a-887f-4fb3-b363-3b7fe8e74483': 'Key Vault Administrator',
};

export const UNLIKE_SERVICE_PRINCIPAL = 'give ServicePrincipal: a new identity is not found else.';

const GUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const BY_ID = "[subscriptionResourceId('Microsoft.Authorization/roleDefinitions', ";

/** Every role that a template or a script names is one of the least, and every assignment says whose it is. */
export function checkRoles(template: Place): Finding[] {
  const places = everyPlace(template);
  return [
    ...places.flatMap((place) => (place.text()?.match(GUID) ?? []).flatMap((id) => complaintAbout(id, place))),
    ...places
      .filter((place) => place.at('type').text() === 'Microsoft.Authorization/roleAssignments')
      .flatMap((assignment) => checkAssignment(assignment.at('properties'))),
  ];
}

/** Ids and names of roles that are known to be more than is needed, in a text that is no template. */
export function tooMuchIn(text: string): RegExpMatchArray[] {
  const names = [...text.matchAll(/\b(?:[A-Z][A-Za-z]+ )*(?:Contributor|Owner|Administrator|Officer)\b/g)];
  return [...names, ...[...text.matchAll(GUID)].filter(([id]) => Object.hasOwn(KNOWN_TO_BE_MORE, id.toLowerCase()))];
}

export function complaintAbout(id: string, place: Place): Finding[] {
  const role = id.toLowerCase();
  if (Object.hasOwn(LEAST_ROLES, role) || Object.values(LEAST_ROLES).includes(id)) return [];
  const name = KNOWN_TO_BE_MORE[role] ?? id;
  return [
    place.wrong(
      `${name} is none of the least roles: the gateway needs ${Object.values(LEAST_ROLES).join(', ')} at most.`,
    ),
  ];
}

function checkAssignment(properties: Place): Finding[] {
  const [role, type] = [properties.at('roleDefinitionId'), properties.at('principalType')];
  return [
    ...(role.text()?.startsWith(BY_ID) ? [] : [role.wrong(`give ${BY_ID}...)].`)]),
    ...(type.value === 'ServicePrincipal' ? [] : [type.wrong(UNLIKE_SERVICE_PRINCIPAL)]),
  ];
}
