import { appRolesOf, audienceOf } from './entra/audience.ts';
import { unknownResource } from './entra/error.ts';
import { mintToken } from './entra/tokens.ts';
import { sameName } from './identifier.ts';
import { type Context, json } from './service.ts';
import type { ManagedIdentity } from './world.ts';

const TOKEN_LIFETIME_IN_SECONDS = 86399;
const TOKEN_PATH = /^\/+metadata\/identity\/oauth2\/token\/?$/i;

/** Is this the path of the token endpoint, in any of the forms clients send it? */
export function isImdsPath(pathname: string): boolean {
  return TOKEN_PATH.test(pathname);
}

/** The instance metadata service: tokens for the managed identities of the host. */
export async function imds(request: Request, context: Context): Promise<Response> {
  const { searchParams, pathname } = context.url;
  if (!isImdsPath(pathname)) return new Response(null, { status: 404 });
  if (request.method !== 'GET') return new Response(null, { status: 405, headers: { allow: 'GET' } });
  if (request.headers.get('metadata')?.toLowerCase() !== 'true') {
    return badRequest('invalid_request', 'Required metadata header not specified');
  }
  const resource = searchParams.get('resource');
  if (!resource) return missingResource(context);
  if (!searchParams.has('api-version')) {
    return badRequest('invalid_request', "Required query variable 'api-version' is missing");
  }
  const identity = requestedIdentity(context);
  if (!identity) return identityNotFound(context);
  return token(identity, resource, context);
}

async function token(identity: ManagedIdentity, resource: string, context: Context): Promise<Response> {
  const { world, clock, imdsHost } = context;
  const audience = audienceOf(world, resource);
  if (!audience) {
    const { error, number, text } = unknownResource(resource, world.tenant.displayName);
    return badRequest(error, `AADSTS${number}: ${text}`);
  }
  const { token, notBefore, expiresOn } = await mintToken({
    tenant: world.tenant,
    clock,
    audience,
    clientId: identity.clientId,
    principalId: identity.principalId,
    proof: '2',
    lifetimeInSeconds: TOKEN_LIFETIME_IN_SECONDS,
    managedIdentityId: identity.resourceId,
    roles: appRolesOf(world, identity.clientId, audience),
  });
  const body = {
    access_token: token,
    ...(imdsHost === 'container-instance' ? { refresh_token: '' } : {}),
    client_id: identity.clientId,
    expires_in: String(TOKEN_LIFETIME_IN_SECONDS),
    expires_on: String(expiresOn),
    ext_expires_in: String(TOKEN_LIFETIME_IN_SECONDS),
    not_before: String(notBefore),
    resource,
    token_type: 'Bearer',
  };
  return json(200, body, { date: new Date(clock.now()).toUTCString() });
}

function requestedIdentity({ url: { searchParams }, world }: Context): ManagedIdentity | undefined {
  const userAssigned = world.identities.filter((identity) => identity.kind === 'user-assigned');
  const clientId = searchParams.get('client_id');
  if (clientId !== null) return userAssigned.find((identity) => sameName(identity.clientId, clientId));
  const objectId = searchParams.get('object_id') ?? searchParams.get('principal_id');
  if (objectId !== null) return userAssigned.find((identity) => sameName(identity.principalId, objectId));
  const resourceId = searchParams.get('msi_res_id') ?? searchParams.get('mi_res_id');
  if (resourceId !== null) return userAssigned.find((identity) => sameName(identity.resourceId, resourceId));
  return world.identities.find((identity) => identity.kind === 'system-assigned');
}

function missingResource({ imdsHost }: Context): Response {
  if (imdsHost === 'pod-identity') return plainText(400, 'parameter resource cannot be empty');
  return badRequest('invalid_request', "Required query variable 'resource' is missing");
}

function identityNotFound({ imdsHost, url }: Context): Response {
  if (imdsHost !== 'pod-identity') return badRequest('invalid_request', 'Identity not found');
  const clientId = url.searchParams.get('client_id') ?? '';
  return plainText(404, `no azure identity found for request clientID ${clientId}`);
}

function badRequest(error: string, description: string): Response {
  return json(400, { error, error_description: description });
}

function plainText(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8' } });
}
