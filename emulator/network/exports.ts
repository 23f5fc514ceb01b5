import { issuerOf } from '../entra/tokens.ts';
import type { Application, World } from '../world.ts';

export interface Addresses {
  readonly proxyAddress: string;
  readonly imdsAddress: string;
  readonly adminAddress: string;
  readonly authorityFile: string;
  readonly federatedTokenFile: string;
  readonly accessPolicyFile: string;
}

/** The environment that aims any Azure client at the local Azure. */
export function exportsOf(world: World, addresses: Addresses): ReadonlyArray<readonly [string, string]> {
  const userAssigned = world.identities.filter(({ kind }) => kind === 'user-assigned');
  const workload = userAssigned.find(({ federatedCredentials }) => federatedCredentials.length > 0);
  const plain = userAssigned.find(({ federatedCredentials }) => federatedCredentials.length === 0);
  return [
    ['HTTPS_PROXY', `http://${addresses.proxyAddress}`],
    ['NODE_EXTRA_CA_CERTS', addresses.authorityFile],
    ['SSL_CERT_FILE', addresses.authorityFile],
    ['REQUESTS_CA_BUNDLE', addresses.authorityFile],
    ['AZURE_POD_IDENTITY_AUTHORITY_HOST', `http://${addresses.imdsAddress}`],
    ['AZURE_TENANT_ID', world.tenant.id],
    ['AZURE_SUBSCRIPTION_ID', world.subscriptions[0]?.subscriptionId ?? ''],
    ['KEYVAULT_VAULT_NAME', world.vaults[0]?.name ?? ''],
    ['LOCAL_AZURE_ADMIN', `http://${addresses.adminAddress}`],
    ['CONTOSO_USER_ASSIGNED_CLIENT_ID', plain?.clientId ?? ''],
    ['CONTOSO_WORKLOAD_CLIENT_ID', workload?.clientId ?? ''],
    ['CONTOSO_FEDERATED_TOKEN_FILE', addresses.federatedTokenFile],
    ['CALLER_ISSUERS', [issuerOf(world.tenant), ...clusterIssuers(world)].join(',')],
    ['CALLER_AUDIENCE', world.applications.flatMap(({ identifierUris }) => identifierUris).join(',')],
    ['ACCESS_POLICY', addresses.accessPolicyFile],
    ...world.applications.flatMap(clientExports),
  ];
}

function clusterIssuers({ identities }: World): string[] {
  return identities.flatMap(({ federatedCredentials }) => federatedCredentials.map(({ issuer }) => issuer));
}

function clientExports({ displayName, appId, secrets }: Application): [string, string][] {
  const [secret] = secrets;
  if (!secret) return [];
  const prefix = displayName.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
  return [
    [`${prefix}_CLIENT_ID`, appId],
    [`${prefix}_CLIENT_SECRET`, secret.value],
  ];
}
