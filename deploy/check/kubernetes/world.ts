import type { Resource } from '../kustomize.ts';
import { type Place, placeOf, textsOf } from '../place.ts';

/** Resources that are applied together, found by kind. */
export interface World {
  readonly all: readonly Place[];
  ofKind(kind: string): Place[];
  /** The resource of that kind and name in the namespace of `near`. */
  find(kind: string, name: string | undefined, near: Place): Place | undefined;
  readonly workloads: readonly Workload[];
}

/** A Deployment and what is asked of it most. */
export interface Workload {
  readonly deployment: Place;
  readonly template: Place;
  readonly pod: Place;
  readonly containers: readonly Place[];
  readonly labels: ReadonlyMap<string, string>;
}

export function worldOf(resources: readonly Resource[]): World {
  const all = resources.map(({ file, value }) => placeOf(file, value));
  const ofKind = (kind: string) => all.filter((place) => place.at('kind').text() === kind);
  return {
    all,
    ofKind,
    find: (kind, name, near) =>
      ofKind(kind).find((place) => nameOf(place) === name && namespaceOf(place) === namespaceOf(near)),
    workloads: ofKind('Deployment').map((deployment) => {
      const template = deployment.at('spec', 'template');
      const pod = template.at('spec');
      const containers = [...pod.at('initContainers').all(), ...pod.at('containers').all()];
      return { deployment, template, pod, containers, labels: textsOf(template.at('metadata', 'labels')) };
    }),
  };
}

export const nameOf = (resource: Place): string | undefined => resource.at('metadata', 'name').text();
export const namespaceOf = (resource: Place): string | undefined => resource.at('metadata', 'namespace').text();

/** Whether a `matchLabels` or a Service's selector chooses a pod with these labels. An empty one chooses every pod. */
export function selects(selector: Place, labels: ReadonlyMap<string, string>): boolean {
  return [...textsOf(selector)].every(([name, value]) => labels.get(name) === value);
}

/** The pods' port of that name or number. */
export function portOf({ containers }: Workload, port: unknown): Place | undefined {
  return containers
    .flatMap((container) => container.at('ports').all())
    .find((place) => place.at('name').value === port || place.at('containerPort').value === port);
}
