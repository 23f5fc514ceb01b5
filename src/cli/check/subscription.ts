import type { Identity } from '../../azure/identity.ts';
import type { AzureProbes } from '../../azure/probe.ts';
import { GatewayError } from '../../errors.ts';
import { grantCommand, subscriptionScope } from './role.ts';
import { failed, ok, type Row, warning } from './row.ts';

const CURRENT = '"/subscriptions/$(az account show --query id --output tsv)"';

/** A row for the subscription that is the default, or for each that the identity sees. */
export async function checkSubscriptions(
  azure: AzureProbes,
  identity: Identity,
  defaultSubscription: string | undefined,
): Promise<readonly Row[]> {
  if (defaultSubscription !== undefined) return [await checkSubscription(azure, identity, defaultSubscription)];
  const what = 'subscriptions';
  try {
    const seen = await azure.subscriptions();
    if (seen.length === 0) {
      const fix = grantCommand(identity, 'Reader', CURRENT);
      return [failed(what, "The gateway's identity sees no subscription. Grant it the role Reader on one.", fix)];
    }
    const each = await Promise.all(seen.map((subscriptionId) => checkSubscription(azure, identity, subscriptionId)));
    return [ok(what, `the identity sees ${seen.length}`), ...each];
  } catch (error) {
    return [unreadable(what, error, identity, CURRENT)];
  }
}

async function checkSubscription(azure: AzureProbes, identity: Identity, subscriptionId: string): Promise<Row> {
  const what = `subscription ${subscriptionId}`;
  const scope = subscriptionScope(subscriptionId);
  const fix = grantCommand(identity, 'Reader', scope);
  try {
    const { count, isWhole } = await azure.groups(subscriptionId);
    if (isWhole) return ok(what, `resource groups may be read, ${count} on the first page`);
    if (count > 0) {
      return warning(what, `Only ${count} resource groups may be read: the role Reader is given below it alone.`, fix);
    }
    return failed(what, "The gateway's identity may read no resource group there: the role Reader is missing.", fix);
  } catch (error) {
    return unreadable(what, error, identity, scope);
  }
}

function unreadable(what: string, error: unknown, identity: Identity, scope: string): Row {
  if (!(error instanceof GatewayError)) throw error;
  return failed(what, error.message, FIXES[error.code] ?? grantCommand(identity, 'Reader', scope));
}

const WAY = 'See that the gateway may reach Azure Resource Manager on port 443, HTTPS_PROXY and NO_PROXY included.';
const FIXES: Partial<Record<GatewayError['code'], string>> = {
  BAD_USER_INPUT: 'Set AZURE_SUBSCRIPTION_ID to one of: az account list --query "[].id" --output tsv',
  IDENTITY_UNAVAILABLE: "Compare AZURE_CLOUD with the cloud, and the subscription's tenant with the identity's.",
  THROTTLED: 'Wait that long, and check again.',
  UPSTREAM_UNAVAILABLE: WAY,
  UPSTREAM_TIMEOUT: WAY,
  INTERNAL: 'Report it with what `LOG_LEVEL=debug azure-graphql-gateway start` logs at the first query.',
};
