import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { type ClientRequest, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { decodeJwt } from 'jose';
import { type Azure, createAzure } from '../emulator/azure.ts';
import { type Listening, listen } from '../emulator/listen.ts';

const SUBSCRIPTIONS = '/subscriptions?api-version=2022-12-01';

describe('the local Azure behind sockets', () => {
  let azure: Azure;
  let listening: Listening;
  let environment: Record<string, string>;

  before(async () => {
    azure = createAzure();
    listening = await listen(azure);
    environment = Object.fromEntries(listening.exports);
  });
  after(() => listening.close());

  it('exports what a client needs, in this order', () => {
    assert.deepEqual(
      listening.exports.map(([name]) => name),
      [
        ...['HTTPS_PROXY', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE'],
        ...['AZURE_POD_IDENTITY_AUTHORITY_HOST', 'AZURE_TENANT_ID', 'AZURE_SUBSCRIPTION_ID', 'KEYVAULT_VAULT_NAME'],
        ...['LOCAL_AZURE_ADMIN', 'CONTOSO_USER_ASSIGNED_CLIENT_ID', 'CONTOSO_WORKLOAD_CLIENT_ID'],
        ...[
          'CONTOSO_FEDERATED_TOKEN_FILE',
          'CALLER_ISSUERS',
          'CALLER_AUDIENCE',
          'ACCESS_POLICY',
          'ADA_CLIENT_ID',
          'ADA_CLIENT_SECRET',
          'BILLING_SERVICE_CLIENT_ID',
        ],
        ...['BILLING_SERVICE_CLIENT_SECRET', 'AUDITOR_CLIENT_ID', 'AUDITOR_CLIENT_SECRET'],
      ],
    );
  });

  it('is Azure to a client that trusts its authority', async () => {
    const { status, body } = await getThroughProxy('management.azure.com', SUBSCRIPTIONS);
    assert.deepEqual([status, JSON.parse(body).error.code], [401, 'AuthenticationFailed']);
  });

  it('refuses to lead to any other host', async () => {
    const hosts = ['example.com:443', 'management.azure.com:80', 'management.azure.com.example.com:443'];
    assert.deepEqual(await Promise.all(hosts.map(async (host) => (await connect(host)).status)), [403, 403, 403]);
  });

  it('has no address for a vault that does not exist', async () => {
    assert.equal((await connect('no-such-vault.vault.azure.net:443')).status, 502);
  });

  it('gives tokens at the identity endpoint, asked directly or through the proxy', async () => {
    const url = `${environment.AZURE_POD_IDENTITY_AUTHORITY_HOST}//metadata/identity/oauth2/token/?api-version=2018-02-01&resource=https://vault.azure.net`;
    const direct = await get(url);
    const proxied = await get(environment.HTTPS_PROXY ?? '', url);
    assert.deepEqual(
      [direct, proxied].map(({ body }) => decodeJwt(JSON.parse(body).access_token).aud),
      ['https://vault.azure.net', 'https://vault.azure.net'],
    );
  });

  it('destroys the connection for a reset, and notes it', async () => {
    azure.clearCalls();
    azure.addFault({ service: 'arm', reset: true, times: 1 });
    await assert.rejects(getThroughProxy('management.azure.com', SUBSCRIPTIONS), { code: 'ECONNRESET' });
    assert.deepEqual(
      azure.calls.map(({ service, status }) => [service, status]),
      [['arm', 0]],
    );
  });

  it('stops working for a client that has gone', async () => {
    azure.clearCalls();
    azure.addFault({ service: 'imds', delayInMs: 60_000, times: 1 });
    const url = `${environment.AZURE_POD_IDENTITY_AUTHORITY_HOST}/`;
    const client = httpRequest(url, { agent: false }).end();
    client.on('error', () => {});
    client.on('socket', (socket) => socket.on('connect', () => setImmediate(() => client.destroy())));
    while (azure.calls.length === 0) await admin('GET', '/calls');
    assert.deepEqual(
      azure.calls.map(({ service, status }) => [service, status]),
      [['imds', 0]],
    );
  });

  it('takes many connections at once', async () => {
    const answers = Array.from({ length: 50 }, () => getThroughProxy('management.azure.com', SUBSCRIPTIONS));
    assert.deepEqual(new Set((await Promise.all(answers)).map(({ status }) => status)), new Set([401]));
  });

  it('writes the token of contoso’s pod to a file', async () => {
    const token = await readFile(environment.CONTOSO_FEDERATED_TOKEN_FILE ?? '', 'utf8');
    const { aud, sub } = decodeJwt(token);
    assert.deepEqual(
      [aud, sub],
      [['api://AzureADTokenExchange'], 'system:serviceaccount:gateway:azure-graphql-gateway'],
    );
  });

  it('is watched and bent over its admin port', async () => {
    const secret = { vault: 'contoso-vault', name: 'fresh', value: 'contoso demo value' };
    const answers = [
      await admin('POST', '/faults', { service: 'arm', status: 503, times: 1 }),
      await admin('POST', '/faults', { service: 'arm', statuss: 503 }),
      await admin('DELETE', '/faults'),
      await admin('DELETE', '/calls'),
      await admin('GET', '/calls'),
      await admin('POST', '/world/secrets', secret),
      await admin('POST', '/world/secrets', { ...secret, vault: 'none' }),
      await admin('POST', '/world/secrets', { ...secret, name: 'a/b' }),
      await admin('POST', '/world/role-assignments', { principalId: 'p', role: 'Emperor', scope: '/' }),
      await admin('DELETE', '/world/role-assignments/none'),
      await admin('PUT', '/world'),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [201, 400, 204, 204, 200, 201, 404, 400, 400, 404, 404],
    );
  });

  it('gives back a role assignment by the id it was made with', async () => {
    const made = await admin('POST', '/world/role-assignments', { principalId: 'p', role: 'Reader', scope: '/' });
    const { id, ...assignment } = JSON.parse(made.body);
    assert.deepEqual(assignment, { principalId: 'p', role: 'Reader', scope: '/' });
    const removed = await admin('DELETE', `/world/role-assignments/${id}`);
    assert.equal(removed.status, 204);
  });

  it('creates, replaces and deletes a resource by its id', async () => {
    const subscription = `/subscriptions/${environment.AZURE_SUBSCRIPTION_ID}`;
    const id = `${subscription}/resourceGroups/rg-shared-prod/providers/Microsoft.Compute/disks/new disk`;
    const disk = { id, location: 'eastus', properties: { diskSizeGB: 4 } };
    const answers = [
      await admin('POST', '/world/resources', disk),
      await admin('POST', '/world/resources', { ...disk, tags: { env: 'dev' } }),
      await admin('POST', '/world/resources', { ...disk, id: `${subscription}/nothing` }),
      await admin('POST', '/world/resources', { ...disk, tags: 'env' }),
      await admin('DELETE', `/world/resources${encodeURI(id)}`),
      await admin('DELETE', `/world/resources${encodeURI(id)}`),
      await admin('DELETE', '/world/resources/subscriptions/%ff'),
    ];
    assert.deepEqual(
      answers.map(({ status }) => status),
      [201, 201, 400, 400, 204, 404, 400],
    );
  });

  it('does not answer web pages that call its admin port by another name', async () => {
    const { status } = await get(`${environment.LOCAL_AZURE_ADMIN}/world`, undefined, { host: 'example.com' });
    assert.equal(status, 403);
  });

  it('says which port is taken', async () => {
    const imds = new URL(environment.AZURE_POD_IDENTITY_AUTHORITY_HOST ?? '').host;
    await assert.rejects(listen(createAzure(), { imds }), { code: 'EADDRINUSE' });
  });

  interface Answer {
    readonly status: number;
    readonly body: string;
  }

  function get(url: string, path?: string, headers: Record<string, string> = {}): Promise<Answer> {
    const metadata = { metadata: 'true', ...headers };
    return answerOf(httpRequest(url, { headers: metadata, ...(path === undefined ? {} : { path }) }).end());
  }

  function admin(method: string, path: string, body?: unknown): Promise<Answer> {
    const request = httpRequest(`${environment.LOCAL_AZURE_ADMIN}${path}`, { method });
    return answerOf(request.end(body === undefined ? undefined : JSON.stringify(body)));
  }

  async function getThroughProxy(host: string, path: string): Promise<Answer> {
    const { socket } = await connect(`${host}:443`);
    const ca = await readFile(environment.SSL_CERT_FILE ?? '');
    const createConnection = () => connectTls({ socket, ca, servername: host });
    return answerOf(httpsRequest({ host, path, createConnection }).end());
  }

  function connect(path: string) {
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number; socket: Socket }>();
    const request = httpRequest(environment.HTTPS_PROXY ?? '', { method: 'CONNECT', path, agent: false });
    request.on('connect', ({ statusCode = 0 }, socket) => {
      if (statusCode !== 200) socket.destroy();
      resolve({ status: statusCode, socket });
    });
    request.on('error', reject).end();
    return promise;
  }

  function answerOf(request: ClientRequest): Promise<Answer> {
    return new Promise((resolve, reject) => {
      request.on('error', reject);
      request.on('response', async (response) => {
        const chunks = await Array.fromAsync(response);
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
      });
    });
  }
});
