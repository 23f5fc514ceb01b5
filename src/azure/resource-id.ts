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
export const parseResourceId = (text: string): ResourceId | undefined => parsed(text, () => ANY_NAME);

/**
 * The same of a text that may as well say anything about a resource: undefined where the id goes on with what Azure has in names of few
 * types, or ends with what ends a text.
 */
export const parseReference = (text: string): ResourceId | undefined =>
  parsed(text, (type) => (FREELY_NAMED.has(folded(type)) ? FREE_NAME : PLAIN_NAME));

function parsed(text: string, nameOf: NameGrammar): ResourceId | undefined {
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
  const own = ownPartOf(resource, nameOf);
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

/**
 * Whether it is an id as `foldedId` or Resource Graph gives it, whatever characters its names have: what Azure holds need not be what
 * may be asked for. Lower case from A to Z alone, as Azure's is another than ours beyond.
 */
export const isFoldedId = (text: string): boolean => FOLDED_ID.test(text);

/** The id as the path of a URL. The SDK takes one for encoded: a `#` in a name would end it. */
export const armPathOf = (id: string): string => id.split('/').map(encodeURIComponent).join('/');

const MAX_CHARACTERS = 4096;

const A_SUBSCRIPTION = { kind: 'subscription', type: 'Microsoft.Resources/subscriptions' } as const;
const A_GROUP = { kind: 'group', type: 'Microsoft.Resources/subscriptions/resourceGroups' } as const;

const NAMESPACE = /^[a-z0-9]+(?:[.-][a-z0-9]+)*$/i;
const TYPE = /^[a-z0-9][a-z0-9_.-]*$/i;

/** What the name of a resource of a type is. */
type NameGrammar = (type: string) => RegExp;

// What no type's names have, line ends and halves of a character included. None ends with a period, so that none leads up a path.
// https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
const CHARACTERS = String.raw`[^\\/?%\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,260}(?<![\s.])`;
const ANY_NAME = new RegExp(`^${CHARACTERS}$`, 'u');
const HELD_NAME = String.raw`[^A-Z/\p{Cc}\p{Cs}\p{Zl}\p{Zp}]+`;
const HELD_TYPE = `(?!providers/)[a-z0-9][a-z0-9_.-]*`;
const FOLDED_ID = new RegExp(
  `^/subscriptions/[0-9a-f-]{36}(?:/resourcegroups/${HELD_NAME})?(?:/providers/[a-z0-9.-]+(?:/${HELD_TYPE}/${HELD_NAME})+)*$`,
  'u',
);
// Quotes, brackets and commas at an end are the text's around an id.
const FREE_NAME = new RegExp(String.raw`^(?![\s.,;:'"\x60<>{}*|])${CHARACTERS}(?<![,;:'"\x60<>{}*|])$`, 'u');
const PLAIN_NAME = new RegExp(String.raw`^(?![^#]*(?:#|\s\s|[^\S ]))${FREE_NAME.source.slice(1)}`, 'u');

// Of these the page says what their names may not have, not what they have: people name them as in a sentence.
const FREELY_NAMED: ReadonlySet<string> = new Set(
  [
    'Microsoft.Authorization/policyAssignments',
    'Microsoft.Authorization/policyDefinitions',
    'Microsoft.Authorization/policySetDefinitions',
    'Microsoft.Automation/automationAccounts/certificates',
    'Microsoft.Automation/automationAccounts/connections',
    'Microsoft.Automation/automationAccounts/credentials',
    'Microsoft.Automation/automationAccounts/schedules',
    'Microsoft.Automation/automationAccounts/variables',
    'Microsoft.Automation/automationAccounts/webhooks',
    'Microsoft.CustomProviders/associations',
    'Microsoft.CustomProviders/resourceProviders',
    'Microsoft.DataFactory/factories/dataflows',
    'Microsoft.DataFactory/factories/datasets',
    'Microsoft.DataFactory/factories/linkedservices',
    'Microsoft.DataFactory/factories/pipelines',
    'Microsoft.DataFactory/factories/triggers',
    'Microsoft.Insights/actionGroups',
    'Microsoft.Insights/activityLogAlerts',
    'Microsoft.Insights/components',
    'Microsoft.Insights/metricAlerts',
    'Microsoft.Insights/scheduledQueryRules',
    'Microsoft.Sql/servers/databases',
    'Microsoft.Sql/servers/elasticPools',
    'Microsoft.Synapse/workspaces/sqlPools',
  ].map(folded),
);

/** The type and name behind the last `providers` of the part of an id below its group; undefined where any of it is malformed. */
function ownPartOf(segments: readonly string[], nameOf: NameGrammar): { type: string; name: string } | undefined {
  let own: { type: string; name: string } | undefined;
  for (let nth = 0; nth < segments.length; nth += 2) {
    const [type = '', name = ''] = segments.slice(nth, nth + 2);
    if (isKeyword(type, 'providers')) {
      if (own?.name === '' || !NAMESPACE.test(name)) return undefined;
      own = { type: name, name: '' };
    } else {
      if (!own || !isType(type)) return undefined;
      own = { type: `${own.type}/${type}`, name };
      if (!nameOf(own.type).test(name)) return undefined;
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
