import type { Finding } from './finding.ts';
import type { Resource } from './kustomize.ts';
import { type Place, placeOf } from './place.ts';

/** Whom an identity trusts in the manifests as they are here; a folder that makes service accounts of its own has its own. */
export const SHIPPED: readonly string[] = ['system:serviceaccount:azure-graphql-gateway:azure-graphql-gateway'];

/** The service accounts that these resources make, as their tokens call them; where they make none, the shipped one. */
export function subjectsOf(resources: readonly Resource[]): readonly string[] {
  const accounts = resources
    .map(({ file, value }) => placeOf(file, value))
    .filter((place) => place.at('kind').value === 'ServiceAccount')
    .map(({ at }) => `system:serviceaccount:${at('metadata', 'namespace').text()}:${at('metadata', 'name').text()}`);
  return accounts.length > 0 ? [...new Set(accounts)] : SHIPPED;
}

export function complaintAboutSubject(subject: string, place: Place, subjects: readonly string[]): Finding[] {
  if (subjects.includes(subject)) return [];
  return [place.wrong(`the pods are not "${subject}": the identity is to trust ${subjects.join(', ')}, and no other.`)];
}
