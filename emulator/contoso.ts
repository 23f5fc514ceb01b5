import { estate } from './contoso/estate.ts';
import { addFleet, type FleetOptions } from './contoso/fleet.ts';
import { applications, identities, identityName } from './contoso/principals.ts';
import { vaults } from './contoso/vaults.ts';
import { guidOf } from './identifier.ts';
import type { RoleAssignment, World } from './world.ts';

/** How much larger than the small tenant: subscriptions of up to 980 groups each, resources in them, secrets in the default vault. */
export type ContosoOptions = FleetOptions;

/** A fresh contoso: the same ids and names every time, only the client secrets are new. */
export function contoso(options: ContosoOptions = {}): World {
  const tenant = { id: guidOf('contoso tenant'), displayName: 'Contoso', domain: 'contoso.onmicrosoft.com' };
  const { subscriptions, resourceGroups, resources, ids } = estate(tenant.id);
  const world: World = {
    tenant,
    subscriptions,
    resourceGroups,
    resources,
    changes: [],
    vaults: vaults(ids),
    identities: identities(ids.production, tenant.id),
    applications: applications(),
    roleAssignments: [],
  };
  world.roleAssignments = assignments(world, ids);
  addFleet(world, options);
  return world;
}

function assignments(world: World, ids: ReturnType<typeof estate>['ids']): RoleAssignment[] {
  const readableVaults = world.vaults.filter(({ name }) => name !== 'contoso-legacy');
  const ofIdentities = world.identities.flatMap((identity) => [
    assignment(identity.principalId, 'Reader', ids.production),
    assignment(identity.principalId, 'Reader', ids.development),
    ...readableVaults.map((vault) => assignment(identity.principalId, 'Key Vault Secrets User', vault.id)),
  ]);
  const ada = world.applications.find(({ displayName }) => displayName === identityName.ada);
  return ada ? [...ofIdentities, assignment(ada.principalId, 'Reader', ids.production)] : ofIdentities;
}

function assignment(principalId: string, role: string, scope: string): RoleAssignment {
  return { id: guidOf(`${principalId} ${role} ${scope}`), principalId, role, scope };
}
