import { appRolesOf, audienceOf } from './entra/audience.ts';
import { authorityDocument } from './entra/discovery.ts';
import {
  type EntraError,
  entraError,
  missingCredential,
  missingParameter,
  unknownClient,
  unknownResource,
  unknownTenant,
  unsupportedGrant,
  wrongSecret,
} from './entra/error.ts';
import { assertionError } from './entra/federation.ts';
import { mintToken } from './entra/tokens.ts';
import { sameName } from './identifier.ts';
import { type Context, json } from './service.ts';
import type { Application, ManagedIdentity } from './world.ts';

const TOKEN_LIFETIME_IN_SECONDS = 3599;
// A client that understands continuous access evaluation gets a day, as its token can be revoked.
const REVOCABLE_TOKEN_LIFETIME_IN_SECONDS = 86399;

type Client = Application | ManagedIdentity;

/** Entra: discovery, keys, and tokens for clients that prove themselves by assertion or secret. */
export async function entra(request: Request, context: Context): Promise<Response> {
  const [, tenant = '', ...rest] = context.url.pathname.split('/');
  const endpoint = rest.join('/');
  if (tenant !== 'common' && !isTenant(tenant, context)) return entraError(unknownTenant(tenant), context);
  if (request.method === 'GET') return authorityDocument(endpoint, context);
  if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'GET, POST' } });
  if (endpoint !== 'oauth2/v2.0/token') return new Response(null, { status: 404 });
  return token(new URLSearchParams(await request.text()), context);
}

async function token(form: URLSearchParams, context: Context): Promise<Response> {
  const { tenant } = context.world;
  const incomplete = formError(form);
  if (incomplete) return entraError(incomplete, context);
  const clientId = form.get('client_id') ?? '';
  const client = clientOf(clientId, context);
  if (!client) return entraError(unknownClient(clientId, tenant.displayName), context);
  const refused = await credentialError(form, client, context);
  if (refused) return entraError(refused, context);
  const resource = resourceOf(form.get('scope') ?? '');
  const audience = audienceOf(context.world, resource);
  if (!audience) return entraError(unknownResource(resource, tenant.displayName), context);
  return issue(client, audience, form, context);
}

// Some clients add the scopes of a signed-in person, `openid` and the like; the resource is the one with `/.default`.
function resourceOf(scope: string): string {
  const scopes = scope.split(' ').filter((one) => one !== '');
  const chosen = scopes.find((one) => one.endsWith('/.default')) ?? scope;
  return chosen.replace(/\/\.default$/, '');
}

async function issue(client: Client, audience: string, form: URLSearchParams, context: Context): Promise<Response> {
  const { world, clock } = context;
  const clientId = idOf(client);
  const revocable = form.get('claims')?.includes('"cp1"') ?? false;
  const lifetimeInSeconds = revocable ? REVOCABLE_TOKEN_LIFETIME_IN_SECONDS : TOKEN_LIFETIME_IN_SECONDS;
  const minted = await mintToken({
    tenant: world.tenant,
    clock,
    audience,
    clientId,
    principalId: client.principalId,
    proof: form.has('client_assertion') ? '2' : '1',
    lifetimeInSeconds,
    roles: appRolesOf(world, clientId, audience),
    ...('resourceId' in client ? { managedIdentityId: client.resourceId } : {}),
  });
  return json(
    200,
    {
      token_type: 'Bearer',
      expires_in: lifetimeInSeconds,
      ext_expires_in: lifetimeInSeconds,
      access_token: minted.token,
    },
    { 'cache-control': 'no-store, no-cache', pragma: 'no-cache' },
  );
}

function formError(form: URLSearchParams): EntraError | null {
  const missing = ['grant_type', 'client_id', 'scope'].find((name) => !form.get(name));
  if (missing) return missingParameter(missing);
  const grant = form.get('grant_type') ?? '';
  return grant === 'client_credentials' ? null : unsupportedGrant(grant);
}

async function credentialError(form: URLSearchParams, client: Client, { clock }: Context): Promise<EntraError | null> {
  const assertion = form.get('client_assertion');
  if (assertion !== null) return assertionError(assertion, client.federatedCredentials, clock);
  const secret = form.get('client_secret');
  if (secret === null) return missingCredential();
  const secrets = 'secrets' in client ? client.secrets : [];
  const now = clock.now();
  const accepted = secrets.some(
    ({ value, expiresAt }) => value === secret && (expiresAt === undefined || Date.parse(expiresAt) > now),
  );
  return accepted ? null : wrongSecret(idOf(client));
}

function clientOf(id: string, { world }: Context): Client | undefined {
  const managed = world.identities.filter((identity) => identity.federatedCredentials.length > 0);
  return [...world.applications, ...managed].find((client) => sameName(idOf(client), id));
}

function idOf(client: Client): string {
  return 'appId' in client ? client.appId : client.clientId;
}

function isTenant(name: string, { world }: Context): boolean {
  return sameName(name, world.tenant.id) || sameName(name, world.tenant.domain);
}
