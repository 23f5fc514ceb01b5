import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { callerOf } from './caller/claims.ts';
import { createReader } from './caller/document.ts';
import { createKeys } from './caller/keys.ts';
import { refused } from './caller/refusal.ts';
import { issuerOf, MAX_HEADER_LENGTH, tokenOf, verifiedClaims } from './caller/token.ts';
import { type Clock, fromWall, systemClock } from './clock.ts';
import type { CallersConfig } from './config.ts';
import { type Fetch, outboundFetch } from './outbound.ts';
import type { Telemetry } from './telemetry.ts';

// A check costs some 200 microseconds, a look-up under 10.
const MAX_KNOWN_TOKENS = 10_000;
const LONGEST_KNOWN_IN_MS = 300_000;

export type CallerKind = 'USER' | 'APPLICATION' | 'SERVICE_ACCOUNT' | 'ANONYMOUS';

export interface Caller {
  /** `<issuer>|<subject>`, or `anonymous`. */
  readonly id: string;
  readonly kind: CallerKind;
  /** Empty for anonymous, as is `subject`. */
  readonly issuer: string;
  /** Entra's `oid`, another issuer's `sub`. */
  readonly subject: string;
  /** Entra's app roles; of another issuer none, and no groups. */
  readonly roles: readonly string[];
  readonly groups: readonly string[];
}

export const ANONYMOUS: Caller = { id: 'anonymous', kind: 'ANONYMOUS', issuer: '', subject: '', roles: [], groups: [] };

export interface Callers {
  /**
   * Who sends this Authorization header; null: ANONYMOUS. Throws UNAUTHENTICATED for a bad token,
   * UPSTREAM_UNAVAILABLE when the issuer cannot be asked.
   */
  identify(authorization: string | null): Promise<Caller>;
}

/** Asks no issuer before the first token of its own. `fetch` is for tests; without it HTTPS_PROXY and NO_PROXY hold. */
export function createCallers(
  { issuers, audiences }: CallersConfig,
  telemetry: Telemetry,
  fetch: Fetch = outboundFetch,
  clock: Clock = systemClock,
): Callers {
  const read = createReader(telemetry, fetch);
  const keysOf = new Map(issuers.map((issuer) => [issuer, createKeys(issuer, read, clock)]));
  // By hash: a heap dump of the gateway must hold no token that still opens it.
  const known = new LRUCache<string, { readonly caller: Caller; readonly until: number }>({ max: MAX_KNOWN_TOKENS });

  return {
    async identify(authorization) {
      if (authorization === null) return ANONYMOUS;
      if (keysOf.size === 0) throw refused('noCallers');
      if (authorization.length > MAX_HEADER_LENGTH) throw refused('tooLong');
      const digest = hash('sha256', authorization, 'base64');
      const remembered = known.get(digest);
      if (remembered && clock.now() < remembered.until) return remembered.caller;

      const token = tokenOf(authorization);
      const issuer = issuerOf(token);
      const keys = keysOf.get(issuer);
      if (!keys) throw refused('issuer');
      const claims = await verifiedClaims(token, { issuer, audiences, keys });
      const caller = callerOf(issuer, claims);
      const until = Math.min(fromWall(clock, claims.exp * 1000), clock.now() + LONGEST_KNOWN_IN_MS);
      known.set(digest, { caller, until });
      return caller;
    },
  };
}
