import { type Arguments, argumentChecks } from './argument.ts';
import { armResources } from './arm-resource.ts';
import { type BudgetLimit, budgetOf } from './budget.ts';
import type { Validity } from './cache/given.ts';
import type { MaxAge } from './cache/max-age.ts';
import type { Cache } from './cache.ts';
import type { Clients } from './clients.ts';
import { eachSubscription } from './each-subscription.ts';
import { untilHalfway } from './halfway.ts';
import { inOneMoment } from './moment.ts';
import { parseNodeId } from './node.ts';
import { type Related, related } from './related.ts';
import { inTime, type Reader } from './request.ts';
import { type Resources, resources } from './resource.ts';
import { resourceGraph } from './resource-graph/client.ts';
import { type ResourceGroups, resourceGroups } from './resource-group.ts';
import { type Secrets, secrets } from './secret.ts';
import { type SecretsExpiring, secretsExpiring } from './secrets-expiring.ts';
import { type Subscriptions, subscriptions } from './subscription.ts';
import { keyVaults } from './vault.ts';

/** What one request can ask of Azure. What it reads is shared with others; these sources are not. */
export interface Azure {
  readonly subscriptions: Subscriptions;
  readonly resourceGroups: ResourceGroups;
  readonly resources: Resources;
  readonly related: Related;
  readonly secrets: Secrets;
  readonly secretsExpiring: SecretsExpiring;
  /** What is left of Azure's quotas. Costs nothing. */
  budget(): readonly BudgetLimit[];
  /** What the id of a node names. Throws BAD_USER_INPUT, costs nothing. */
  parseNodeId(id: string): ReturnType<typeof parseNodeId>;
  /** Look at arguments before anything is asked. Throw BAD_USER_INPUT, cost nothing. */
  readonly check: Arguments;
  /** The same, for one field of the request whose answer may be no older. Throws BAD_USER_INPUT, costs nothing. */
  noOlderThan(seconds: number): Azure;
  /** For how long all that the request has read is as good as new. */
  validity(): Validity;
  /** Wipes what was lent to the request. */
  end(): void;
}

/** What the process shares. */
export interface Shared {
  readonly clients: Clients;
  readonly cache: Cache;
}

/** The sources, fresh for one request; its signal ends its waits. */
export function azureForRequest({ clients, cache }: Shared, reader: Reader): Azure {
  const reads = cache.forRequest(reader);
  const halfway = untilHalfway(reader, clients.clock);
  const { maxRowsPerLevel: maxRows } = clients.defaults;
  return sourcesWith(undefined);

  function sourcesWith(maxAge: MaxAge | undefined): Azure {
    const { read, ofSubscriptions, ofGroups, estateFrom } = partsFor(maxAge, reader);
    const atSource = maxAge?.inMs === 0 && {
      resources: armResources(clients, read, reads.read(undefined)),
      resourceGroups: ofGroups,
    };
    const ofResources = estateFrom(atSource || undefined);
    let ofRelated: Related | undefined;
    let ofSecretsExpiring: SecretsExpiring | undefined;
    const expiring = () => {
      ofSecretsExpiring ??= secretsExpiringFor(maxAge);
      return ofSecretsExpiring;
    };
    return {
      subscriptions: ofSubscriptions,
      resourceGroups: ofGroups,
      resources: ofResources,
      related: {
        list(asked) {
          ofRelated ??= relatedFor(maxAge);
          return ofRelated.list(asked);
        },
      },
      secrets: secrets(clients, read),
      secretsExpiring: { list: (asked) => expiring().list(asked), vaultsOf: (vaults) => expiring().vaultsOf(vaults) },
      budget: () => budgetOf(clients.governor),
      check: argumentChecks(clients.clock),
      parseNodeId: (id) => parseNodeId(id, clients.vaultSuffix),
      noOlderThan: (seconds) => sourcesWith(reads.maxAge(seconds)),
      ...{ validity: reads.validity, end: reads.end },
    };
  }

  /** What other sources are made of; its waits end with the signal of `by`. */
  function partsFor(maxAge: MaxAge | undefined, by: Reader) {
    const readAs = (as: Reader) => reads.read(maxAge, as);
    const read = readAs(by);
    const ofSubscriptions = subscriptions(clients, read);
    const ofEach = eachSubscription(by, readAs, halfway);
    const ofGroups = resourceGroups(clients, ofSubscriptions, { read, ofEach, together: inOneMoment(halfway) });
    const ask = resourceGraph(clients, read);
    const estateFrom = (atSource?: Parameters<typeof resources>[2]) => {
      const sources = { resourceGroups: ofGroups, subscriptions: ofSubscriptions, maxRows, clock: clients.clock };
      return resources(ask, { ...sources, together: inOneMoment(halfway) }, atSource);
    };
    return { read, ask, ofEach, ofSubscriptions, ofGroups, estateFrom };
  }

  // With sources of their own, these two: their waits end at the deadline. Made where they are asked, which few are.
  function relatedFor(maxAge: MaxAge | undefined): Related {
    const { read, ask, ofSubscriptions, estateFrom } = partsFor(maxAge, inTime(reader));
    const sources = { ask, resources: estateFrom(), subscriptions: ofSubscriptions, secrets: secrets(clients, read) };
    const bounds = { vaultSuffix: clients.vaultSuffix, maxRows, signal: reader.signal, untilHalfway: halfway };
    return related(sources, bounds);
  }

  function secretsExpiringFor(maxAge: MaxAge | undefined): SecretsExpiring {
    const { read, ofEach, ofSubscriptions } = partsFor(maxAge, inTime(reader));
    return secretsExpiring(clients, secrets(clients, read), keyVaults(clients, ofSubscriptions, ofEach));
  }
}
