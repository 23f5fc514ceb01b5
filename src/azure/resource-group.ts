import type { ResourceGroup as ArmResourceGroup } from '@azure/arm-resources';
import pLimit from 'p-limit';
import { GatewayError } from '../errors.ts';
import type { Read, Seen } from './cache/asked.ts';
import type { Clients } from './clients.ts';
import { given, isAbsent } from './errors.ts';
import { mergingLoader } from './loader.ts';
import { byName, checked, folded } from './name.ts';
import { armFilter, matcher, type ResourceGroupFilter } from './resource-group-filter.ts';
import { noSubscription, type Subscriptions } from './subscription.ts';
import { type Tag, tagList } from './tag.ts';
import { text } from './text.ts';

const SUBSCRIPTIONS_AT_A_TIME = 8;

export interface ResourceGroup extends Seen {
  readonly id: string;
  readonly name: string;
  readonly location: string;
  readonly tags: readonly Tag[];
  readonly provisioningState: string | undefined;
  readonly managedBy: string | undefined;
  readonly subscriptionId: string;
}

export interface InSubscription {
  readonly subscriptionId?: string | null | undefined;
  /** Where none is given: which of those that the identity sees are asked. */
  readonly among?: (subscriptionId: string) => boolean;
}

interface ListOptions {
  readonly where?: ResourceGroupFilter | null | undefined;
  readonly without?: (failure: GatewayError) => void;
}

export interface ResourceGroups {
  /** The subscription that a list is of: the one asked for, else the default one, else every one (undefined). */
  scopeOf(asked: string | null | undefined): { subscriptionId?: string };
  /** The checked name, and where it is looked for. Both throw BAD_USER_INPUT, and cost nothing. */
  named(of: { name: string; subscriptionId?: string | null | undefined }): { name: string; subscriptionId?: string };
  /** One group; null when absent. Without a subscription the name must be that of one group alone, else BAD_USER_INPUT. */
  get(of: InSubscription & { name: string }): Promise<ResourceGroup | null>;
  /** Every group of a subscription by name, where this request has listed them all; undefined where it has not. */
  wholeList(subscriptionId: string): Promise<readonly string[] | undefined>;
  /**
   * All groups by name: one ARM call a page and subscription. Of several subscriptions, `without` is told why one is missing;
   * where all are, or one is THROTTLED, the list fails.
   */
  list(of: InSubscription & ListOptions): Promise<readonly ResourceGroup[]>;
}

