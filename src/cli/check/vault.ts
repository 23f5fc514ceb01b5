import { refusalCodeOf } from '../../azure/errors.ts';
import type { Identity } from '../../azure/identity.ts';
import type { AzureProbes } from '../../azure/probe.ts';
import { GatewayError } from '../../errors.ts';
import type { Action } from '../../policy.ts';
import { grantCommand, vaultScope } from './role.ts';
import { failed, ok, type Row, skipped, warning } from './row.ts';

/** What is asked of one vault: only what some policy grants to somebody. */
export interface AskedVault {
  readonly vault: string;
  readonly actions: readonly Action[];
}

/** Three rows: whether it is reached, whether its secrets may be listed, whether their values may be read. */
export async function checkVault(
  azure: AzureProbes,
  identity: Identity,
  { vault, actions }: AskedVault,
): Promise<readonly Row[]> {
  const [reach, list, get] = rowNames(vault);
  const granted = (action: Action) => actions.includes(action);
  if (!granted('readSecretProperties') && !granted('readSecretValue')) {
    return [skipped(reach, 'no policy grants anything in it')];
  }
  // In this order: of a refused list the SDK does not tell what Azure means by the refusal, of a refused get it does.
  const refusalToGet = await refusal(azure.getSecrets(vault));
  if (refusalToGet && !isPermission(refusalToGet)) {
    return [
      failed(reach, refusalToGet.message, wayTo(vault, refusalToGet)),
      ...[list, get].map((what) => skipped(what, `${reach} has failed`)),
    ];
  }
  const refusalToList = granted('readSecretProperties') ? await refusal(azure.listSecrets(vault)) : undefined;
  const hasAccessPolicies = OF_ACCESS_POLICIES.includes((refusalToGet && refusalCodeOf(refusalToGet)) ?? '');
  const grant = (role: string) =>
    hasAccessPolicies ? setPolicyCommand(identity, vault, role) : grantCommand(identity, role, vaultScope(vault));
  const row = (what: string, denied: GatewayError | undefined, role: string) => {
    if (!denied) return ok(what, 'permitted');
    return failed(what, denied.message, isPermission(denied) ? grant(role) : wayTo(vault, denied));
  };
  return [
    ok(reach, 'reached'),
    granted('readSecretProperties')
      ? row(list, refusalToList, granted('readSecretValue') ? SECRETS_USER : 'Key Vault Reader')
      : skipped(list, 'no policy grants readSecretProperties in it'),
    granted('readSecretValue')
      ? row(get, refusalToGet, SECRETS_USER)
      : skipped(get, 'no policy grants readSecretValue in it'),
  ];
}

/** The rows of a vault that cannot be asked. */
export const skippedVault = (vault: string, why: string): readonly Row[] =>
  rowNames(vault).map((what) => skipped(what, why));

/** A name from the policy that no vault can have, such as a whole host name: what it grants is granted to nobody. */
export const misnamedVault = (name: string): Row =>
  warning(
    `vault "${name}"`,
    'The policy names it, and no vault of Azure can have that name.',
    `Give the vault's name alone in the policy, as in Vault::"contoso-vault".`,
  );

const rowNames = (vault: string): [string, string, string] => [
  `vault ${vault}`,
  `vault ${vault}: list`,
  `vault ${vault}: get`,
];

const SECRETS_USER = 'Key Vault Secrets User';
// Refused before roles are looked at: https://learn.microsoft.com/azure/key-vault/general/common-error-codes
const OF_THE_NETWORK = ['ForbiddenByFirewall', 'ForbiddenByConnection'];
const OF_ACCESS_POLICIES = ['AccessDenied', 'ForbiddenByPolicy'];

async function refusal(work: Promise<void>): Promise<GatewayError | undefined> {
  try {
    await work;
    return undefined;
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

const isPermission = (error: GatewayError): boolean =>
  error.code === 'FORBIDDEN' && !OF_THE_NETWORK.includes(refusalCodeOf(error) ?? '');

function setPolicyCommand({ objectId }: Identity, vault: string, role: string): string {
  const permissions = role === SECRETS_USER ? 'get list' : 'list';
  return `az keyvault set-policy --name ${vault} --object-id ${objectId} --secret-permissions ${permissions}`;
}

function wayTo(vault: string, error: GatewayError): string {
  if (error.code === 'FORBIDDEN') {
    return `Let the gateway through the vault's firewall, or give it a private endpoint: az keyvault network-rule add --name ${vault} --subnet <id of the gateway's subnet>`;
  }
  if (error.code === 'THROTTLED') return 'Wait that long, and check again.';
  if (error.code === 'IDENTITY_UNAVAILABLE') {
    return `The vault is in another tenant than the identity, or in another cloud than AZURE_CLOUD: az keyvault show --name ${vault} --query properties.tenantId`;
  }
  return `See that the vault exists and where: az keyvault list --query "[?name=='${vault}']" --output table. With a private endpoint, that the gateway's DNS knows privatelink.vaultcore.azure.net.`;
}
