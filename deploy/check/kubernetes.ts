import type { Finding } from './finding.ts';
import { checkIdentity } from './kubernetes/identity.ts';
import { checkMetrics } from './kubernetes/metrics.ts';
import { checkNetwork } from './kubernetes/network.ts';
import { checkReferences } from './kubernetes/references.ts';
import { checkManyReplicas } from './kubernetes/replicas.ts';
import { checkRunning } from './kubernetes/running.ts';
import { checkSchema } from './kubernetes/schema.ts';
import { checkSecurity } from './kubernetes/security.ts';
import { checkPodSettings } from './kubernetes/settings.ts';
import { worldOf } from './kubernetes/world.ts';
import type { Resource } from './kustomize.ts';

/** What is wrong with resources that are applied together; whether their fields exist, `kubernetes/types.ts` says. */
export async function checkKubernetes(resources: readonly Resource[]): Promise<Finding[]> {
  const world = worldOf(resources);
  return [
    ...(await checkSchema(world)),
    ...checkReferences(world),
    ...checkSecurity(world),
    ...checkIdentity(world),
    ...checkManyReplicas(world),
    ...checkRunning(world),
    ...checkMetrics(world),
    ...checkNetwork(world),
    ...checkPodSettings(world),
  ];
}
