import { randomUUID } from 'node:crypto';
import { decodeJwt, errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../clock.ts';
import type { Tenant } from '../world.ts';
import { entraKey } from './keys.ts';

/** Who a token speaks for, as a service needs to know it. */
export interface Principal {
  readonly principalId: string;
  readonly clientId: string;
  readonly issuer: string;
}

export type TokenProblem =
  | { readonly kind: 'unreadable' }
  | { readonly kind: 'expired'; readonly expiredAt: number }
  | { readonly kind: 'audience'; readonly audience: string }
  | { readonly kind: 'issuer'; readonly issuer: string };

export interface TokenOrder {
  readonly tenant: Tenant;
  readonly clock: Clock;
  readonly audience: string;
  readonly clientId: string;
  readonly principalId: string;
  /** How the client proved itself: '1' by secret, '2' by assertion or managed identity. */
  readonly proof: '1' | '2';
  readonly lifetimeInSeconds: number;
  readonly managedIdentityId?: string;
  readonly roles?: readonly string[];
}

export interface MintedToken {
  readonly token: string;
  readonly notBefore: number;
  readonly expiresOn: number;
}

/** The `iss` of every token: ARM and Key Vault still get v1.0 tokens, from the v2.0 endpoint too. */
export function issuerOf(tenant: Tenant): string {
  return `https://sts.windows.net/${tenant.id}/`;
}

/** Signs an access token as Entra would. */
export async function mintToken(order: TokenOrder): Promise<MintedToken> {
  const key = await entraKey();
  const issuedAt = Math.floor(order.clock.now() / 1000);
  // Entra dates tokens five minutes back, against clocks that disagree.
  const notBefore = issuedAt - 300;
  const expiresOn = issuedAt + order.lifetimeInSeconds;
  const token = await new SignJWT({ ...claimsOf(order), iat: issuedAt, nbf: notBefore, exp: expiresOn })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: key.id, x5t: key.id })
    .sign(key.privateKey);
  return { token, notBefore, expiresOn };
}

function claimsOf(order: TokenOrder): JWTPayload {
  const issuer = issuerOf(order.tenant);
  const managed = order.managedIdentityId && { idtyp: 'app', xms_mirid: order.managedIdentityId };
  return {
    aud: order.audience,
    iss: issuer,
    aio: randomUUID().replaceAll('-', ''),
    appid: order.clientId,
    appidacr: order.proof,
    idp: issuer,
    oid: order.principalId,
    sub: order.principalId,
    tid: order.tenant.id,
    uti: randomUUID().replaceAll('-', '').slice(0, 22),
    ver: '1.0',
    ...managed,
    ...(order.roles?.length ? { roles: order.roles } : {}),
  };
}

/** Checks signature, lifetime, issuer, tenant and audience; answers who it is or the first thing wrong. */
export async function verifyToken(
  token: string,
  expected: { tenant: Tenant; clock: Clock; audiences: readonly string[] },
): Promise<Principal | TokenProblem> {
  const { publicKey } = await entraKey();
  const currentDate = new Date(expected.clock.now());
  try {
    const { payload } = await jwtVerify(token, publicKey, {
      algorithms: ['RS256'],
      currentDate,
      requiredClaims: ['exp'],
    });
    return principalOf(payload, expected);
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      return { kind: 'expired', expiredAt: Number(decodeJwt(token).exp) * 1000 };
    }
    return { kind: 'unreadable' };
  }
}

function principalOf(
  payload: JWTPayload,
  expected: { tenant: Tenant; audiences: readonly string[] },
): Principal | TokenProblem {
  const issuer = String(payload.iss);
  if (issuer !== issuerOf(expected.tenant) || payload.tid !== expected.tenant.id) return { kind: 'issuer', issuer };
  const audience = String(payload.aud);
  if (!expected.audiences.includes(audience)) return { kind: 'audience', audience };
  return { principalId: String(payload.oid), clientId: String(payload.appid), issuer };
}
