import { folded, isName } from './name.ts';

/** What an ARM id names. */
export interface ResourceId {
  readonly kind: 'resource' | 'group' | 'subscription';
  /** As it was given, without a slash at the end. */
  readonly id: string;
  readonly subscriptionId: string;
  /** Undefined of a subscription, and of what is in none of its groups. */
  readonly resourceGroup: string | undefined;
  /** Namespace and types, such as `Microsoft.Network/virtualNetworks/subnets`; of an extension its own. */
  readonly type: string;
  /** The last one. */
  readonly name: string;
}

/** Reads the id of a subscription, a resource group or a resource. Undefined where the text is anything else, a tenant's id included. */
export function parseResourceId(text: string): ResourceId | undefined {
  if (text.length > MAX_CHARACTERS) return undefined;
  const id = withoutSlash(text);
  const [root, subscriptions = '', subscriptionId = '', ...rest] = id.split('/');
  if (root !== '' || !isKeyword(subscriptions, 'subscriptions') || !isName.subscriptionId(subscriptionId))
    return undefined;
  const subscription = { id, subscriptionId };
  if (rest.length === 0) return { ...subscription, ...A_SUBSCRIPTION, resourceGroup: undefined, name: subscriptionId };

  const isInGroup = isKeyword(rest[0], 'resourceGroups');
  const resourceGroup = isInGroup ? rest[1] : undefined;
  if (isInGroup && !isName.groupName(resourceGroup ?? '')) return undefined;
  const resource = isInGroup ? rest.slice(2) : rest;
  if (resource.length === 0) return { ...subscription, ...A_GROUP, resourceGroup, name: resourceGroup ?? '' };
  const own = ownPartOf(resource);
  return own && { ...subscription, kind: 'resource', resourceGroup, ...own };
}

/**
 * The id itself and those of the resources that it lies in or extends, nearest first: a resource that Resource Graph does not hold
 * is found by the first of these that it does. Of a subscription or a group that is its id alone; empty where the text is no id.
 */
export function ancestorsOf(text: string): readonly string[] {
  const ids: string[] = [];
  for (let own = parseResourceId(text); own; own = parseResourceId(parentOf(own.id))) {
    if (own.kind !== 'resource' && ids.length > 0) break;
    ids.push(own.id);
  }
  return ids;
}

/** What to compare ids and to key them by. */
export const foldedId = (id: string): string => folded(withoutSlash(id));

const MAX_CHARACTERS = 4096;

const A_SUBSCRIPTION = { kind: 'subscription', type: 'Microsoft.Resources/subscriptions' } as const;
const A_GROUP = { kind: 'group', type: 'Microsoft.Resources/subscriptions/resourceGroups' } as const;

const NAMESPACE = /^[a-z0-9]+(?:[.-][a-z0-9]+)*$/i;
const TYPE = /^[a-z0-9][a-z0-9_.-]*$/i;
// Single spaces are in the names of some alert rules and views. Where anything else of these stands, it is text with an id in it.
// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
const NAME = /^(?![\s.,;:])(?!.*(?:\s\s|[^\S ]))[^\\?#'"`<>{}*|%\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,260}(?<![\s.,;:])$/u;

/** The type and name behind the last `providers` of the part of an id below its group; undefined where any of it is malformed. */
function ownPartOf(segments: readonly string[]): { type: string; name: string } | undefined {
  let own: { type: string; name: string } | undefined;
  for (let nth = 0; nth < segments.length; nth += 2) {
    const [type = '', name = ''] = segments.slice(nth, nth + 2);
    if (isKeyword(type, 'providers')) {
      if (own?.name === '' || !NAMESPACE.test(name)) return undefined;
      own = { type: name, name: '' };
    } else {
      if (!own || !isType(type) || !NAME.test(name)) return undefined;
      own = { type: `${own.type}/${type}`, name };
    }
  }
  return own?.name ? own : undefined;
}

// No type is called so: it is one id behind another.
const isType = (text: string): boolean => TYPE.test(text) && !isKeyword(text, 'resourceGroups');

/** Without the last type and name, and without `providers` and its namespace where nothing else is left of them. */
const parentOf = (id: string): string => id.replace(/\/[^/]+\/[^/]+$/, '').replace(/\/providers\/[^/]+$/i, '');

const withoutSlash = (id: string): string => (id.endsWith('/') ? id.slice(0, -1) : id);

const isKeyword = (text: string | undefined, keyword: string): boolean =>
  text !== undefined && folded(text) === folded(keyword);
