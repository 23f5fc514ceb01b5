import { decodeJwt, errors, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import type { Clock } from '../clock.ts';
import type { FederatedCredential } from '../world.ts';
import { type EntraError, entraTime } from './error.ts';
import { kubernetesKey } from './keys.ts';

/** Kubernetes gives service account tokens an hour, and writes a new one well before. */
export const FEDERATED_TOKEN_LIFETIME_IN_SECONDS = 3600;

/** The token a pod finds in its AZURE_FEDERATED_TOKEN_FILE; `claims` bend it, for tests. */
export async function createFederatedToken(
  credential: FederatedCredential,
  clock: Clock,
  claims: JWTPayload = {},
): Promise<string> {
  const key = await kubernetesKey();
  const issuedAt = Math.floor(clock.now() / 1000);
  const [, , namespace = '', name = ''] = credential.subject.split(':');
  return new SignJWT({
    aud: [credential.audience],
    iss: credential.issuer,
    sub: credential.subject,
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + FEDERATED_TOKEN_LIFETIME_IN_SECONDS,
    'kubernetes.io': { namespace, serviceaccount: { name } },
    ...claims,
  })
    .setProtectedHeader({ alg: 'RS256', kid: key.id })
    .sign(key.privateKey);
}

/** Null when one of the credentials vouches for the assertion, else what Entra says against it. */
export async function assertionError(
  assertion: string,
  credentials: readonly FederatedCredential[],
  clock: Clock,
): Promise<EntraError | null> {
  const { publicKey } = await kubernetesKey();
  try {
    const { payload } = await jwtVerify(assertion, publicKey, {
      algorithms: ['RS256'],
      currentDate: new Date(clock.now()),
      requiredClaims: ['exp'],
    });
    return recordError(payload, credentials);
  } catch (error) {
    if (error instanceof errors.JWTExpired) return lifetimeError(decodeJwt(assertion), clock);
    return refused(
      700027,
      'The certificate with identifier used to sign the client assertion is not registered on application. Client assertion failed signature validation.',
    );
  }
}

function recordError(payload: JWTPayload, credentials: readonly FederatedCredential[]): EntraError | null {
  const audiences = [payload.aud ?? ''].flat();
  const byIssuer = credentials.filter((credential) => credential.issuer === payload.iss);
  if (byIssuer.length === 0) return noRecord(700211, 'issuer', String(payload.iss));
  const bySubject = byIssuer.filter((credential) => credential.subject === payload.sub);
  if (bySubject.length === 0) return noRecord(700213, 'subject', String(payload.sub));
  const byAudience = bySubject.filter((credential) => audiences.includes(credential.audience));
  return byAudience.length === 0 ? noRecord(700212, 'audience', audiences.join(' ')) : null;
}

function noRecord(number: number, claim: string, value: string): EntraError {
  return refused(
    number,
    `No matching federated identity record found for presented assertion ${claim} '${value}'. Check your federated identity credential Subject, Audience and Issuer against the presented assertion. https://learn.microsoft.com/entra/workload-id/workload-identity-federation`,
  );
}

function lifetimeError(payload: JWTPayload, clock: Clock): EntraError {
  const at = (seconds: unknown) => entraTime(Number(seconds) * 1000);
  return refused(
    700024,
    `Client assertion is not within its valid time range. Current time: ${entraTime(clock.now())}, assertion valid from ${at(payload.nbf ?? payload.iat)}, expiry time of assertion ${at(payload.exp)}.`,
  );
}

function refused(number: number, text: string): EntraError {
  return { status: 401, error: 'invalid_client', number, text };
}
