import type { Principal } from '../entra/tokens.ts';
import { sameName } from '../identifier.ts';
import { hasRoleAround } from '../roles.ts';
import { type Context, json } from '../service.ts';
import type { Subscription } from '../world.ts';
import { armError } from './answer.ts';
import { authorizationFailed } from './subscriptions.ts';

// Each provider has its own; clients take the newest that is no preview.
const API_VERSIONS = ['2025-08-01-preview', '2025-04-01', '2024-07-01', '2023-09-01'];

/** `GET /subscriptions/{id}/providers/{namespace}`: the types of which the world has a resource. */
export function getProvider(
  subscription: Subscription,
  namespace: string,
  caller: Principal,
  { world }: Context,
): Response {
  if (!hasRoleAround(world, caller.principalId, subscription.id)) {
    return authorizationFailed(caller, 'Microsoft.Resources/subscriptions/providers/read', subscription.id);
  }
  const types = new Set(
    world.resources.flatMap(({ type }) => {
      const [own = '', ...rest] = type.split('/');
      return sameName(own, namespace) ? [rest.join('/')] : [];
    }),
  );
  if (types.size === 0) {
    return armError(404, 'InvalidResourceNamespace', `The resource namespace '${namespace}' is invalid.`);
  }
  return json(200, {
    id: `${subscription.id}/providers/${namespace}`,
    namespace,
    resourceTypes: [...types].map((resourceType) => ({
      resourceType,
      locations: [],
      apiVersions: API_VERSIONS,
      defaultApiVersion: API_VERSIONS[1],
      capabilities: 'None',
    })),
    registrationState: 'Registered',
    registrationPolicy: 'RegistrationRequired',
  });
}
