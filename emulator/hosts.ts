/** The host names and token audiences of one Azure cloud. */
export interface Cloud {
  /** The first is the one that answers name. */
  readonly authorities: readonly string[];
  readonly arm: string;
  readonly vaultSuffix: string;
  readonly armAudiences: readonly string[];
  readonly vaultAudience: string;
  /** The authority that 401 challenges name. */
  readonly challengeAuthority: string;
}

export type Place =
  | { readonly kind: 'authority'; readonly cloud: Cloud }
  | { readonly kind: 'kubernetes-issuer'; readonly cloud: Cloud }
  | { readonly kind: 'arm'; readonly cloud: Cloud }
  | { readonly kind: 'vault'; readonly cloud: Cloud; readonly vault: string };

export const IMDS_ADDRESS = '169.254.169.254';
export const KUBERNETES_ISSUER_HOST = 'eastus.oic.prod-aks.azure.com';

export const publicCloud: Cloud = {
  authorities: ['login.microsoftonline.com', 'login.windows.net', 'login.microsoft.com', 'sts.windows.net'],
  arm: 'management.azure.com',
  vaultSuffix: 'vault.azure.net',
  armAudiences: armAudiences('management.azure.com', 'management.core.windows.net'),
  vaultAudience: 'https://vault.azure.net',
  challengeAuthority: 'login.windows.net',
};

const usGovernment: Cloud = {
  authorities: ['login.microsoftonline.us'],
  arm: 'management.usgovcloudapi.net',
  vaultSuffix: 'vault.usgovcloudapi.net',
  armAudiences: armAudiences('management.usgovcloudapi.net', 'management.core.usgovcloudapi.net'),
  vaultAudience: 'https://vault.usgovcloudapi.net',
  challengeAuthority: 'login.microsoftonline.us',
};

const china: Cloud = {
  authorities: ['login.chinacloudapi.cn', 'login.partner.microsoftonline.cn'],
  arm: 'management.chinacloudapi.cn',
  vaultSuffix: 'vault.azure.cn',
  armAudiences: armAudiences('management.chinacloudapi.cn', 'management.core.chinacloudapi.cn'),
  vaultAudience: 'https://vault.azure.cn',
  challengeAuthority: 'login.chinacloudapi.cn',
};

export const clouds: readonly Cloud[] = [publicCloud, usGovernment, china];

/** Which service of which cloud a host name belongs to; null for a name that is not Azure's. */
export function placeOf(hostname: string): Place | null {
  const host = hostname.toLowerCase();
  if (host === KUBERNETES_ISSUER_HOST) return { kind: 'kubernetes-issuer', cloud: publicCloud };
  for (const cloud of clouds) {
    if (cloud.authorities.includes(host)) return { kind: 'authority', cloud };
    if (cloud.arm === host) return { kind: 'arm', cloud };
    if (host.endsWith(`.${cloud.vaultSuffix}`)) {
      return { kind: 'vault', cloud, vault: host.slice(0, -cloud.vaultSuffix.length - 1) };
    }
  }
  return null;
}

/** Every name a certificate for the local Azure must hold. */
export function certificateNames(): string[] {
  const names = clouds.flatMap((cloud) => [...cloud.authorities, cloud.arm, `*.${cloud.vaultSuffix}`]);
  return [...names, KUBERNETES_ISSUER_HOST];
}

function armAudiences(...hosts: string[]): string[] {
  return hosts.flatMap((host) => [`https://${host}`, `https://${host}/`]);
}
