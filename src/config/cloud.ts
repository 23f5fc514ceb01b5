/** Where one Azure lives. Endpoint, authority, token scope and vault suffix only work together. */
export interface Cloud {
  readonly name: string;
  readonly endpoint: string;
  readonly authorityHost: string;
  readonly scope: string;
  readonly vaultSuffix: string;
}

// https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud and the constants of @azure/identity.
export const CLOUDS = {
  public: {
    name: 'public',
    endpoint: 'https://management.azure.com',
    authorityHost: 'https://login.microsoftonline.com',
    scope: 'https://management.azure.com/.default',
    vaultSuffix: 'vault.azure.net',
  },
  usgov: {
    name: 'usgov',
    endpoint: 'https://management.usgovcloudapi.net',
    authorityHost: 'https://login.microsoftonline.us',
    scope: 'https://management.usgovcloudapi.net/.default',
    vaultSuffix: 'vault.usgovcloudapi.net',
  },
  china: {
    name: 'china',
    endpoint: 'https://management.chinacloudapi.cn',
    authorityHost: 'https://login.chinacloudapi.cn',
    scope: 'https://management.chinacloudapi.cn/.default',
    vaultSuffix: 'vault.azure.cn',
  },
} as const satisfies Record<string, Cloud>;
