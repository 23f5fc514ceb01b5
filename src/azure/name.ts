import { GatewayError } from '../errors.ts';

// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const GROUP_NAME = /^[\p{L}\p{N}_().-]{0,89}[\p{L}\p{N}_()-]$/u;
const GROUP_NAME_PREFIX = /^[\p{L}\p{N}_().-]{0,90}$/u;
const LOCATION = /^(?=.*[a-z0-9])[a-z0-9 ]{1,90}$/i;
// Azure's own have a slash: hidden-link:/subscriptions/...
const TAG_KEY = /^[^<>%&\\?\p{Cc}]{1,512}$/u;
const TAG_VALUE = /^[^\p{Cc}]{0,256}$/u;
const VAULT_NAME = /^(?!.*--)[a-z][a-z0-9-]{1,22}[a-z0-9]$/i;
const SECRET_NAME = /^[0-9a-z-]{1,127}$/i;
const RESOURCE_TYPE = /^[a-z][\w.-]{0,127}(\/[a-z0-9][\w.-]{0,127}){1,10}$/i;
const SEARCH_TEXT = /^[^\p{Cc}]{1,260}$/u;
const SECRET_VERSION = /^[0-9a-f]{32}$/i;

/** Each gives back a name that Azure's own grammar allows, or throws BAD_USER_INPUT before anything is spent upstream. */
export const checked = {
  subscriptionId: rule('subscriptionId', GUID, 'a GUID'),
  groupName: rule(
    'The resource group name',
    GROUP_NAME,
    '1 to 90 letters, digits, underscores, hyphens, periods and parentheses, not ending in a period',
  ),
  groupNamePrefix: rule(
    'namePrefix',
    GROUP_NAME_PREFIX,
    'at most 90 letters, digits, underscores, hyphens, periods and parentheses',
  ),
  location: rule('location', LOCATION, 'a region such as eastus or East US'),
  tagKey: rule('The tag key', TAG_KEY, '1 to 512 characters without < > % & \\ ? or control characters'),
  tagValue: rule('The tag value', TAG_VALUE, 'at most 256 characters without control characters'),
  vaultName: rule(
    'The vault name',
    VAULT_NAME,
    "the vault's name alone: 3 to 24 letters, digits and single hyphens, beginning with a letter",
  ),
  secretName: rule('The secret name', SECRET_NAME, '1 to 127 letters, digits and hyphens'),
  resourceType: rule('The type', RESOURCE_TYPE, 'namespace/type, such as Microsoft.Compute/disks'),
  searchText: rule('The name', SEARCH_TEXT, '1 to 260 characters without control characters'),
  secretVersion: rule('The secret version', SECRET_VERSION, '32 hexadecimal digits'),
};

/** The same grammars, for text that may be a name or anything else. */
export const isName = {
  subscriptionId: (text: string): boolean => GUID.test(text),
  groupName: (text: string): boolean => GROUP_NAME.test(text),
  vaultName: (text: string): boolean => VAULT_NAME.test(text),
  secretName: (text: string): boolean => SECRET_NAME.test(text),
  secretVersion: (text: string): boolean => SECRET_VERSION.test(text),
};

/** Azure's names have no letter case: what to compare and to key by. */
export const folded = (name: string): string => name.toLowerCase();

/**
 * The same of the letters A to Z alone. What is sent to Azure is folded so: of some others, such as the Kelvin sign, the lower case is
 * another letter to Azure.
 */
export const foldedLatin = (text: string): string => text.replace(/[A-Z]+/g, folded);

/** A region's name: `East US` is the display name of `eastus`. */
export const regionName = (location: string): string => folded(location).replaceAll(' ', '');

/** Orders records by name without letter case, then by id, so that equal names of two subscriptions keep their order. */
export function byName(a: { name: string; id: string }, b: { name: string; id: string }): number {
  return compare(folded(a.name), folded(b.name)) || compare(folded(a.id), folded(b.id));
}

export const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

// The value is not repeated: it may be long, and it may be a secret pasted into the wrong place.
function rule(what: string, grammar: RegExp, form: string): (value: string) => string {
  return (value) => {
    if (!grammar.test(value)) throw new GatewayError('BAD_USER_INPUT', `${what} is not one of Azure's: give ${form}.`);
    return value;
  };
}
