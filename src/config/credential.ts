import type { Environment } from './environment.ts';

export type CredentialConfig =
  | { readonly kind: 'managed-identity'; readonly clientId: string | undefined }
  | {
      readonly kind: 'workload-identity';
      readonly clientId: string;
      readonly tenantId: string;
      readonly tokenFile: string;
    }
  | { readonly kind: 'developer' };

/** The one credential that is used: named, or told by what AKS's webhook has set; never guessed by trying. */
export function readCredential(environment: Environment): CredentialConfig {
  const { text, oneOf, guid } = environment;
  const fallback = text('AZURE_FEDERATED_TOKEN_FILE') ? 'workload-identity' : 'managed-identity';
  const kind = oneOf('AZURE_CREDENTIAL', ['managed-identity', 'workload-identity', 'developer'], fallback);
  const clientId = guid(['AZURE_CLIENT_ID', 'MSI_USER_ASSIGNED_CLIENTID']);
  if (kind === 'developer') return { kind };
  if (kind === 'managed-identity') return { kind, clientId };
  return { kind, ...workloadIdentity(environment, clientId) };
}

function workloadIdentity({ text, guid, readableFile, complain }: Environment, clientId: string | undefined) {
  const tenantId = guid(['AZURE_TENANT_ID']);
  const tokenFile = readableFile('AZURE_FEDERATED_TOKEN_FILE');
  const missing = Object.entries({
    AZURE_CLIENT_ID: text('AZURE_CLIENT_ID') ?? text('MSI_USER_ASSIGNED_CLIENTID'),
    AZURE_TENANT_ID: text('AZURE_TENANT_ID'),
    AZURE_FEDERATED_TOKEN_FILE: tokenFile,
  }).flatMap(([name, value]) => (value ? [] : [name]));
  if (missing.length > 0) {
    complain(
      `AZURE_CREDENTIAL is workload-identity, and ${missing.join(', ')} is not set. ` +
        'On AKS the workload identity webhook sets them: label the pod azure.workload.identity/use=true and annotate its service account.',
    );
  }
  return { clientId: clientId ?? '', tenantId: tenantId ?? '', tokenFile: tokenFile ?? '' };
}
