import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { GatewayError } from '../errors.ts';
import { refused, refusedAudience, refusedClaim } from './refusal.ts';

export const MAX_HEADER_LENGTH = 16_384;
const CLOCK_TOLERANCE_IN_SECONDS = 60;
const BEARER = /^bearer +(?<token>[\w-]+\.[\w-]+\.[\w-]+)$/i;
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
// https://www.rfc-editor.org/rfc/rfc9068#section-2.1; Entra and Kubernetes say JWT or nothing.
const TYPES = ['jwt', 'at+jwt', 'application/at+jwt'];

/** The one token of an Authorization header of at most MAX_HEADER_LENGTH. Throws UNAUTHENTICATED. */
export function tokenOf(authorization: string): string {
  const token = BEARER.exec(authorization)?.groups?.token;
  if (!token) throw refused('form');
  return token;
}

/** The issuer that a token names, not yet believed. Costs no call; throws UNAUTHENTICATED for one that no key could save. */
export function issuerOf(token: string): string {
  const { header, claims } = unverified(token);
  if (!ALGORITHMS.includes(header.alg ?? '')) throw refused('algorithm');
  if (header.crit !== undefined) throw refused('extension');
  if (header.typ !== undefined && !TYPES.includes(String(header.typ).toLowerCase())) throw refused('extension');
  // Graph's tokens alone have it, and its hash is what was signed.
  if (header.nonce !== undefined) throw refused('graph');
  return String(claims.iss);
}

/** The claims of a token that its issuer has signed for one of `audiences`, valid now. Throws UNAUTHENTICATED. */
export async function verifiedClaims(
  token: string,
  { issuer, audiences, keys }: { issuer: string; audiences: readonly string[]; keys: JWTVerifyGetKey },
): Promise<JWTPayload & { readonly exp: number }> {
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: ALGORITHMS,
      issuer,
      audience: [...audiences],
      requiredClaims: ['exp', 'iat', 'sub'],
      clockTolerance: CLOCK_TOLERANCE_IN_SECONDS,
    });
    // The defaults never apply: both are required, and jose has seen that they are numbers.
    const { exp = 0, iat = Infinity } = payload;
    if (iat > Date.now() / 1000 + CLOCK_TOLERANCE_IN_SECONDS) throw refused('early');
    return { ...payload, exp };
  } catch (error) {
    throw refusalOf(error, audiences);
  }
}

function unverified(token: string) {
  try {
    return { header: decodeProtectedHeader(token), claims: decodeJwt(token) };
  } catch {
    throw refused('malformed');
  }
}

function refusalOf(error: unknown, audiences: readonly string[]): GatewayError {
  if (error instanceof GatewayError) return error;
  if (error instanceof errors.JWTExpired) return refused('expired');
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud' && error.reason === 'check_failed') return refusedAudience(audiences);
    if (error.claim === 'nbf' && error.reason === 'check_failed') return refused('early');
    return refusedClaim(error.claim);
  }
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
    return refused('key');
  if (error instanceof errors.JWSSignatureVerificationFailed) return refused('signature');
  return refused('malformed');
}
