import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import { sameName } from './identifier.ts';
import { roleNames } from './roles.ts';
import type { RoleAssignment, SecretVersion, World } from './world.ts';

export type NewRoleAssignment = Omit<RoleAssignment, 'id'>;

export interface NewSecret {
  readonly vault: string;
  readonly name: string;
  readonly value: string;
  readonly contentType?: string;
  readonly enabled?: boolean;
  readonly expiresAt?: string;
  readonly notBefore?: string;
  readonly tags?: Record<string, string>;
}

const SECRET_NAME = /^[0-9a-zA-Z-]{1,127}$/;

/** Thrown when a change names a vault that does not exist. */
export class UnknownVaultError extends RangeError {}

export function assignRole(world: World, { principalId, role, scope }: NewRoleAssignment): RoleAssignment {
  const name = roleNames.find((known) => sameName(known, role));
  if (!name) throw new RangeError(`There is no role '${role}'. The roles are: ${roleNames.join(', ')}.`);
  const assignment = { id: randomUUID(), principalId, role: name, scope };
  world.roleAssignments.push(assignment);
  return assignment;
}

export function removeRole(world: World, id: string): boolean {
  const index = world.roleAssignments.findIndex((assignment) => sameName(assignment.id, id));
  if (index >= 0) world.roleAssignments.splice(index, 1);
  return index >= 0;
}

/** Adds a version to the secret, and the secret where it is new; a soft-deleted one is recovered by it. */
export function setSecret(world: World, secret: NewSecret, clock: Clock): SecretVersion {
  const { vault: vaultName, name, enabled = true, ...given } = secret;
  const vault = world.vaults.find((one) => sameName(one.name, vaultName));
  if (!vault) throw new UnknownVaultError(`There is no vault '${vaultName}'.`);
  if (!SECRET_NAME.test(name)) {
    throw new RangeError(`'${name}' is no secret name: 1 to 127 letters, digits and hyphens.`);
  }
  const now = new Date(clock.now()).toISOString();
  const version = { version: randomUUID().replaceAll('-', ''), ...given, enabled, createdAt: now, updatedAt: now };
  const existing = vault.secrets.find((one) => sameName(one.name, name));
  if (!existing) {
    vault.secrets.push({ name, versions: [version] });
    return version;
  }
  existing.versions.push(version);
  delete existing.deletedAt;
  delete existing.scheduledPurgeAt;
  return version;
}