export function resourceGroups(clients: Clients, subscriptions: Subscriptions, read: Read): ResourceGroups {
  const upstream = (subscriptionId: string) => ({
    host: clients.armHost,
    grant: `the role Reader on subscription ${subscriptionId}`,
  });

  const groups = mergingLoader(getOne, ({ subscriptionId, name }) => `${subscriptionId}/${folded(name)}`);
  const lists = mergingLoader(listAll, ({ subscriptionId, filter }) => `${subscriptionId}?${filter ?? ''}`);

  const whole = new Map<string, Promise<readonly ResourceGroup[]>>();

  return { scopeOf, named, get, list, wholeList };

  async function wholeList(subscriptionId: string): Promise<readonly string[] | undefined> {
    const listed = await whole.get(folded(subscriptionId))?.catch(() => undefined);
    return listed?.map(({ name }) => name);
  }

  function scopeOf(asked: string | null | undefined): { subscriptionId?: string } {
    const one = asked == null ? clients.defaults.subscriptionId : checked.subscriptionId(asked);
    return one === undefined ? {} : { subscriptionId: folded(one) };
  }

  function named({ name, subscriptionId }: Parameters<ResourceGroups['get']>[0]) {
    return { name: checked.groupName(name), ...scopeOf(subscriptionId) };
  }

  async function list({ subscriptionId, where, among, without }: Parameters<ResourceGroups['list']>[0]) {
    const matches = matcher(where);
    const filter = armFilter(where);
    const found = await everywhere({ ...scopeOf(subscriptionId), among }, (each) =>
      lists.load({ subscriptionId: each, filter }).catch((error): Missing => missing(each, error)),
    );
    const failed = found.filter((each) => 'failure' in each);
    if (failed[0] && (!without || failed.length === found.length)) throw failed[0].failure;
    for (const each of failed) without?.(described(each));
    return found
      .flatMap((each) => ('failure' in each ? [] : each))
      .filter(matches)
      .sort(byName);
  }

  async function get({ name, subscriptionId, among }: Parameters<ResourceGroups['get']>[0]) {
    const asked = named({ name, subscriptionId });
    const found = await everywhere({ ...asked, among }, (each) => groups.load({ subscriptionId: each, name }));
    const [group = null, ...others] = found.filter((each) => each !== null);
    if (others.length > 0) throw ambiguous(name);
    return group;
  }

  /** Runs `work` for the one subscription, or for every one that the identity sees. */
  async function everywhere<Found>(scope: Where, work: (subscriptionId: string) => Promise<Found>) {
    if (scope.subscriptionId !== undefined) return [await work(scope.subscriptionId)];
    const all = await subscriptions.list();
    if (all.length === 0) throw noSubscription();
    const asked = all.map(({ subscriptionId }) => subscriptionId).filter(scope.among ?? (() => true));
    const limit = pLimit(SUBSCRIPTIONS_AT_A_TIME);
    return Promise.all(asked.map((subscriptionId) => limit(() => work(subscriptionId))));
  }

  function listAll({ subscriptionId, filter }: ListKey): Promise<readonly ResourceGroup[]> {
    const listed = listFrom({ subscriptionId, filter });
    if (filter === undefined) whole.set(folded(subscriptionId), listed);
    return listed;
  }

  function listFrom({ subscriptionId, filter }: ListKey): Promise<readonly ResourceGroup[]> {
    return read({
      ...INVENTORY,
      upstream: upstream(subscriptionId),
      operation: 'resourceGroups.list',
      key: `${folded(subscriptionId)}?${filter ?? ''}`,
      async act(seen) {
        const [context, sdk] = await Promise.all([clients.resources(), operations()]);
        const pages = sdk.list({ ...context, subscriptionId }, filter ? { filter } : {});
        return Array.fromAsync(pages, (group) => asRecord(group, subscriptionId, seen));
      },
    });
  }

  function getOne({ subscriptionId, name }: GroupKey): Promise<ResourceGroup | null> {
    return read({
      ...INVENTORY,
      upstream: upstream(subscriptionId),
      operation: 'resourceGroups.get',
      key: `${folded(subscriptionId)}/${folded(name)}`,
      isAbsent: (group) => group === null,
      async act(seen) {
        const [context, sdk] = await Promise.all([clients.resources(), operations()]);
        try {
          return asRecord(await sdk.get({ ...context, subscriptionId }, name), subscriptionId, seen);
        } catch (error) {
          if (isAbsent(error, ['ResourceGroupNotFound'])) return null;
          throw error;
        }
      },
    });
  }
}

interface Where {
  readonly subscriptionId?: string;
  readonly among: InSubscription['among'] | undefined;
}

interface GroupKey {
  readonly subscriptionId: string;
  readonly name: string;
}

interface ListKey {
  readonly subscriptionId: string;
  readonly filter: string | undefined;
}

const INVENTORY = { kind: 'inventory', source: 'ARM' } as const;

const operations = () => import('@azure/arm-resources/api/resourceGroups');

interface Missing {
  readonly subscriptionId: string;
  readonly failure: GatewayError;
}

// THROTTLED ends the list: whoever asks again in time gets it whole.
function missing(subscriptionId: string, error: unknown): Missing {
  if (!(error instanceof GatewayError) || error.code === 'INTERNAL' || error.code === 'THROTTLED') throw error;
  return { subscriptionId, failure: error };
}

const described = ({ subscriptionId, failure: { code, message, cause } }: Missing): GatewayError =>
  new GatewayError(code, `The groups of subscription ${subscriptionId} are missing: ${message}`, { cause });

function ambiguous(name: string): GatewayError {
  return new GatewayError(
    'BAD_USER_INPUT',
    `Several subscriptions hold a resource group ${name}: say which one with subscriptionId.`,
  );
}

function asRecord(group: ArmResourceGroup, subscriptionId: string, seen: Seen): ResourceGroup {
  const { tags, properties } = group;
  const [id, name] = [given(group.id, 'id'), given(group.name, 'name')];
  return {
    ...{ id, name, subscriptionId, location: text(group.location) ?? '', tags: tagList(tags) },
    ...{ provisioningState: text(properties?.provisioningState), managedBy: text(group.managedBy) },
    ...seen,
  };
}
