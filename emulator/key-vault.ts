import { sameName } from './identifier.ts';
import { vaultError, withVaultHeaders } from './key-vault/answer.ts';
import { vaultCaller } from './key-vault/caller.ts';
import {
  getDeleted,
  getSecret,
  listDeleted,
  listSecrets,
  listVersions,
  type VaultRequest,
} from './key-vault/secrets.ts';
import type { Context } from './service.ts';
import type { Vault } from './world.ts';

const API_VERSIONS = ['7.0', '7.1', '7.2', '7.3', '7.4', '7.5', '7.6', '2025-07-01', '2026-04-01'];
const SECRET_NAME = /^[0-9a-zA-Z-]{1,127}$/;

/** The secrets of one vault, read only, as Key Vault's data plane serves them. */
export async function keyVault(request: Request, context: Context, vault: Vault): Promise<Response> {
  return withVaultHeaders(await answer(request, context, vault), request, vault);
}

async function answer(request: Request, context: Context, vault: Vault): Promise<Response> {
  const caller = await vaultCaller(request, context);
  if (caller instanceof Response) return caller;
  if (!context.quotas.spendVaultRequest(vault.name)) return throttled();
  const invalid = apiVersionError(context);
  if (invalid) return invalid;
  if (request.method !== 'GET') {
    return vaultError(
      405,
      'MethodNotAllowed',
      `The local Azure's vaults are read only: it does not support ${request.method}.`,
    );
  }
  return route({ caller, vault, context });
}

function route(request: VaultRequest): Response {
  const [, collection = '', name = '', version = '', ...rest] = request.context.url.pathname.split('/');
  if (rest.some((segment) => segment !== '')) return notFound();
  if (name !== '' && !SECRET_NAME.test(name)) {
    return vaultError(400, 'BadParameter', `The request URI contains an invalid name: ${name}`);
  }
  if (sameName(collection, 'deletedsecrets') && version === '') {
    return name === '' ? listDeleted(request) : getDeleted(request, name);
  }
  if (!sameName(collection, 'secrets')) return notFound();
  if (name === '') return listSecrets(request);
  return sameName(version, 'versions') ? listVersions(request, name) : getSecret(request, name, version);
}

function apiVersionError({ url }: Context): Response | null {
  // Clients write `api%2Dversion` too: searchParams has decoded it.
  const version = url.searchParams.get('api-version');
  if (!version) return vaultError(400, 'BadParameter', 'api-version must be specified');
  if (API_VERSIONS.includes(version)) return null;
  const message = `The specified version (${version}) is not recognized. Consider using the latest supported version (${API_VERSIONS.at(-1)}).`;
  return vaultError(400, 'BadParameter', message);
}

// Recorded answers of the real service have no Retry-After here.
function throttled(): Response {
  const message =
    'Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached';
  return vaultError(429, 'Throttled', message);
}

function notFound(): Response {
  return vaultError(
    404,
    'NotFound',
    'The local Azure serves /secrets and /deletedsecrets of a vault, and nothing else.',
  );
}
