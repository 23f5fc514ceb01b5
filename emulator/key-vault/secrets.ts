import type { Principal } from '../entra/tokens.ts';
import { sameName } from '../identifier.ts';
import { isDataPermitted } from '../roles.ts';
import { type Context, json } from '../service.ts';
import type { Secret, SecretVersion, Vault } from '../world.ts';
import { forbiddenByRbac, secretNotFound, vaultError } from './answer.ts';
import { deletedBundle, deletedItem, latestVersion, secretBundle, secretItem, versionItem } from './record.ts';

const MAX_PAGE_SIZE = 25;
const GET_SECRET = 'Microsoft.KeyVault/vaults/secrets/getSecret/action';
const READ_METADATA = 'Microsoft.KeyVault/vaults/secrets/readMetadata/action';

/** One authenticated request to one vault. */
export interface VaultRequest {
  readonly caller: Principal;
  readonly vault: Vault;
  readonly context: Context;
}

/** `GET /secrets/{name}[/{version}]`. Expired and not yet valid secrets are readable, disabled ones are not. */
export function getSecret(request: VaultRequest, name: string, wanted: string): Response {
  const forbidden = refusal(request, GET_SECRET, name);
  if (forbidden) return forbidden;
  const secret = secretOf(request, name);
  const version = secret && (wanted === '' ? latestVersion(secret) : versionOf(secret, wanted));
  if (!secret || !version) return secretNotFound(wanted === '' ? name : `${name}/${wanted}`);
  if (!version.enabled) {
    return vaultError(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.', 'SecretDisabled');
  }
  return json(200, secretBundle(originOf(request), secret, version));
}

/** `GET /secrets/{name}/versions`: an empty list for a secret that does not exist, as the real service answers. */
export function listVersions(request: VaultRequest, name: string): Response {
  const secret = secretOf(request, name);
  const items = secret ? secret.versions.map((version) => versionItem(originOf(request), secret, version)) : [];
  return refusal(request, READ_METADATA, name) ?? page(items, request);
}

/** `GET /secrets`. */
export function listSecrets(request: VaultRequest): Response {
  const secrets = request.vault.secrets.filter((secret) => secret.deletedAt === undefined);
  return refusal(request, READ_METADATA) ?? page(itemsOf(secrets, request, secretItem), request);
}

/** `GET /deletedsecrets`. */
export function listDeleted(request: VaultRequest): Response {
  const secrets = request.vault.secrets.filter((secret) => secret.deletedAt !== undefined);
  return refusal(request, READ_METADATA) ?? page(itemsOf(secrets, request, deletedItem), request);
}

/** `GET /deletedsecrets/{name}`. */
export function getDeleted(request: VaultRequest, name: string): Response {
  const secrets = request.vault.secrets.filter((one) => one.deletedAt !== undefined && sameName(one.name, name));
  const [item] = itemsOf(secrets, request, deletedBundle);
  const answer = item ? json(200, item) : vaultError(404, 'SecretNotFound', `Deleted Secret not found: ${name}`);
  return refusal(request, READ_METADATA, name) ?? answer;
}

function refusal({ caller, vault, context }: VaultRequest, action: string, name?: string): Response | null {
  const scope = name === undefined ? vault.id : `${vault.id}/secrets/${name}`;
  const permitted = isDataPermitted(context.world, caller.principalId, action, scope);
  return permitted ? null : forbiddenByRbac(caller, action, scope, vault);
}

function page(items: readonly unknown[], request: VaultRequest): Response {
  const { searchParams, pathname } = request.context.url;
  const maxResults = searchParams.get('maxresults') ?? String(MAX_PAGE_SIZE);
  if (!/^([1-9]|1\d|2[0-5])$/.test(maxResults)) {
    return vaultError(400, 'BadParameter', `maxresults must be between 1 and ${MAX_PAGE_SIZE}, and is ${maxResults}.`);
  }
  const skipToken = searchParams.get('$skiptoken') ?? encodeStart(0);
  const start = decodeStart(skipToken);
  if (start === null) return vaultError(400, 'BadParameter', 'The $skiptoken query parameter is invalid.');
  const end = start + Number(maxResults);
  const next = `${originOf(request)}${pathname}?api-version=${searchParams.get('api-version')}&$skiptoken=${encodeStart(end)}&maxresults=${maxResults}`;
  return json(200, { value: items.slice(start, end), nextLink: end < items.length ? next : null });
}

function itemsOf(
  secrets: readonly Secret[],
  request: VaultRequest,
  toItem: (origin: string, secret: Secret, version: SecretVersion) => unknown,
): unknown[] {
  return secrets.flatMap((secret) => {
    const latest = latestVersion(secret);
    return latest ? [toItem(originOf(request), secret, latest)] : [];
  });
}

function secretOf({ vault }: VaultRequest, name: string): Secret | undefined {
  return vault.secrets.find((secret) => secret.deletedAt === undefined && sameName(secret.name, name));
}

function versionOf(secret: Secret, wanted: string): SecretVersion | undefined {
  return secret.versions.find(({ version }) => sameName(version, wanted));
}

// Clients refuse a nextLink on another origin than the one they called.
function originOf({ context }: VaultRequest): string {
  return context.url.origin;
}

function encodeStart(start: number): string {
  return Buffer.from(`start=${start}`).toString('base64url');
}

function decodeStart(skipToken: string): number | null {
  const match = Buffer.from(skipToken, 'base64url')
    .toString()
    .match(/^start=(\d+)$/);
  return match ? Number(match[1]) : null;
}
