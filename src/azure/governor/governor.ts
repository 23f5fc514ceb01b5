import { type Clock, toWall } from '../../clock.ts';
import type { GovernorConfig } from '../../config/governor.ts';
import type { Work } from '../request.ts';
import { createBucket } from './bucket.ts';
import { tooManyCalls } from './call-limit.ts';
import { createLine, type Line } from './line.ts';
import { createPlaces, type Places } from './place.ts';
import type { Quota, Word } from './quota.ts';
import { createWindow, type WindowSize } from './window.ts';

/** Whose quota a call is of. */
export interface Scope {
  readonly api: Api;
  readonly host: string;
  /** A subscription's id, a vault's name; empty where there is one quota for all. */
  readonly name: string;
}

export type Api = 'arm' | 'resource-graph' | 'key-vault';

/** What is left of a quota of Azure's, as far as this process knows. */
export interface Limit extends Scope {
  readonly remaining: number;
  readonly ceiling: number;
  /** When all of it is there again; undefined where it is. */
  readonly resetsAt: Date | undefined;
  /** Calls that wait for it. */
  readonly waiting: number;
}

/** Lets through what Azure will take, and no more. */
export interface Governor {
  /**
   * Resolves when the call may be sent; it must then be told how that ended. Throws THROTTLED at once where it cannot be sent in
   * time, where its caller has too much waiting, and where it is one more than `MAX_UPSTREAM_CALLS` of its request.
   */
  admit(
    scope: Scope,
    work: Work | undefined,
    signal: AbortSignal | undefined,
  ): Promise<(word: Word | 'unsent') => void>;
  /** Of every scope that has been asked of lately. */
  limits(): readonly Limit[];
}

// https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
const READS = { capacity: 250, perSecond: 25 };
const RESERVE_SHARE = 0.1;
// https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests
const QUERIES = { ceiling: 15, lengthInMs: 5000 };
// https://learn.microsoft.com/azure/key-vault/general/service-limits
const VAULT_REQUESTS = { ceiling: 4000, lengthInMs: 10_000 };
const WINDOWS: Readonly<Partial<Record<Api, Omit<WindowSize, 'share'>>>> = {
  'resource-graph': QUERIES,
  'key-vault': VAULT_REQUESTS,
};
// Resource Graph takes three queries a second, and a thousand rows with all their properties take some 10 MB until they are answered.
const AT_A_TIME: Readonly<Record<Api, number>> = {
  'key-vault': 16,
  'resource-graph': 2,
  arm: Number.POSITIVE_INFINITY,
};
const MAX_SCOPES = 1000;
// What the process asks for itself waits no longer than a request would.
const OWN_WORK_IN_MS = 30_000;

interface Governed {
  readonly scope: Scope;
  readonly quota: Quota;
  readonly line: Line;
}

export function createGovernor({ share, maxUpstreamCalls }: GovernorConfig, clock: Clock): Governor {
  const governed: Readonly<Record<Api, Map<string, Governed>>> = {
    arm: new Map(),
    'resource-graph': new Map(),
    'key-vault': new Map(),
  };
  const callsOf = new WeakMap<object, number>();

  return {
    async admit(scope, work, signal) {
      count(work, 1);
      try {
        const settle = await lineTo(scope).enter({ places: placesOf(work), signal });
        return (word) => {
          if (word === 'unsent' || word.isChallenge || word.isFailure) count(work, -1);
          settle(word);
        };
      } catch (error) {
        count(work, -1);
        throw error;
      }
    },
    limits: () =>
      Object.values(governed).flatMap((scopes) =>
        [...scopes.values()].map(({ scope, quota, line }) => {
          const resetsAt = quota.resetsAt();
          return {
            ...scope,
            remaining: quota.remaining(),
            ceiling: quota.ceiling(),
            resetsAt: resetsAt === undefined ? undefined : new Date(toWall(clock, resetsAt)),
            waiting: line.waiting(),
          };
        }),
      ),
  };

  /** A request may be of several readers; its calls are noted in one list. */
  function count(work: Work | undefined, change: number): void {
    if (!work) return;
    const calls = (callsOf.get(work.origin.calls) ?? 0) + change;
    if (calls > maxUpstreamCalls) throw tooManyCalls(maxUpstreamCalls);
    callsOf.set(work.origin.calls, calls);
  }

  function placesOf(work: Work | undefined): Places {
    return work?.places ?? createPlaces({ callerId: '', isForced: false, endsAt: clock.now() + OWN_WORK_IN_MS });
  }

  function lineTo(scope: Scope): Line {
    const scopes = governed[scope.api];
    const known = scopes.get(scope.name) ?? createGoverned(scope);
    if (!scopes.has(scope.name) && scopes.size >= MAX_SCOPES) forgetOne(scopes);
    scopes.set(scope.name, known);
    return known.line;
  }

  /** The one of which least is known: a walk over invented names makes no quota look whole that is spent. */
  function forgetOne(scopes: Map<string, Governed>): void {
    const idle = [...scopes].filter(([, { line }]) => line.waiting() === 0);
    const [first, ...others] = idle.map(([name, { quota }]) => ({ name, left: quota.remaining() / quota.ceiling() }));
    if (first) scopes.delete(others.reduce((one, other) => (other.left > one.left ? other : one), first).name);
  }

  function createGoverned(scope: Scope): Governed {
    const quota = quotaOf(scope.api, share);
    const forced = halfOf(scope.api);
    const gate = { host: scope.host, all: quota, forced, atATime: AT_A_TIME[scope.api] };
    return { scope, quota, line: createLine(gate, clock) };
  }

  /** What is forced may take half; of a single call in a window that is every other one. */
  function halfOf(api: Api): Quota {
    const size = WINDOWS[api];
    if (!size || size.ceiling * share >= 2) return quotaOf(api, share / 2);
    return createWindow({ ...size, share, lengthInMs: 2 * size.lengthInMs }, clock);
  }

  function quotaOf(api: Api, part: number): Quota {
    const size = WINDOWS[api];
    if (size) return createWindow({ ...size, share: part }, clock);
    const capacity = Math.max(1, Math.floor(READS.capacity * part));
    return createBucket(
      { capacity, perSecond: READS.perSecond * part, reserve: Math.floor(capacity * RESERVE_SHARE) },
      clock,
    );
  }
}
