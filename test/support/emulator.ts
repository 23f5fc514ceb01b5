import { ResourceManagementClient } from '@azure/arm-resources';
import type { TokenCredential } from '@azure/identity';
import { decodeJwt } from 'jose';
import type { Azure } from '../../emulator/azure.ts';
import { transportTo } from './transport.ts';

/** A token of the host's own identity, or of the one that `query` names. */
export async function tokenFor(azure: Azure, resource: string, query = ''): Promise<string> {
  const url = `http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01&resource=${resource}${query}`;
  const response = await azure.fetch(new Request(url, { headers: { metadata: 'true' } }));
  return JSON.parse(await response.text()).access_token;
}

/** A credential for the SDK clients. @azure/identity's own cannot be pointed at a second world in one process. */
export function credentialOf(azure: Azure): TokenCredential {
  return {
    async getToken(scopes) {
      const [scope = ''] = [scopes].flat();
      const token = await tokenFor(azure, scope.replace(/\/\.default$/, ''));
      return { token, expiresOnTimestamp: Number(decodeJwt(token).exp) * 1000 };
    },
  };
}

/** A GET with the host's own identity at the service the URL names: status and body. */
export async function ask(azure: Azure, url: string, token?: string): Promise<{ status: number; body: unknown }> {
  const resource = new URL(url).hostname.endsWith('.vault.azure.net') ? 'vault.azure.net' : 'management.azure.com';
  const bearer = token ?? (await tokenFor(azure, `https://${resource}`));
  const response = await azure.fetch(new Request(url, { headers: { authorization: `Bearer ${bearer}` } }));
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

/** The code in an Azure error body, inner code included: `403 Forbidden/SecretDisabled`. */
export function codeOf({ status, body }: { status: number; body: unknown }): string {
  const { error } = JSON.parse(JSON.stringify(body));
  return [`${status} ${error.code}`, error.innererror?.code].filter(Boolean).join('/');
}

/** The ledger in one line a call. */
export function callsOf(azure: Azure): string[] {
  return azure.calls.map(({ service, path, status }) => `${service} ${path} ${status}`);
}

/** The default subscription. */
export function production(azure: Azure): { id: string; subscriptionId: string } {
  return azure.world.subscriptions[0] ?? { id: '', subscriptionId: '' };
}

/** The list of the default subscription's groups. */
export function groupsUrl(azure: Azure): string {
  return `https://management.azure.com${production(azure).id}/resourcegroups?api-version=2025-04-01`;
}

/** The SDK's client with the host's own identity. */
export function armClientOf(azure: Azure, subscriptionId = production(azure).subscriptionId): ResourceManagementClient {
  return new ResourceManagementClient(credentialOf(azure), subscriptionId, { httpClient: transportTo(azure.fetch) });
}
