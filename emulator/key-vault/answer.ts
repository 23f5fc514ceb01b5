import { randomUUID } from 'node:crypto';
import type { Principal } from '../entra/tokens.ts';
import { json } from '../service.ts';
import type { Vault } from '../world.ts';

/** Key Vault's error body; `inner` is the code that tells one 403 from another. */
export function vaultError(status: number, code: string, message: string, inner?: string): Response {
  const innererror = inner === undefined ? {} : { innererror: { code: inner } };
  return json(status, { error: { code, message, ...innererror } });
}

/** The headers that stand on every answer of Key Vault. */
export function withVaultHeaders(response: Response, request: Request, vault: Vault): Response {
  const headers = {
    'cache-control': 'no-cache',
    pragma: 'no-cache',
    expires: '-1',
    'x-ms-keyvault-region': vault.location,
    'x-ms-client-request-id': request.headers.get('x-ms-client-request-id') ?? randomUUID(),
    'x-ms-request-id': randomUUID(),
    'x-ms-keyvault-service-version': '1.9.378.1',
    'x-ms-keyvault-network-info': 'conn_type=Ipv4;addr=127.0.0.1;act_addr_fam=InterNetwork;',
    'x-content-type-options': 'nosniff',
    'strict-transport-security': 'max-age=31536000;includeSubDomains',
  };
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  return response;
}

export function secretNotFound(id: string): Response {
  return vaultError(
    404,
    'SecretNotFound',
    `A secret with (name/id) ${id} was not found in this key vault. If you recently deleted this secret you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
  );
}

/** The 403 of a caller whom no role assignment permits the action. */
export function forbiddenByRbac(caller: Principal, action: string, resource: string, vault: Vault): Response {
  const lines = [
    'Caller is not authorized to perform action on resource.',
    'If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.',
    `Caller: appid=${caller.clientId};oid=${caller.principalId};iss=${caller.issuer}`,
    `Action: '${action}'`,
    `Resource: '${resource.toLowerCase()}'`,
    'Assignment: (not found)',
    'DenyAssignmentId: null',
    'DecisionReason: null ',
    `Vault: ${vault.name};location=${vault.location}`,
    '',
  ];
  return vaultError(403, 'Forbidden', lines.join('\r\n'), 'ForbiddenByRbac');
}
