import type { World } from './world.ts';

interface RoleDefinition {
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly dataActions: readonly string[];
}

const keyVaultActions = [
  'Microsoft.Authorization/*/read',
  'Microsoft.KeyVault/vaults/*/read',
  'Microsoft.Resources/subscriptions/resourceGroups/read',
];

const definitions: Readonly<Record<string, RoleDefinition>> = {
  Owner: { actions: ['*'], notActions: [], dataActions: [] },
  Contributor: {
    actions: ['*'],
    notActions: ['Microsoft.Authorization/*/Delete', 'Microsoft.Authorization/*/Write'],
    dataActions: [],
  },
  Reader: { actions: ['*/read'], notActions: [], dataActions: [] },
  'Key Vault Administrator': keyVaultRole(['Microsoft.KeyVault/vaults/*']),
  'Key Vault Secrets Officer': keyVaultRole(['Microsoft.KeyVault/vaults/secrets/*']),
  'Key Vault Secrets User': keyVaultRole(
    ['Microsoft.KeyVault/vaults/secrets/getSecret/action', 'Microsoft.KeyVault/vaults/secrets/readMetadata/action'],
    [],
  ),
  'Key Vault Reader': keyVaultRole([
    'Microsoft.KeyVault/vaults/*/read',
    'Microsoft.KeyVault/vaults/secrets/readMetadata/action',
  ]),
};

/** The roles that can be assigned. */
export const roleNames: readonly string[] = Object.keys(definitions);

/** May the principal do this to the resource, by any of its assignments at the scope or above? */
export function isPermitted(world: World, principalId: string, action: string, scope: string): boolean {
  return rolesAt(world, principalId, scope).some(
    (role) => matchesAny(role.actions, action) && !matchesAny(role.notActions, action),
  );
}

/** As isPermitted, for what is inside a resource (a secret's value) instead of the resource itself. */
export function isDataPermitted(world: World, principalId: string, dataAction: string, scope: string): boolean {
  return rolesAt(world, principalId, scope).some((role) => matchesAny(role.dataActions, dataAction));
}

/** Has the principal any role at, above or below the scope? That alone makes a subscription visible. */
export function hasRoleAround(world: World, principalId: string, scope: string): boolean {
  return assignmentsOf(world, principalId).some(
    (assignment) => isWithin(scope, assignment.scope) || isWithin(assignment.scope, scope),
  );
}

export type Reader = (subscriptionId: string, action: string, scope: string) => boolean;

/** As isPermitted for reading, for very many scopes: decided once a subscription where a role in all of it decides. */
export function readerOf(world: World, principalId: string): Reader {
  const assignments = assignmentsOf(world, principalId);
  const known = new Map<string, 'all' | 'some' | 'none'>();
  const extent = (subscriptionId: string) => {
    const scope = `/subscriptions/${subscriptionId}`;
    if (rolesAt(world, principalId, scope).some(readsEverything)) return 'all';
    return assignments.some((one) => isWithin(one.scope, scope) || isWithin(scope, one.scope)) ? 'some' : 'none';
  };
  return (subscriptionId, action, scope) => {
    const found = known.get(subscriptionId) ?? extent(subscriptionId);
    known.set(subscriptionId, found);
    return found === 'all' || (found === 'some' && isPermitted(world, principalId, action, scope));
  };
}

function readsEverything({ actions, notActions }: RoleDefinition): boolean {
  const isRead = (pattern: string) => /^(\*|\*\/read)$/i.test(pattern);
  return actions.some(isRead) && notActions.every((pattern) => !/(\*|\/read)$/i.test(pattern));
}

function rolesAt(world: World, principalId: string, scope: string): RoleDefinition[] {
  return assignmentsOf(world, principalId)
    .filter((assignment) => isWithin(scope, assignment.scope))
    .flatMap((assignment) => definitions[assignment.role] ?? []);
}

function assignmentsOf(world: World, principalId: string) {
  return world.roleAssignments.filter((assignment) => assignment.principalId === principalId);
}

function isWithin(scope: string, ancestor: string): boolean {
  const prefix = ancestor.toLowerCase().replace(/\/+$/, '');
  const path = scope.toLowerCase();
  return path === prefix || path.startsWith(`${prefix}/`);
}

function matchesAny(patterns: readonly string[], action: string): boolean {
  return patterns.some((pattern) => {
    const [head = '', ...rest] = pattern.toLowerCase().split('*');
    const tail = rest.at(-1);
    const subject = action.toLowerCase();
    return tail === undefined ? subject === head : subject.startsWith(head) && subject.endsWith(tail);
  });
}

function keyVaultRole(dataActions: readonly string[], actions: readonly string[] = keyVaultActions): RoleDefinition {
  return { actions, notActions: [], dataActions };
}
