import type { World } from '../emulator/azure.ts';
import { putResource } from '../emulator/resource-changes.ts';

const HOUR_IN_MS = 3_600_000;

/**
 * What somebody did in contoso before the demo began: a machine was resized the day before yesterday, an account tagged today,
 * and of two secrets that were to be replaced in time one was forgotten.
 */
export function changeSome(world: World): void {
  change(world, 'vm-jump-prod', 50, ({ properties, ...machine }) => ({
    ...machine,
    properties: { ...properties, hardwareProfile: { vmSize: 'Standard_D2s_v5' } },
  }));
  change(world, 'ststorefrontprod', 3, ({ tags, ...account }) => ({ ...account, tags: { ...tags, reviewed: 'yes' } }));
  expire(world, 'payments-db-password', -3);
  expire(world, 'payments-gateway-token', 12);
}

type Resource = World['resources'][number];

function change(world: World, name: string, hoursAgo: number, changed: (resource: Resource) => Resource): void {
  const resource = world.resources.find((one) => one.name === name);
  if (!resource) throw new RangeError(`Contoso has no resource '${name}'.`);
  const now = () => Date.now() - hoursAgo * HOUR_IN_MS;
  putResource(world, changed(resource), { now, sleep: () => Promise.resolve() });
}

function expire({ vaults }: World, name: string, inDays: number): void {
  const newest = vaults.flatMap(({ secrets }) => secrets.find((one) => one.name === name)?.versions.at(-1) ?? [])[0];
  if (!newest) throw new RangeError(`Contoso has no secret '${name}'.`);
  newest.expiresAt = new Date(Date.now() + inDays * 24 * HOUR_IN_MS).toISOString();
}
