import { randomBytes } from 'node:crypto';
import { KUBERNETES_ISSUER_HOST } from '../hosts.ts';
import { guidOf } from '../identifier.ts';
import type { Application, ManagedIdentity } from '../world.ts';

export const identityName = { ada: 'Ada', billing: 'Billing Service', auditor: 'Auditor' } as const;

const GATEWAY_ROLES = { estate: 'Estate.Reader', secret: 'Secret.Reader' } as const;

/** The gateway's three possible identities: its container group's own, and two that are assigned to it. */
export function identities(subscription: string, tenantId: string): ManagedIdentity[] {
  const providers = `${subscription}/resourceGroups/rg-shared-prod/providers`;
  const userAssigned = (name: string) => `${providers}/Microsoft.ManagedIdentity/userAssignedIdentities/${name}`;
  return [
    {
      kind: 'system-assigned',
      name: 'ci-graphql-gateway',
      ...ids('ci-graphql-gateway'),
      resourceId: `${providers}/Microsoft.ContainerInstance/containerGroups/ci-graphql-gateway`,
      federatedCredentials: [],
    },
    {
      kind: 'user-assigned',
      name: 'id-gateway',
      ...ids('id-gateway'),
      resourceId: userAssigned('id-gateway'),
      federatedCredentials: [],
    },
    {
      kind: 'user-assigned',
      name: 'id-gateway-workload',
      ...ids('id-gateway-workload'),
      resourceId: userAssigned('id-gateway-workload'),
      federatedCredentials: [
        {
          name: 'aks-prod',
          issuer: `https://${KUBERNETES_ISSUER_HOST}/${tenantId}/${guidOf('cluster aks-prod')}/`,
          subject: 'system:serviceaccount:gateway:azure-graphql-gateway',
          audience: 'api://AzureADTokenExchange',
        },
      ],
    },
  ];
}

/** The gateway's API and the applications that call it. */
export function applications(): Application[] {
  const gateway: Application = {
    ...application('azure-graphql-gateway'),
    identifierUris: ['api://azure-graphql-gateway'],
    appRoles: [
      { id: guidOf('app role Estate.Reader'), value: GATEWAY_ROLES.estate, displayName: 'Reads the estate' },
      { id: guidOf('app role Secret.Reader'), value: GATEWAY_ROLES.secret, displayName: 'Reads secrets' },
    ],
  };
  const client = (name: string, ...roles: string[]): Application => ({
    ...application(name),
    // Random, so that nothing in the repository looks like a secret.
    secrets: [{ value: randomBytes(30).toString('base64url') }],
    appRoleAssignments: roles.map((role) => ({ resourceAppId: gateway.appId, role })),
  });
  return [
    gateway,
    client(identityName.ada, GATEWAY_ROLES.estate),
    client(identityName.billing, GATEWAY_ROLES.secret),
    client(identityName.auditor),
  ];
}

function application(displayName: string): Application {
  return {
    displayName,
    appId: guidOf(`application ${displayName}`),
    principalId: guidOf(`service principal ${displayName}`),
    identifierUris: [],
    appRoles: [],
    secrets: [],
    appRoleAssignments: [],
    federatedCredentials: [],
  };
}

function ids(name: string) {
  return { clientId: guidOf(`client ${name}`), principalId: guidOf(`principal ${name}`) };
}
