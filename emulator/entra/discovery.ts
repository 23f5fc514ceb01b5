import { KUBERNETES_ISSUER_HOST } from '../hosts.ts';
import { type Context, json } from '../service.ts';
import { entraKey, kubernetesKey, type SigningKey } from './keys.ts';
import { issuerOf } from './tokens.ts';

/** The documents an authority publishes about itself: OpenID configurations, signing keys, its other names. */
export async function authorityDocument(endpoint: string, context: Context): Promise<Response> {
  switch (endpoint) {
    case 'v2.0/.well-known/openid-configuration':
      return json(200, configuration(context, `${authorityOf(context)}/v2.0`, '/v2.0'));
    case '.well-known/openid-configuration':
      return json(200, configuration(context, issuerOf(context.world.tenant), ''));
    case 'discovery/v2.0/keys':
    case 'discovery/keys':
      return json(200, keySet(await entraKey(), issuerOf(context.world.tenant)));
    case 'discovery/instance':
      return json(200, instances(context));
    default:
      return new Response(null, { status: 404 });
  }
}

/** The issuer of a Kubernetes cluster's service accounts, `/{tenant}/{cluster}/...`. */
export async function kubernetesIssuer(request: Request, { url }: Context): Promise<Response> {
  const [, tenant, cluster, ...rest] = url.pathname.split('/');
  const issuer = `https://${KUBERNETES_ISSUER_HOST}/${tenant}/${cluster}/`;
  if (request.method !== 'GET') return new Response(null, { status: 405, headers: { allow: 'GET' } });
  switch (rest.join('/')) {
    case '.well-known/openid-configuration':
      return json(200, {
        issuer,
        jwks_uri: `${issuer}openid/v1/jwks`,
        response_types_supported: ['id_token'],
        subject_types_supported: ['public'],
        id_token_signing_alg_values_supported: ['RS256'],
      });
    case 'openid/v1/jwks':
      return json(200, keySet(await kubernetesKey(), issuer));
    default:
      return new Response(null, { status: 404 });
  }
}

function configuration(context: Context, issuer: string, version: '' | '/v2.0') {
  const authority = authorityOf(context);
  return {
    token_endpoint: `${authority}/oauth2${version}/token`,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
    jwks_uri: `${authority}/discovery${version}/keys`,
    response_modes_supported: ['query', 'fragment', 'form_post'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code', 'id_token', 'code id_token', 'id_token token'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    issuer,
    authorization_endpoint: `${authority}/oauth2${version}/authorize`,
    device_authorization_endpoint: `${authority}/oauth2${version}/devicecode`,
    end_session_endpoint: `${authority}/oauth2${version}/logout`,
    tenant_region_scope: 'EU',
    cloud_instance_name: 'microsoftonline.com',
  };
}

function instances({ cloud, world }: Context) {
  const [preferred = ''] = cloud.authorities;
  const aliases = cloud.authorities.filter((host) => host.startsWith('login.'));
  return {
    tenant_discovery_endpoint: `https://${preferred}/${world.tenant.id}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: preferred, preferred_cache: aliases[1] ?? preferred, aliases }],
  };
}

function keySet(key: SigningKey, issuer: string) {
  return { keys: [{ ...key.jwk, x5t: key.id, issuer }] };
}

function authorityOf({ cloud, world }: Context): string {
  return `https://${cloud.authorities[0]}/${world.tenant.id}`;
}
