import { guidOf } from '../../identifier.ts';
import type { Resource } from '../../world.ts';
import { resource, type Site } from './resource.ts';

/** Identities that more than one resource may carry; those of one resource stand beside it. */
export function identities({ group, tenantId }: Site): Resource[] {
  return ['id-gateway', 'id-gateway-workload', 'id-jump-prod'].map((name) =>
    resource(group('rg-shared-prod'), 'Microsoft.ManagedIdentity/userAssignedIdentities', name, {
      tenantId,
      clientId: guidOf(`client ${name}`),
      principalId: guidOf(`principal ${name}`),
    }),
  );
}
