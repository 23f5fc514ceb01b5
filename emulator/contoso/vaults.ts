import { hexOf } from '../identifier.ts';
import type { Secret, SecretVersion, Vault } from '../world.ts';
import type { EstateIds } from './estate.ts';

/** Contoso's vaults; what they hold is plainly no secret. */
export function vaults({ production, finance }: EstateIds): Vault[] {
  return [
    createVault(production, 'rg-shared-prod', 'contoso-vault', 'eastus', defaultSecrets()),
    createVault(production, 'rg-payments-prod', 'contoso-payments', 'eastus', [
      createSecret('payments-db-password', {}, { count: 2 }),
      createSecret('payments-gateway-token', { tags: { team: 'payments' } }),
      createSecret('SampleSecret'),
    ]),
    createVault(finance, 'rg-legacy-prod', 'contoso-legacy', 'eastus2', [createSecret('mainframe-password')]),
  ];
}

/** A secret whose versions were made a month apart; `last` bends the newest. */
export function createSecret(
  name: string,
  last: Partial<SecretVersion> = {},
  { count = 1 }: { count?: number } = {},
): Secret {
  const versions = Array.from({ length: count }, (_, index): SecretVersion => {
    const createdAt = new Date(Date.UTC(2026, index, 1, 8)).toISOString();
    return {
      version: hexOf(`${name} v${index + 1}`),
      value: `contoso demo value, not a secret: ${name} v${index + 1}`,
      enabled: true,
      createdAt,
      updatedAt: createdAt,
      ...(index === count - 1 ? last : {}),
    };
  });
  return { name, versions };
}

function createVault(subscription: string, group: string, name: string, location: string, secrets: Secret[]): Vault {
  const id = `${subscription}/resourceGroups/${group}/providers/Microsoft.KeyVault/vaults/${name}`;
  return { id, name, location, secrets };
}

function defaultSecrets(): Secret[] {
  const services = ['catalogue', 'orders', 'returns', 'shipping', 'stock', 'suppliers', 'warehouse'];
  const purposes = ['api-key', 'db-password', 'queue-connection'];
  return [
    createSecret('SampleSecret', {
      value: 'MSI Secret!',
      contentType: 'text/plain',
      expiresAt: '2099-12-31T23:59:59.000Z',
      tags: { team: 'platform', env: 'prod' },
    }),
    createSecret('billing-db-password', { tags: { team: 'billing' } }, { count: 3 }),
    createSecret('billing-api-key', { contentType: 'text/plain', tags: { team: 'billing' } }),
    createSecret('Root-Key', { tags: { team: 'platform' } }),
    createSecret('retired-api-key', { enabled: false }),
    createSecret('expired-certificate-password', { expiresAt: '2026-03-31T00:00:00.000Z' }),
    createSecret('next-quarter-key', { notBefore: '2099-01-01T00:00:00.000Z' }),
    {
      ...createSecret('deleted-token'),
      deletedAt: '2026-10-01T12:00:00.000Z',
      scheduledPurgeAt: '2026-12-30T12:00:00.000Z',
    },
    createSecret('search-admin-key', { tags: { team: 'search' } }),
    createSecret('search-query-key', { tags: { team: 'search' } }),
    ...services.flatMap((service) =>
      purposes.map((purpose) => createSecret(`inventory-${service}-${purpose}`, { tags: { team: 'inventory' } })),
    ),
  ];
}
