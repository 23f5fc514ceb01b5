import type { GraphQLError } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.ts';
import type { HttpRequest } from '../http.ts';
import type { Scope } from '../policy.ts';
import type { Context } from './context.ts';
import type { Operation } from './operation.ts';
import type { Parameters } from './parameters.ts';
import { mediaTypeOf, type Result } from './respond.ts';
import type { Claim } from './room.ts';
import type { Stale } from './stale.ts';

const MAX_BYTES = 8 * 2 ** 20;
const MAX_BYTES_OF_ONE = 2 ** 20;
const MAX_KEY_LENGTH = 4_000;
const MAX_SCOPES = 100;

/**
 * Answers as bytes, given again to callers of the same rights who ask the same, until anything that they were made of is out of date
 * or read anew: nobody who has seen what is newer is given what is older.
 */
export interface Answers {
  /** What stands for all that the answer depends on; undefined: it may come from nowhere but its execution. */
  keyOf(asked: Parameters, operation: Operation, request: HttpRequest, context: Context): string | undefined;
  /** The kept answer, where the policy as it is now would let this caller get it. */
  find(key: string, context: Context): Body | undefined;
  /** Keeps it if it is whole, free of errors, and from now on good for some time. */
  keep(key: string, result: Result, answer: Body, context: Context): void;
}

interface Body {
  readonly body: string;
  readonly byteLength: number;
}

/** What has to hold for an answer to be given again; noted while it is made. */
export interface Conditions {
  /** Of each, at least one must be one in which the caller might be granted something. */
  readonly scopes: (readonly Scope[])[];
  isWhole: boolean;
  /** What is told beside an answer that is there nevertheless. */
  readonly missing: GraphQLError[];
  /** What of it was past its time: such an answer is not given again. */
  readonly stale: Stale[];
  /** What it takes of the memory while it is made. */
  bytes: number;
  /** The room that it has for that, where it is large, and how much of it. */
  bytesTaken: number;
  claim: Claim | undefined;
  /** That it is too large. */
  excess: GraphQLError | undefined;
}

export function createAnswers(clock: Clock, maxBytes = MAX_BYTES): Answers {
  const kept = new LRUCache<string, Kept>({
    maxSize: maxBytes,
    maxEntrySize: MAX_BYTES_OF_ONE,
    sizeCalculation: ({ body }, key) => 2 * (body.length + key.length),
  });
  let version = '';

  return {
    keyOf(parameters, { isEstateOnly, documentHash, variableNames }, request, { policy, caller }) {
      if (!isEstateOnly || request.headers.has('x-explain')) return undefined;
      forget(policy.version());
      const mediaType = mediaTypeOf(request.headers.get('accept'));
      const key = `${version} ${policy.scopeSet(caller).key} ${documentHash} ${parameters.operationName ?? ''} ${mediaType} ${canonical(parameters, variableNames)}`;
      return key.length > MAX_KEY_LENGTH ? undefined : key;
    },
    find(key, context) {
      const found = kept.get(key);
      if (!found) return undefined;
      if (clock.now() >= found.validity.until || !found.validity.isCurrent()) {
        kept.delete(key);
        return undefined;
      }
      return found.scopes.every((scopes) => couldRead(scopes, context)) ? found : undefined;
    },
    keep(key, { errors, extensions }, { body, byteLength }, { azure, policy, conditions: { scopes, isWhole } }) {
      // A policy that has changed in between has decided some of it, or none.
      if (errors || extensions || !isWhole || scopes.length > MAX_SCOPES || !key.startsWith(`${policy.version()} `))
        return;
      const validity = azure.validity();
      if (validity.until === Number.POSITIVE_INFINITY || validity.until <= clock.now()) return;
      kept.set(key, { body, byteLength, validity, scopes });
    },
  };

  function forget(current: string): void {
    if (current === version) return;
    kept.clear();
    version = current;
  }
}

interface Kept extends Body {
  readonly validity: ReturnType<Context['azure']['validity']>;
  readonly scopes: Conditions['scopes'];
}

const couldRead = (scopes: readonly Scope[], { policy, caller }: Context): boolean =>
  scopes.some((scope) => policy.couldAllow(caller, 'readEstate', scope));

/** JSON of the variables that count, in which the order of an object's names does not. */
function canonical({ variables }: Parameters, names: readonly string[]): string {
  if (variables === undefined) return '';
  const known = CANONICAL.get(variables);
  if (known !== undefined) return known;
  // One that is null is another than one that is left to its default.
  const given = names.filter((name) => Object.hasOwn(variables, name));
  const made = JSON.stringify(given.map((name) => [name, sorted(variables[name])]));
  CANONICAL.set(variables, made);
  return made;
}

// The same text of a request has the same object of variables, and the same operation.
const CANONICAL = new WeakMap<object, string>();

function sorted(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(sorted);
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted((value as Record<string, unknown>)[name])]));
}
