// The queries of the tests about Resource Graph, read by Microsoft's own engine in one place: loading it takes a second.
export const NAMES = 'Resources | project name, id | order by id asc';
export const STORAGE =
  "Resources | where type =~ 'Microsoft.Storage/storageAccounts' | project name, resourceGroup, location, sku.name";
export const GROUPS =
  "ResourceContainers | where type endswith '/resourcegroups' | project name, resourceGroup | order by name asc";
export const COUNT = 'Resources | count';
export const NEW_ONES =
  "Resources | where name startswith 'new-' | project name, size = properties.size | order by name asc";
export const CHANGES = `ResourceChanges
| extend at = todatetime(properties.changeAttributes.timestamp), change = tostring(properties.changeType)
| order by at asc
| project change, tostring(properties.targetResourceId), properties.targetResourceType, properties.changes`;
export const CHANGED_AT = `Resources
| where name startswith 'new-'
| extend key = tolower(id)
| join kind=leftouter (
    ResourceChanges
    | extend key = tolower(tostring(properties.targetResourceId)), at = todatetime(properties.changeAttributes.timestamp)
    | summarize changedAt = max(at) by key
  ) on key
| order by name asc
| project name, changedAt`;
export const ORPHANED_DISKS =
  "Resources | where type =~ 'microsoft.compute/disks' and isempty(managedBy) and properties.diskState == 'Unattached' | project name | order by name asc";
export const ORPHANED_ADDRESSES =
  "Resources | where type =~ 'microsoft.network/publicipaddresses' and isnull(properties.ipConfiguration) and isnull(properties.natGateway) | project name | order by name asc";
export const UNTAGGED = "Resources | where isempty(tags) or tags == '{}' | project name | order by name asc";
export const FLEET =
  "Resources | where name contains 'fleet' | summarize count() by type | order by type asc | project type, count_";
