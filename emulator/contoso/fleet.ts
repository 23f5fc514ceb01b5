import { guidOf } from '../identifier.ts';
import type { ResourceGroup, World } from '../world.ts';
import { createGroup, createSubscription } from './estate.ts';
import { fleetResources } from './fleet-resources.ts';
import { createSecret } from './vaults.ts';

/** Azure's own limit. */
const MAX_GROUPS_PER_SUBSCRIPTION = 980;
const LOCATIONS = ['eastus', 'westeurope', 'northeurope', 'westus2', 'southeastasia'];
const TEAMS = ['payments', 'search', 'inventory', 'platform'];

export interface FleetOptions {
  readonly subscriptions?: number;
  readonly groupsPerSubscription?: number;
  readonly resources?: number;
  readonly secrets?: number;
}

/** Makes the world large: subscriptions "Contoso Fleet 001", ... that the gateway's identities may read, and secrets. */
export function addFleet(world: World, options: FleetOptions): void {
  const { groupsPerSubscription = MAX_GROUPS_PER_SUBSCRIPTION, resources = 0, secrets = 0 } = options;
  const isLarger = options.groupsPerSubscription !== undefined || resources > 0;
  const { subscriptions = isLarger ? 1 : 0 } = options;
  if (groupsPerSubscription > MAX_GROUPS_PER_SUBSCRIPTION) {
    throw new RangeError(`A subscription holds at most ${MAX_GROUPS_PER_SUBSCRIPTION} resource groups.`);
  }
  if (resources > 0 && subscriptions * groupsPerSubscription === 0) {
    throw new RangeError('Resources need at least one subscription and one group.');
  }
  for (let index = 1; index <= subscriptions; index += 1) {
    const groups = addSubscription(world, index, groupsPerSubscription);
    const share =
      Math.floor((resources * index) / subscriptions) - Math.floor((resources * (index - 1)) / subscriptions);
    for (const resource of fleetResources(groups, share)) world.resources.push(resource);
  }
  for (let index = 1; index <= secrets; index += 1) {
    world.vaults[0]?.secrets.push(createSecret(`fleet-secret-${String(index).padStart(4, '0')}`));
  }
}

function addSubscription(world: World, number: number, count: number): ResourceGroup[] {
  const label = String(number).padStart(3, '0');
  const subscription = createSubscription(`Contoso Fleet ${label}`);
  world.subscriptions.push(subscription);
  const groups = Array.from({ length: count }, (_, index) => {
    const name = `rg-fleet-${label}-${String(index + 1).padStart(4, '0')}`;
    const tags = { env: index % 2 === 0 ? 'prod' : 'dev', team: pick(TEAMS, index) };
    return createGroup(subscription, name, pick(LOCATIONS, index), tags);
  });
  for (const group of groups) world.resourceGroups.push(group);
  for (const { principalId } of world.identities) {
    const id = guidOf(`${principalId} Reader ${subscription.id}`);
    world.roleAssignments.push({ id, principalId, role: 'Reader', scope: subscription.id });
  }
  return groups;
}

function pick(values: readonly string[], index: number): string {
  return values[index % values.length] ?? '';
}
