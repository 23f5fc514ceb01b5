import { guidOf } from '../identifier.ts';
import type { World } from '../world.ts';
import { createGroup, createSubscription } from './estate.ts';
import { createSecret } from './vaults.ts';

/** Azure's own limit. */
const MAX_GROUPS_PER_SUBSCRIPTION = 980;
const LOCATIONS = ['eastus', 'westeurope', 'northeurope', 'westus2', 'southeastasia'];
const TEAMS = ['payments', 'search', 'inventory', 'platform'];

/** Makes the world large: subscriptions "Contoso Fleet 001", ... that the gateway's identities may read, and secrets. */
export function addFleet(
  world: World,
  options: { subscriptions?: number; groupsPerSubscription?: number; secrets?: number },
): void {
  const { groupsPerSubscription = MAX_GROUPS_PER_SUBSCRIPTION, secrets = 0 } = options;
  const { subscriptions = options.groupsPerSubscription === undefined ? 0 : 1 } = options;
  if (groupsPerSubscription > MAX_GROUPS_PER_SUBSCRIPTION) {
    throw new RangeError(`A subscription holds at most ${MAX_GROUPS_PER_SUBSCRIPTION} resource groups.`);
  }
  for (let index = 1; index <= subscriptions; index += 1) addSubscription(world, index, groupsPerSubscription);
  for (let index = 1; index <= secrets; index += 1) {
    world.vaults[0]?.secrets.push(createSecret(`fleet-secret-${String(index).padStart(4, '0')}`));
  }
}

function addSubscription(world: World, number: number, groups: number): void {
  const label = String(number).padStart(3, '0');
  const subscription = createSubscription(`Contoso Fleet ${label}`);
  world.subscriptions.push(subscription);
  for (let index = 0; index < groups; index += 1) {
    const name = `rg-fleet-${label}-${String(index + 1).padStart(4, '0')}`;
    const tags = { env: index % 2 === 0 ? 'prod' : 'dev', team: pick(TEAMS, index) };
    world.resourceGroups.push(createGroup(subscription, name, pick(LOCATIONS, index), tags));
  }
  for (const { principalId } of world.identities) {
    const id = guidOf(`${principalId} Reader ${subscription.id}`);
    world.roleAssignments.push({ id, principalId, role: 'Reader', scope: subscription.id });
  }
}

function pick(values: readonly string[], index: number): string {
  return values[index % values.length] ?? '';
}
