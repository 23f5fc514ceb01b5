import type { Clients } from '../../azure/clients.ts';
import type { Identity } from '../../azure/identity.ts';
import type { Config } from '../../config.ts';
import { GatewayError } from '../../errors.ts';
import { failed, ok, type Row, withPatience } from './row.ts';

const WHAT = 'identity';

/** Gets a token for ARM, and says whose it is. `identity` is absent where there is none. */
export async function checkIdentity(
  clients: Clients,
  { kind }: Config['credential'],
  signal: AbortSignal,
): Promise<{ readonly row: Row; readonly identity?: Identity }> {
  try {
    const identity = await withPatience(clients.whoAmI(), signal, 'The identity endpoint');
    return { identity, row: ok(WHAT, described(kind, identity)) };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const code = entraCodeOf(error);
    return { row: failed(WHAT, code ? `${error.message} Entra says ${code}.` : error.message, FIXES[kind]) };
  }
}

const FIXES: Readonly<Record<Config['credential']['kind'], string>> = {
  'managed-identity':
    'Assign a managed identity to this machine, container group or pod. AZURE_CLIENT_ID names a user-assigned one, and is left out for the system-assigned one. No proxy may stand before 169.254.169.254.',
  'workload-identity':
    "Compare the identity's federated credential with the pod's service account: az identity federated-credential list --identity-name <name> --resource-group <group> --output table",
  developer: 'az login',
};

function described(kind: string, { objectId, clientId, tenantId }: Identity): string {
  const parts = Object.entries({ 'object id': objectId, application: clientId, tenant: tenantId });
  return [kind, ...parts.flatMap(([name, value]) => (value ? [`${name} ${value}`] : []))].join(', ');
}

/** Entra's number for a refusal, such as AADSTS700213, from wherever the SDK has put it. */
function entraCodeOf(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { errorNo } = cause as { readonly errorNo?: unknown };
    if (/^\d{4,7}$/.test(String(errorNo))) return `AADSTS${errorNo}`;
  }
  return undefined;
}
