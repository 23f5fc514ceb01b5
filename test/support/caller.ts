import { randomUUID } from 'node:crypto';
import type { World } from '../../emulator/azure.ts';

/** Adds an application with the app role `Tester` to those that may call the gateway. */
export function addTester(world: World, displayName: string): void {
  const [gateway] = world.applications;
  if (!gateway) throw new Error('The world has no gateway application.');
  gateway.appRoles.push({ id: randomUUID(), value: 'Tester', displayName: 'Reads everything' });
  world.applications.push({
    ...gateway,
    displayName,
    appId: randomUUID(),
    principalId: randomUUID(),
    identifierUris: [],
    appRoles: [],
    secrets: [{ value: randomUUID() }],
    appRoleAssignments: [{ resourceAppId: gateway.appId, role: 'Tester' }],
  });
}
