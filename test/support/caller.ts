import { randomUUID } from 'node:crypto';
import type { Azure, World } from '../../emulator/azure.ts';

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

/** The authorization header of an application, by the client-credentials grant. */
export async function signIn({ world, fetch }: Azure, displayName: string): Promise<string> {
  const client = world.applications.find((application) => application.displayName === displayName);
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: client?.appId ?? '',
    client_secret: client?.secrets[0]?.value ?? '',
    scope: 'api://azure-graphql-gateway/.default',
  });
  const url = `https://login.microsoftonline.com/${world.tenant.id}/oauth2/v2.0/token`;
  const answer = (await (await fetch(new Request(url, { method: 'POST', body }))).json()) as { access_token: string };
  return `Bearer ${answer.access_token}`;
}
