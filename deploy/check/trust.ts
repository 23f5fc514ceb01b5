import type { Finding } from './finding.ts';
import type { Resource } from './kustomize.ts';
import { type Place, placeOf } from './place.ts';

/** Whom an identity trusts in the manifests as they are here; a folder that makes service accounts of its own has its own. */
export const SHIPPED: readonly string[] = ['system:serviceaccount:azure-graphql-gateway:azure-graphql-gateway'];

/** For whom the webhook has a pod's token made: https://learn.microsoft.com/entra/workload-id/workload-identity-federation */
const AUDIENCE = 'api://AzureADTokenExchange';

/** The service accounts that these resources make, as their tokens call them; where they make none, the shipped one. */
export function subjectsOf(resources: readonly Resource[]): readonly string[] {
  const accounts = resources
    .map(({ file, value }) => placeOf(file, value))
    .filter((place) => place.at('kind').value === 'ServiceAccount')
    .map(({ at }) => `system:serviceaccount:${at('metadata', 'namespace').text()}:${at('metadata', 'name').text()}`);
  return accounts.length > 0 ? [...new Set(accounts)] : SHIPPED;
}

/** A federated credential's three words, each with its place. */
export interface Trust {
  readonly issuer: Said;
  readonly subject: Said;
  readonly audiences: Said;
}

interface Said {
  readonly place: Place;
  readonly words: readonly string[];
}

/** What is wrong with whom an identity trusts: Entra ID refuses each token that differs in one of the three. */
export function checkTrust({ issuer, subject, audiences }: Trust, subjects: readonly string[]): Finding[] {
  const [meant = '', ...others] = audiences.words;
  const [who = ''] = subject.words;
  return [
    ...checkIssuer(issuer),
    ...(subjects.includes(who)
      ? []
      : [
          subject.place.wrong(
            `the pods are not "${who}": the identity is to trust ${subjects.join(', ')}, and no other.`,
          ),
        ]),
    ...(meant === AUDIENCE && others.length === 0
      ? []
      : [
          audiences.place.wrong(
            `the pods' tokens are for ${AUDIENCE}, not for "${audiences.words.join(' ')}": give that, and no other.`,
          ),
        ]),
  ];
}

// What is asked of the cluster, or AKS's own: whoever has another issuer makes tokens of the pods' name.
const OF_CLUSTER = /^(?:\$|\[|https:\/\/[\w.-]+\.oic\.[\w.-]+\.azure\.(?:com|us|cn)\/)/;

function checkIssuer({ place, words: [issuer] }: Said): Finding[] {
  if (!issuer) return [place.wrong("it is absent: give the cluster's OIDC issuer URL.")];
  if (OF_CLUSTER.test(issuer)) return [];
  return [
    place.wrong(`"${issuer}" is no cluster's on AKS, and could make the pods' tokens: ask az aks show for its own.`),
  ];
}
