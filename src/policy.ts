import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ANONYMOUS, type Caller } from './caller.ts';
import { type CheckedPolicy, checkPolicies, PolicyError } from './policy/check.ts';
import { couldAllow, createCouldAllow } from './policy/could-allow.ts';
import { createDecider } from './policy/decide.ts';
import { defaultPolicy } from './policy/default.ts';
import { ACTIONS, type Action, type Decision, RESOURCE_TYPES, type Resource, type Scope } from './policy/model.ts';
import { remember } from './policy/remember.ts';
import type { ScopeSet } from './policy/scope-set.ts';
import { createScoper } from './policy/scoper.ts';
import { watchText } from './policy/watch.ts';
import type { Log } from './telemetry.ts';

export { PolicyError } from './policy/check.ts';
export type { Action, Decision, Resource, Scope } from './policy/model.ts';
export type { Groups, Rights, ScopeSet } from './policy/scope-set.ts';

export interface Policy {
  /** Changes with every policy that is taken up; the same text has the same version in every process. */
  version(): string;
  /** When that version was taken up, in ms since 1970. */
  loadedAt(): number;
  /** How many changes of the file were refused since the start. */
  refusedReloads(): number;
  /** `reload-refused`: the file as it is now is not valid, and an older text decides. */
  state(): 'ok' | 'reload-refused' | 'closed';
  /** Deny by default; a decision in which any policy cannot be evaluated is a denial. About 0.2 ms, remembered some µs. */
  decide(caller: Caller, action: Action, resource: Resource): Decision;
  /** Whether the policy could grant this caller the action on any member of the scope. Never false when it grants one. */
  couldAllow(caller: Caller, action: Action, scope: Scope): boolean;
  /** Over exactly what the caller is granted `readEstate`, as `decide` would say of each. About 2 ms, remembered 1 µs. */
  scopeSet(caller: Caller): ScopeSet;
  /** Whether the policy could grant anonymous anything at all. */
  grantsAnonymous(): boolean;
  /** Stops watching the file. Every later decision is a denial. */
  close(): void;
}

export interface PolicySource {
  /** The Cedar file; absent: the shipped default. */
  readonly file?: string | undefined;
  readonly defaultVault?: string | undefined;
}

export interface PolicySet {
  readonly version: string;
  readonly policies: readonly CheckedPolicy[];
}

/** What the source says now, for those that do not go on deciding by it. Throws PolicyError with every complaint. */
export async function readPolicySet(source: PolicySource): Promise<PolicySet> {
  return policySetOf(await textOf(source));
}

/**
 * Reads the Cedar file, or the shipped default without one, and follows its changes: a valid one counts within 3 s, an
 * invalid one is logged and the last good one stays. Throws PolicyError with every complaint, each with line and column.
 */
export async function loadPolicy(source: PolicySource, log: Log): Promise<Policy> {
  const { file } = source;
  const text = await textOf(source);
  const decider = createDecider(log);
  const scoper = createScoper(log);
  const possible = createCouldAllow();
  let state: ReturnType<Policy['state']> = 'ok';
  let refusedReloads = 0;
  let loadedAt = 0;
  let current = takeUp(text);
  const stopWatching = file === undefined ? () => {} : watchText(file, text, change);

  return {
    version: () => current.version,
    loadedAt: () => loadedAt,
    refusedReloads: () => refusedReloads,
    state: () => state,
    decide: (caller, action, resource) => decider.decide(caller, action, resource),
    couldAllow: (caller, action, scope) => possible.couldAllow(caller, action, scope),
    scopeSet: (caller) => scoper.scopeSet(caller),
    grantsAnonymous: () =>
      ACTIONS.some((action) =>
        RESOURCE_TYPES.some((type) => couldAllow(current.policies, ANONYMOUS, action, { type })),
      ),
    close() {
      stopWatching();
      state = 'closed';
      current = { version: current.version, policies: [] };
      decider.takeUp(current);
      scoper.takeUp(current);
      possible.takeUp(current);
    },
  };

  function takeUp(changed: string) {
    const taken = policySetOf(changed);
    decider.takeUp(taken);
    scoper.takeUp(taken);
    possible.takeUp(taken);
    loadedAt = Date.now();
    log.info({ event: 'policy-loaded', file, version: taken.version, policies: taken.policies.length });
    return taken;
  }

  function change(changed: string | undefined): void {
    try {
      current = takeUp(changed ?? unreadable());
      state = 'ok';
    } catch (error) {
      state = 'reload-refused';
      refusedReloads += 1;
      const why = error instanceof PolicyError ? { complaints: error.complaints } : { error };
      log.error({ event: 'policy-refused', file, kept: current.version, ...why });
    }
  }
}

/** The policy as one request sees it: a decision on a secret and a scope set stay, though the file change in between. */
export function steady(policy: Policy): Policy {
  const decided = new Map<string, Decision>();
  const scopeSets = new WeakMap<Caller, ScopeSet>();
  return {
    ...policy,
    scopeSet(caller) {
      return remember(scopeSets, caller, policy.scopeSet);
    },
    decide(caller, action, resource) {
      if (resource.type !== 'Secret') return policy.decide(caller, action, resource);
      const key = `${caller.id} ${action} ${resource.vault}/${resource.name}`.toLowerCase();
      const decision = decided.get(key) ?? policy.decide(caller, action, resource);
      decided.set(key, decision);
      return decision;
    },
  };
}

async function textOf({ file, defaultVault }: PolicySource): Promise<string> {
  return file === undefined ? defaultPolicy(defaultVault) : readFile(file, 'utf8').catch(unreadable);
}

const policySetOf = (text: string): PolicySet => ({ version: versionOf(text), policies: checkPolicies(text) });

function unreadable(): never {
  throw new PolicyError(['ACCESS_POLICY cannot be read: check the path and its permissions.']);
}

const versionOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
