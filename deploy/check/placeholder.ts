import type { Finding } from './finding.ts';
import { everyPlace, type Place } from './place.ts';

const GUID = '00000000-0000-0000-0000-000000000000';

/** What scripts fill into a file, and a value that such a name could have. */
const EXAMPLES: Readonly<Record<string, string>> = {
  AUDIT_KEY: 'what-a-secret-of-32-characters-or-more-would-hold',
  AZURE_CLIENT_ID: GUID,
  AZURE_SUBSCRIPTION_ID: GUID,
  AZURE_TENANT_ID: GUID,
  CALLER_AUDIENCE: GUID,
  DNS_LABEL: 'gateway-contoso',
  GROUP_NAME: 'gateway',
  IDENTITY_ID: `/subscriptions/${GUID}/resourceGroups/gateway/providers/Microsoft.ManagedIdentity/userAssignedIdentities/gateway`,
  IMAGE: 'ghcr.io/owner/azure-graphql-gateway:0.1.0',
  KEYVAULT_VAULT_NAME: 'contoso-vault',
  LOCATION: 'westeurope',
  POLICY_BASE64: 'cGVybWl0',
  SUBNET_ID: `/subscriptions/${GUID}/resourceGroups/gateway/providers/Microsoft.Network/virtualNetworks/gateway/subnets/gateway`,
  TLS_CERT_BASE64: 'Y2VydA==',
  TLS_KEY_BASE64: 'a2V5',
};

const PLACEHOLDER = /\$\{(\w*)\}/g;

/** The text with an example in each place that a script fills. */
export function filled(text: string): string {
  return text.replaceAll(PLACEHOLDER, (written, name: string) => EXAMPLES[name] ?? written);
}

/** `${NAME}`s that no script fills. */
export function unfilled(place: Place): Finding[] {
  return everyPlace(place).flatMap((one) =>
    [one.text() ?? '', one.key].flatMap((text) =>
      [...text.matchAll(PLACEHOLDER)]
        .filter(([, name = '']) => !Object.hasOwn(EXAMPLES, name))
        .map(([written]) => one.wrong(`no script fills ${written}.`)),
    ),
  );
}
