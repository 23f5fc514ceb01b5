import type { Finding } from '../finding.ts';
import type { Place } from '../place.ts';
import type { World } from './world.ts';

/** Kubernetes' own description of each kind that is used here, at a version that clusters serve today. */
export const SERVED: Readonly<Record<string, string>> = {
  ConfigMap: 'v1',
  Deployment: 'apps/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  Ingress: 'networking.k8s.io/v1',
  Namespace: 'v1',
  NetworkPolicy: 'networking.k8s.io/v1',
  PodDisruptionBudget: 'policy/v1',
  Secret: 'v1',
  Service: 'v1',
  ServiceAccount: 'v1',
};
/** Kinds that are not Kubernetes' own and come with no description. */
const FOREIGN: Readonly<Record<string, string>> = {
  AzureIdentity: 'aadpodidentity.k8s.io/v1',
  AzureIdentityBinding: 'aadpodidentity.k8s.io/v1',
};

const VERSIONS = {
  v1: () => import('kubernetes-models/v1'),
  'apps/v1': () => import('kubernetes-models/apps/v1'),
  'autoscaling/v2': () => import('kubernetes-models/autoscaling/v2'),
  'networking.k8s.io/v1': () => import('kubernetes-models/networking.k8s.io/v1'),
  'policy/v1': () => import('kubernetes-models/policy/v1'),
} as const;

/** Types, required fields, enumerations and quantities. */
export async function checkSchema({ all }: World): Promise<Finding[]> {
  return (await Promise.all(all.map(checkOne))).flat();
}

async function checkOne(resource: Place): Promise<Finding[]> {
  const kind = resource.at('kind').text() ?? '';
  const version = resource.at('apiVersion');
  const served = SERVED[kind] ?? FOREIGN[kind];
  if (served === undefined) return [resource.at('kind').wrong(`"${kind}" is a kind that this check does not know.`)];
  if (version.value !== served) return [version.wrong(`${kind} is served as ${served}, not as ${version.text()}.`)];
  return kind in FOREIGN ? [] : checkModel(resource, kind, served);
}

async function checkModel(resource: Place, kind: string, version: string): Promise<Finding[]> {
  const models = isVersion(version) ? Object.entries(await VERSIONS[version]()) : [];
  const Model: unknown = models.find(([name]) => name === kind)?.[1];
  if (typeof Model !== 'function') throw new Error(`kubernetes-models has no ${version} ${kind}.`);
  try {
    Reflect.construct(Model, [resource.value]).validate();
    return [];
  } catch (error) {
    return preciseOf(errorsOf(error)).map(({ instancePath, message }) =>
      below(resource, instancePath).wrong(`${message}.`),
    );
  }
}

const isVersion = (version: string): version is keyof typeof VERSIONS => Object.hasOwn(VERSIONS, version);

/** Of a value that may be one of several, the one that says what it should look like. */
function preciseOf(errors: readonly SchemaError[]): SchemaError[] {
  const formats = new Set(errors.filter(({ keyword }) => keyword === 'format').map(({ instancePath }) => instancePath));
  return errors.filter(({ instancePath, keyword }) => keyword === 'format' || !formats.has(instancePath));
}

interface SchemaError {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
}

function errorsOf(error: unknown): readonly SchemaError[] {
  if (error instanceof Error && 'errors' in error && Array.isArray(error.errors)) return error.errors;
  throw error;
}

function below(resource: Place, pointer: string): Place {
  const keys = pointer.split('/').slice(1);
  return keys.reduce((place, key) => place.at(key.replaceAll('~1', '/').replaceAll('~0', '~')), resource);
}
