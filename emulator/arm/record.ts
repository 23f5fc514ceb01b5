import { regionOf } from '../identifier.ts';
import type { Resource, ResourceGroup, Subscription, Tenant } from '../world.ts';

/** A subscription as ARM writes it. */
export function subscriptionRecord({ id, subscriptionId, displayName, state }: Subscription, tenant: Tenant) {
  return {
    id,
    authorizationSource: 'RoleBased',
    managedByTenants: [],
    subscriptionId,
    tenantId: tenant.id,
    displayName,
    state,
    subscriptionPolicies: {
      locationPlacementId: 'Public_2014-09-01',
      quotaId: 'PayAsYouGo_2014-09-01',
      spendingLimit: 'Off',
    },
  };
}

/** A resource group as ARM writes it: no `tags` and no `managedBy` where there are none. */
export function groupRecord({ id, name, location, tags, managedBy, provisioningState }: ResourceGroup) {
  return {
    id,
    name,
    type: 'Microsoft.Resources/resourceGroups',
    location,
    ...(managedBy === undefined ? {} : { managedBy }),
    ...(tags === undefined ? {} : { tags }),
    properties: { provisioningState },
  };
}

/** A resource as a GET of its id answers it, which is its provider's word: with `properties`, and nothing that is absent. */
export function wholeResourceRecord(resource: Resource) {
  const { id, name, type, kind, location, managedBy, sku, plan, properties, identity, zones } = resource;
  const { extendedLocation, tags, provisioningState } = resource;
  const fields = { id, name, type, kind, location, managedBy, sku, plan, identity, zones, extendedLocation, tags };
  return { ...fields, properties: properties ?? { provisioningState } };
}

/** A resource as ARM's lists write it; `createdTime`, `changedTime` and `provisioningState` only when expanded. */
export function resourceRecord(resource: Resource, expand: readonly string[], withTags: boolean) {
  const {
    id,
    name,
    type,
    kind,
    sku,
    identity,
    managedBy,
    location,
    tags,
    createdTime,
    changedTime,
    provisioningState,
  } = resource;
  const expandable = { createdTime, changedTime, provisioningState };
  return {
    id,
    name,
    type,
    ...(kind === undefined ? {} : { kind }),
    ...(sku === undefined ? {} : { sku }),
    ...(identity === undefined ? {} : { identity }),
    ...(managedBy === undefined ? {} : { managedBy }),
    location: regionOf(location),
    ...(tags === undefined || !withTags ? {} : { tags }),
    ...Object.fromEntries(Object.entries(expandable).filter(([field]) => expand.includes(field))),
  };
}
