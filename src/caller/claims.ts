import type { JWTPayload } from 'jose';
import type { Caller, CallerKind } from '../caller.ts';
import { refused, refusedClaim } from './refusal.ts';

// v1 and v2 of each cloud; the US government's v1 tokens name sts.windows.net too.
// https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-the-issuer
const ENTRA = [
  /^https:\/\/sts\.(?:windows\.net|chinacloudapi\.cn)\/(?<tenant>[0-9a-f-]{36})\/$/,
  /^https:\/\/login\.(?:microsoftonline\.com|microsoftonline\.us|partner\.microsoftonline\.cn)\/(?<tenant>[0-9a-f-]{36})\/v2\.0$/,
];
const SERVICE_ACCOUNT = 'system:serviceaccount:';
// https://openid.net/specs/openid-connect-core-1_0.html#IDToken: what binds an ID token to a sign-in.
const OF_ID_TOKENS = ['nonce', 'at_hash', 'c_hash'];

/** Who `issuer` says is asking, from claims it has signed. Throws UNAUTHENTICATED for a token that is not for an API. */
export function callerOf(issuer: string, claims: JWTPayload): Caller {
  if (OF_ID_TOKENS.some((claim) => claims[claim] !== undefined)) throw refused('idToken');
  const tenant = tenantOf(issuer);
  return tenant ? entraCaller(issuer, tenant, claims) : otherCaller(issuer, claims);
}

function entraCaller(issuer: string, tenant: string, claims: JWTPayload): Caller {
  if (claims.tid !== tenant) throw refused('tenant');
  const subject = required(claims, 'oid');
  // An access token names the client it was given to; an ID token's client is its audience.
  if (!isText(claims.azp) && !isText(claims.appid)) throw refused('idToken');
  const kind = entraKind(claims);
  return { id: idOf(issuer, subject), kind, issuer, subject, roles: texts(claims.roles), groups: groupsOf(claims) };
}

// A user's access token has scopes. Without them it is an application's own, which names the same object in `oid` and `sub`
// (https://learn.microsoft.com/entra/identity-platform/scenario-protected-web-api-verification-scope-app-roles), or an ID token.
function entraKind({ idtyp, scp, oid, sub }: JWTPayload): CallerKind {
  if (idtyp === 'app') return 'APPLICATION';
  if (isText(scp)) return 'USER';
  if (idtyp === undefined && oid === sub) return 'APPLICATION';
  throw refused('idToken');
}

// Roles and groups are Entra's words: another issuer's are not believed, whatever it claims.
function otherCaller(issuer: string, claims: JWTPayload): Caller {
  const subject = required(claims, 'sub');
  // Given to the client that it is about: an ID token.
  if (isText(claims.azp) && [claims.aud].flat().includes(claims.azp)) throw refused('idToken');
  const kind = subject.startsWith(SERVICE_ACCOUNT) ? 'SERVICE_ACCOUNT' : 'USER';
  return { id: idOf(issuer, subject), kind, issuer, subject, roles: [], groups: [] };
}

// Of somebody in too many groups Entra says only where to ask: a part of them would be worse than none.
// https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference#groups-overage-claim
function groupsOf({ groups, hasgroups, _claim_names: elsewhere }: JWTPayload): readonly string[] {
  const isOverage = hasgroups !== undefined || (typeof elsewhere === 'object' && elsewhere && 'groups' in elsewhere);
  return isOverage ? [] : texts(groups);
}

/** The tenant of an issuer of Entra's; undefined: of another's, whose roles and groups are not believed. */
export function tenantOf(issuer: string): string | undefined {
  for (const form of ENTRA) {
    const tenant = form.exec(issuer)?.groups?.tenant;
    if (tenant) return tenant;
  }
  return undefined;
}

function required(claims: JWTPayload, name: string): string {
  const value = claims[name];
  if (!isText(value)) throw refusedClaim(name);
  return value;
}

const idOf = (issuer: string, subject: string): string => `${issuer}|${subject}`;

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter(isText) : []);

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
