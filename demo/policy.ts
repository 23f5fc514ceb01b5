import type { World } from '../emulator/azure.ts';
import { issuerOf } from '../emulator/entra/tokens.ts';

/** What contoso's access policy is added to for the demo: Ada sees when the payments team's secrets expire, and reads no value. */
export function watching({ tenant, applications }: World): string {
  const ada = applications.find(({ displayName }) => displayName === 'Ada');
  return `
@id("ada-watches-payments")
permit (
  principal == Caller::"${issuerOf(tenant)}|${ada?.principalId}",
  action == Action::"readSecretProperties",
  resource in Vault::"contoso-payments"
);
`;
}
