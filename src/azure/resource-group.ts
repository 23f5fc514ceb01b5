import pLimit from 'p-limit';
import { GatewayError } from '../errors.ts';
import { armResourceGroups, type GroupKey, type ListKey } from './arm-resource-group.ts';
import type { Read, Seen } from './cache/asked.ts';
import type { Clients } from './clients.ts';
import type { EachSubscription } from './each-subscription.ts';
import { isOwnLimit } from './errors.ts';
import { mergingLoader } from './loader.ts';
import type { InOneMoment } from './moment.ts';
import { byName, checked, folded } from './name.ts';
import { armFilter, matcher, type ResourceGroupFilter } from './resource-group-filter.ts';
import { noSubscription, type Subscriptions } from './subscription.ts';
import type { Tag } from './tag.ts';

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
  /** What ARM is asked for a list: a subscription, or every one, and its filter. Throws BAD_USER_INPUT, costs nothing. */
  questionOf(of: InSubscription & Pick<ListOptions, 'where'>): { subscriptionId?: string; filter: string | undefined };
  /** Every group of a subscription by name, where this request has listed them all; undefined where it has not, or not yet. */
  wholeList(subscriptionId: string): readonly string[] | undefined;
  /**
   * All groups by name: one ARM call a page and subscription. Of several subscriptions, `without` is told why one is missing;
   * where all are, or by a limit of the caller's own, the list fails.
   */
  list(of: InSubscription & ListOptions): Promise<readonly ResourceGroup[]>;
}

export interface ResourceGroupReads {
  readonly read: Read;
  readonly ofEach: EachSubscription;
  /** What is asked for together is given together. */
  readonly together: InOneMoment;
}

export function resourceGroups(
  clients: Clients,
  subscriptions: Subscriptions,
  reads: ResourceGroupReads,
): ResourceGroups {
  const { read, ofEach, together } = reads;
  const arm = armResourceGroups(clients);
  const groups = mergingLoader(
    (key: GroupKey) => arm.get(key, read),
    ({ subscriptionId, name }) => `${subscriptionId}/${folded(name)}`,
  );
  const lists = mergingLoader(
    (key: ListKey) => listAll(key, read),
    ({ subscriptionId, filter }) => `${subscriptionId}?${filter ?? ''}`,
  );

  const whole = new Map<string, readonly string[]>();

  return {
    ...{ scopeOf, named, questionOf },
    wholeList: (subscriptionId) => whole.get(folded(subscriptionId)),
    get: (of) => together(getOneOf(of)),
    list: (of) => together(listOf(of)),
  };

  function scopeOf(asked: string | null | undefined): { subscriptionId?: string } {
    const one = asked == null ? clients.defaults.subscriptionId : checked.subscriptionId(asked);
    return one === undefined ? {} : { subscriptionId: folded(one) };
  }

  function named({ name, subscriptionId }: Parameters<ResourceGroups['get']>[0]) {
    return { name: checked.groupName(name), ...scopeOf(subscriptionId) };
  }

  function questionOf({ subscriptionId, where }: Parameters<ResourceGroups['questionOf']>[0]) {
    matcher(where);
    return { ...scopeOf(subscriptionId), filter: armFilter(where) };
  }

  async function listOf({ subscriptionId, where, among, without }: Parameters<ResourceGroups['list']>[0]) {
    const matches = matcher(where);
    const { subscriptionId: one, filter } = questionOf({ subscriptionId, where });
    const listed =
      one === undefined
        ? await listEverywhere(filter, { among, without })
        : await lists.load({ subscriptionId: one, filter });
    return listed.filter(matches).sort(byName);
  }

  async function listEverywhere(
    filter: string | undefined,
    { among, without }: Everywhere,
  ): Promise<readonly ResourceGroup[]> {
    const { answers, missing } = await ofEach(await everySubscription(among), {
      of: (subscriptionId, readInTime) => listAll({ subscriptionId, filter }, readInTime),
      missing: missingOf,
    });
    if (missing[0] && (!without || answers.length === 0)) throw missing[0].failure;
    for (const each of missing) without?.(described(each));
    return answers.flat();
  }

  async function getOneOf({ name, subscriptionId, among }: Parameters<ResourceGroups['get']>[0]) {
    const asked = named({ name, subscriptionId });
    const found = await everywhere({ ...asked, among }, (each) => groups.load({ subscriptionId: each, name }));
    const [group = null, ...others] = found.filter((each) => each !== null);
    if (others.length > 0) throw ambiguous(name);
    return group;
  }

  /** Runs `work` for the one subscription, or for every one that the identity sees. */
  async function everywhere<Found>(scope: Where, work: (subscriptionId: string) => Promise<Found>) {
    if (scope.subscriptionId !== undefined) return [await work(scope.subscriptionId)];
    const asked = await everySubscription(scope.among);
    const limit = pLimit(SUBSCRIPTIONS_AT_A_TIME);
    return Promise.all(asked.map((subscriptionId) => limit(() => work(subscriptionId))));
  }

  async function everySubscription(among: InSubscription['among']): Promise<readonly string[]> {
    const all = await subscriptions.list();
    if (all.length === 0) throw noSubscription();
    return all.map(({ subscriptionId }) => subscriptionId).filter(among ?? (() => true));
  }

  async function listAll(key: ListKey, readOf: Read): Promise<readonly ResourceGroup[]> {
    const listed = await arm.list(key, readOf);
    const names = listed.map(({ name }) => name);
    if (key.filter === undefined) whole.set(folded(key.subscriptionId), names);
    return listed;
  }
}

interface Everywhere {
  readonly among: InSubscription['among'] | undefined;
  readonly without: ListOptions['without'] | undefined;
}

interface Where {
  readonly subscriptionId?: string;
  readonly among: InSubscription['among'] | undefined;
}

interface Missing {
  readonly subscriptionId: string;
  readonly failure: GatewayError;
}

// A limit of the caller's own ends the list: what it cuts off would look like a smaller estate.
function missingOf(subscriptionId: string, error: unknown): Missing {
  if (!(error instanceof GatewayError) || error.code === 'INTERNAL' || isOwnLimit(error)) throw error;
  return { subscriptionId, failure: error };
}

function described({ subscriptionId, failure: { code, message, cause, retryAfterSeconds } }: Missing): GatewayError {
  return new GatewayError(code, `The groups of subscription ${subscriptionId} are missing: ${message}`, {
    cause,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}

function ambiguous(name: string): GatewayError {
  return new GatewayError(
    'BAD_USER_INPUT',
    `Several subscriptions hold a resource group ${name}: say which one with subscriptionId.`,
  );
}
