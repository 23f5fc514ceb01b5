import { Agent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline';
import { type Azure, createAzure } from '../../emulator/azure.ts';
import { type Listening, listen } from '../../emulator/listen.ts';

/** A local Azure behind real sockets, and the gateway's own network to it: its names lead to this machine. */
export interface Networked {
  readonly azure: Azure;
  readonly listening: Listening;
  /** A network of its own, as a process has one; `trusts` says whether it knows Azure's CA. */
  network(options?: { readonly trusts?: boolean }): HttpClient;
  /** What is wrong with DNS, such as ENOTFOUND. */
  dns: string | undefined;
  close(): Promise<void>;
}

/** MSAL keeps the first identity endpoint and the first network of a process: one Azure a test file. */
export async function azureBehindSockets(): Promise<Networked> {
  const azure = createAzure();
  const listening = await listen(azure);
  const { tls, exports } = listening;
  process.env.AZURE_POD_IDENTITY_AUTHORITY_HOST = Object.fromEntries(exports).AZURE_POD_IDENTITY_AUTHORITY_HOST;
  const networked: Networked = {
    azure,
    listening,
    dns: undefined,
    network({ trusts = true } = {}) {
      const agent = new Agent({ keepAlive: true, port: tls.port, lookup, ...(trusts && { ca: tls.authority }) });
      const client = createDefaultHttpClient();
      return {
        sendRequest(request) {
          if (request.url.startsWith('https:')) request.agent = agent as never;
          return client.sendRequest(request);
        },
      };
    },
    close: () => listening.close(),
  };
  const lookup: LookupFunction = (_name, { all }, done) => {
    const { dns } = networked;
    if (dns) done(Object.assign(new Error(dns), { code: dns }), '');
    else if (all) done(null, [{ address: '127.0.0.1', family: 4 }]);
    else done(null, '127.0.0.1', 4);
  };
  return networked;
}
