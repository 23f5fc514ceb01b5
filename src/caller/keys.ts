import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import { type Clock, systemClock } from '../clock.ts';
import { GatewayError } from '../errors.ts';
import { issuerFailure, type ReadDocument } from './document.ts';

// An unknown key is looked for this often at most: anybody can name one.
const COOLDOWN_IN_MS = 10_000;
// How long a withdrawn key still counts. A new one is found with the first token that it signs.
const MAX_AGE_IN_MS = 3_600_000;
const PAUSE_AFTER_FAILURE_IN_MS = 1_000;

/**
 * The public keys of one issuer, asked for when first needed and shared by all who wait.
 * Throws UPSTREAM_UNAVAILABLE where the issuer cannot be asked, jose's error where it has no such key.
 */
export function createKeys(issuer: string, read: ReadDocument, clock: Clock = systemClock): JWTVerifyGetKey {
  const { host } = new URL(issuer);
  const guarded = createBreaker(clock);
  let current: ReturnType<typeof discover> | undefined;
  let setBackMs = 0;

  return async (header, jws) => {
    if (isSetBack()) current = undefined;
    current ??= discover();
    const discovered = current;
    const forget = () => {
      if (current === discovered) current = undefined;
    };
    const keys = await discovered.catch((error) => {
      forget();
      throw error;
    });
    try {
      return await keys(header, jws);
    } catch (error) {
      // The issuer may have moved its keys. While some are fresh they stay: a made-up key name must not cost them.
      if (!keys.fresh) forget();
      if (isAboutToken(error) || error instanceof GatewayError) throw error;
      throw issuerFailure(host, 'publishes keys that cannot be used', error);
    }
  };

  // jose counts by the wall: where that is set back it would find no new key for as long.
  function isSetBack(): boolean {
    const before = setBackMs;
    setBackMs = clock.now() - clock.wall();
    return setBackMs - before >= COOLDOWN_IN_MS;
  }

  function discover() {
    return guarded(async () => {
      return createRemoteJWKSet(await keysUrl(issuer, read), {
        [customFetch]: (url) => guarded(async () => Response.json(await read(url))),
        cooldownDuration: COOLDOWN_IN_MS,
        cacheMaxAge: MAX_AGE_IN_MS,
      });
    });
  }
}

/** Asks the issuer now for what a token would make it be asked for, and counts its keys. Throws UPSTREAM_UNAVAILABLE. */
export async function countKeys(issuer: string, read: ReadDocument): Promise<number> {
  const { keys } = await read(String(await keysUrl(issuer, read)));
  if (Array.isArray(keys) && keys.length > 0) return keys.length;
  throw issuerFailure(new URL(issuer).host, 'publishes keys that cannot be used');
}

async function keysUrl(issuer: string, read: ReadDocument): Promise<URL> {
  const { host } = new URL(issuer);
  const document = await read(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  if (document.issuer !== issuer) throw issuerFailure(host, 'says that it is another issuer');
  const url = typeof document.jwks_uri === 'string' ? URL.parse(document.jwks_uri) : null;
  if (url?.protocol !== 'https:') throw issuerFailure(host, 'names no https URL of its keys');
  return url;
}

// A failure is told again for a second: a flood of tokens is no flood of requests to an issuer in trouble.
function createBreaker(clock: Clock) {
  let failure: { readonly error: unknown; readonly until: number } | undefined;
  return async <Answer>(work: () => Promise<Answer>): Promise<Answer> => {
    if (failure && clock.now() < failure.until) throw failure.error;
    try {
      return await work();
    } catch (error) {
      failure = { error, until: clock.now() + PAUSE_AFTER_FAILURE_IN_MS };
      throw error;
    }
  };
}

const isAboutToken = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
