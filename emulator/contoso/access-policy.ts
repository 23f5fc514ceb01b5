import { issuerOf } from '../entra/tokens.ts';
import type { World } from '../world.ts';
import { identityName } from './principals.ts';

/** What contoso's callers may read through the gateway, in Cedar: the file that ACCESS_POLICY names. */
export function accessPolicy(world: World): string {
  const caller = (name: string) => {
    const application = world.applications.find(({ displayName }) => displayName === name);
    return `Caller::"${issuerOf(world.tenant)}|${application?.principalId}"`;
  };
  const vault = `Vault::"${world.vaults[0]?.name}"`;
  return `// Ada has the app role Estate.Reader.
@id("estate-readers-read-the-estate")
permit (principal in Role::"Estate.Reader", action == Action::"readEstate", resource);

// One service, one prefix; and the secret that everybody tries first.
@id("billing-reads-its-secrets")
permit (
  principal == ${caller(identityName.billing)},
  action in [Action::"readSecretProperties", Action::"readSecretValue"],
  resource in ${vault}
)
when { resource.name like "billing-*" || resource.name == "samplesecret" };

// The auditor sees that secrets exist and when they expire, and no value.
@id("auditor-reads-properties")
permit (principal == ${caller(identityName.auditor)}, action == Action::"readSecretProperties", resource);

// Overrides every grant above and any that is added.
@id("nobody-reads-root-keys")
forbid (principal, action == Action::"readSecretValue", resource)
when { resource.name like "root-*" };
`;
}
