import { clouds } from '../hosts.ts';
import { sameName } from '../identifier.ts';
import type { Application, World } from '../world.ts';

/** The audience a token for this resource gets, or null when the tenant knows no such resource. */
export function audienceOf(world: World, resource: string): string | null {
  const known = clouds.flatMap((cloud) => [...cloud.armAudiences, cloud.vaultAudience, `${cloud.vaultAudience}/`]);
  if (known.includes(resource)) return resource;
  return applicationOf(world, resource) ? resource : null;
}

/** The app roles the principal's application holds on the resource's application. */
export function appRolesOf(world: World, clientId: string, resource: string): string[] {
  const target = applicationOf(world, resource);
  const client = world.applications.find((application) => application.appId === clientId);
  if (!target || !client) return [];
  return client.appRoleAssignments.filter((held) => held.resourceAppId === target.appId).map((held) => held.role);
}

function applicationOf(world: World, resource: string): Application | undefined {
  return world.applications.find(
    (application) =>
      application.identifierUris.some((uri) => sameName(uri, resource)) || sameName(application.appId, resource),
  );
}
