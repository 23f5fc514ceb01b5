import { isIP } from 'node:net';
import { arm } from './arm.ts';
import { kubernetesIssuer } from './entra/discovery.ts';
import { entra } from './entra.ts';
import { type Cloud, placeOf, publicCloud } from './hosts.ts';
import { sameName } from './identifier.ts';
import { imds, isImdsPath } from './imds.ts';
import { keyVault } from './key-vault.ts';
import { isResourceGraphPath, resourceGraph } from './resource-graph.ts';
import type { Service, ServiceName } from './service.ts';
import type { World } from './world.ts';

export interface Route {
  readonly service: ServiceName;
  readonly cloud: Cloud;
  readonly answer: Service;
}

/** Which service answers this URL. Throws ENOTFOUND, as a resolver would, when the host does not exist. */
export function routeOf(url: URL, world: World): Route {
  if (url.protocol === 'http:') return identityRoute(url);
  const place = placeOf(url.hostname);
  switch (place?.kind) {
    case 'authority':
      return { service: 'entra', cloud: place.cloud, answer: entra };
    case 'kubernetes-issuer':
      return { service: 'entra', cloud: place.cloud, answer: kubernetesIssuer };
    case 'arm':
      return isResourceGraphPath(url.pathname)
        ? { service: 'resource-graph', cloud: place.cloud, answer: resourceGraph }
        : { service: 'arm', cloud: place.cloud, answer: arm };
    case 'vault': {
      const vault = world.vaults.find(({ name }) => sameName(name, place.vault));
      if (!vault) throw notFound(url.hostname);
      return {
        service: 'key-vault',
        cloud: place.cloud,
        answer: (request, context) => keyVault(request, context, vault),
      };
    }
    case undefined:
      throw notFound(url.hostname);
  }
}

// The identity endpoint is wherever AZURE_POD_IDENTITY_AUTHORITY_HOST says: any plain-http host may be it.
function identityRoute(url: URL): Route {
  const isAddress = url.hostname === 'localhost' || isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0;
  if (!isAddress && !isImdsPath(url.pathname)) throw notFound(url.hostname);
  return { service: 'imds', cloud: publicCloud, answer: imds };
}

function notFound(hostname: string): Error {
  const error = new Error(`getaddrinfo ENOTFOUND ${hostname}`);
  return Object.assign(error, { code: 'ENOTFOUND', errno: -3008, syscall: 'getaddrinfo', hostname });
}
