import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createAudit } from '../src/audit.ts';
import { createLog } from '../src/telemetry.ts';
import { checkedAzure, fixes, inState } from './support/check.ts';
import { callsOf } from './support/emulator.ts';
import { textFile } from './support/file.ts';
import { arrival } from './support/gateway.ts';

const PROBE = /azure-graphql-gateway-check-[0-9a-f-]{36}/g;
const REFUSED =
  "contoso-vault.vault.azure.net refused the gateway's identity. Grant it the role Key Vault Secrets User on vault contoso-vault, and check the firewall there.";

describe('check', () => {
  it('finds contoso in order, and costs nine calls that read nothing', async () => {
    const { azure, check } = checkedAzure();
    const { code, rows, complaints } = await check();
    assert.deepEqual([code, inState(rows, 'FAILED'), inState(rows, 'warning'), complaints], [0, [], [], '']);
    const { subscriptions, tenant } = azure.world;
    const groups = `/subscriptions/${subscriptions[0]?.subscriptionId}/resourcegroups`;
    assert.deepEqual(
      callsOf(azure)
        .map((call) => call.replace(PROBE, 'NO-SUCH'))
        .toSorted(),
      [
        `arm ${groups} 200`,
        `arm ${groups}/NO-SUCH 404`,
        `entra /${tenant.id}/.well-known/openid-configuration 200`,
        `entra /${tenant.id}/discovery/keys 200`,
        'imds /metadata/identity/oauth2/token 200',
        'imds /metadata/identity/oauth2/token 200',
        'key-vault /secrets 200',
        'key-vault /secrets/NO-SUCH/ 401',
        'key-vault /secrets/NO-SUCH/ 404',
      ],
    );
  });

  it('says whom Azure takes the gateway for, and nothing of its token', async () => {
    const { objectId, check, azure } = checkedAzure();
    const { rows, out } = await check();
    const [identity] = rows.filter(({ what }) => what === 'identity');
    const clientId = azure.world.identities.find(({ principalId }) => principalId === objectId)?.clientId;
    assert.equal(
      identity?.detail,
      `managed-identity, object id ${objectId}, application ${clientId}, tenant ${azure.world.tenant.id}`,
    );
    assert.doesNotMatch(out, /eyJ|Bearer/);
  });

  it('names Reader where it was taken away, though ARM answers with an empty list', async () => {
    const { objectId, azure, check, takeAway } = checkedAzure();
    const id = azure.world.subscriptions[0]?.id ?? '';
    takeAway('Reader', id);
    const { code, rows } = await check();
    assert.deepEqual(
      [code, fixes(rows)],
      [
        1,
        [
          `az role assignment create --assignee-object-id ${objectId} --assignee-principal-type ServicePrincipal --role "Reader" --scope ${id}`,
        ],
      ],
    );
  });

  it('names Key Vault Secrets User where it was taken away', async () => {
    const { objectId, check, takeAway } = checkedAzure();
    takeAway('Key Vault Secrets User', '/contoso-vault');
    const { code, rows } = await check();
    const fix = `az role assignment create --assignee-object-id ${objectId} --assignee-principal-type ServicePrincipal --role "Key Vault Secrets User" --scope "$(az keyvault show --name contoso-vault --query id --output tsv)"`;
    assert.equal(code, 1);
    assert.deepEqual(inState(rows, 'FAILED'), [
      `vault contoso-vault: list: ${REFUSED}`,
      `vault contoso-vault: get: ${REFUSED}`,
    ]);
    assert.deepEqual(fixes(rows), [fix, fix]);
  });

  it('tells an identity that may list from one that may read', async () => {
    const { azure, objectId, check, takeAway } = checkedAzure();
    takeAway('Key Vault Secrets User', '/contoso-vault');
    azure.assignRole({ principalId: objectId, role: 'Key Vault Reader', scope: azure.world.vaults[0]?.id ?? '' });
    const { rows } = await check();
    assert.deepEqual(inState(rows, 'FAILED'), [`vault contoso-vault: get: ${REFUSED}`]);
  });

  it('asks for no more than the policy grants', async () => {
    const { azure, check } = checkedAzure();
    const policy = '@id("audit") permit (principal, action == Action::"readSecretProperties", resource);';
    const { code, rows } = await check({ ACCESS_POLICY: textFile(policy) });
    assert.equal(code, 0);
    assert.deepEqual(inState(rows, 'skipped').slice(1, 3), [
      'subscriptions: no policy grants readEstate',
      'vault contoso-vault: get: no policy grants readSecretValue in it',
    ]);
    assert.doesNotMatch(callsOf(azure).join(), /arm/);
  });

  it('asks every vault that a permit names, and none that only a forbid does', async () => {
    const { check } = checkedAzure();
    const policy = `
      @id("one") permit (principal, action, resource == Secret::"contoso-payments/db");
      @id("two") permit (principal, action == Action::"readSecretValue", resource is Secret) when { resource.vault == "contoso-legacy" };
      @id("no") forbid (principal, action == Action::"readSecretValue", resource in Vault::"contoso-root");`;
    const { rows } = await check({ ACCESS_POLICY: textFile(policy), KEYVAULT_VAULT_NAME: '' });
    assert.deepEqual(
      rows.filter(({ what }) => what.startsWith('vault')).map(({ what, state }) => `${what} ${state}`),
      [
        ...['vault contoso-legacy ok', 'vault contoso-legacy: list skipped', 'vault contoso-legacy: get FAILED'],
        ...['vault contoso-payments ok', 'vault contoso-payments: list ok', 'vault contoso-payments: get ok'],
      ],
    );
  });

  it('warns of a vault that the policy misnames, and asks no such host', async () => {
    const { azure, check } = checkedAzure();
    const policy =
      '@id("a") permit (principal, action == Action::"readSecretValue", resource in Vault::"evil.example");';
    const { code, rows } = await check({ ACCESS_POLICY: textFile(policy), KEYVAULT_VAULT_NAME: '' });
    assert.deepEqual(
      [code, inState(rows, 'warning')],
      [0, ['vault "evil.example": The policy names it, and no vault of Azure can have that name.']],
    );
    assert.doesNotMatch(callsOf(azure).join(), /key-vault/);
  });

  it('has a row for each subscription that the identity sees, and fails the one it may not read', async () => {
    const { azure, objectId, check, takeAway } = checkedAzure();
    const [production, development] = azure.world.subscriptions;
    takeAway('Reader', development?.id ?? '');
    const scope = `${development?.id}/resourceGroups/none/providers/Microsoft.KeyVault/vaults/none`;
    azure.assignRole({ principalId: objectId, role: 'Key Vault Reader', scope });
    const { rows } = await check({ AZURE_SUBSCRIPTION_ID: '' });
    assert.deepEqual(
      rows.filter(({ what }) => what.startsWith('subscription')).map(({ what, state }) => `${what} ${state}`),
      [
        'subscriptions ok',
        `subscription ${development?.subscriptionId} FAILED`,
        `subscription ${production?.subscriptionId} ok`,
      ],
    );
  });

  it('warns where only some groups may be read', async () => {
    const { azure, objectId, check, takeAway } = checkedAzure();
    const [production] = azure.world.subscriptions;
    takeAway('Reader', production?.id ?? '');
    azure.assignRole({ principalId: objectId, role: 'Reader', scope: `${production?.id}/resourceGroups/rg-aks-prod` });
    const { code, rows } = await check();
    assert.equal(code, 0);
    assert.deepEqual(inState(rows, 'warning'), [
      `subscription ${production?.subscriptionId}: Only 1 resource groups may be read: the role Reader is given below it alone.`,
    ]);
  });

  it('says that an identity without any role sees no subscription', async () => {
    const { azure, check } = checkedAzure();
    azure.world.roleAssignments = [];
    const { rows } = await check({ AZURE_SUBSCRIPTION_ID: '', KEYVAULT_VAULT_NAME: '' });
    assert.deepEqual(inState(rows, 'FAILED'), [
      "subscriptions: The gateway's identity sees no subscription. Grant it the role Reader on one.",
    ]);
    assert.match(fixes(rows)[0] ?? '', /--role "Reader" --scope "\/subscriptions\/\$\(az account show/);
  });

  it('fails a vault that does not exist, and skips what would be asked of it', async () => {
    const { check } = checkedAzure();
    const { code, rows } = await check({ KEYVAULT_VAULT_NAME: 'no-such-vault' });
    assert.equal(code, 1);
    assert.deepEqual(inState(rows, 'FAILED'), [
      'vault no-such-vault: no-such-vault.vault.azure.net has no address. Check the name, and the DNS that the gateway uses.',
    ]);
    assert.deepEqual(inState(rows, 'skipped').slice(1, 3), [
      'vault no-such-vault: list: vault no-such-vault has failed',
      'vault no-such-vault: get: vault no-such-vault has failed',
    ]);
  });

  for (const [inner, fix] of Object.entries({
    ForbiddenByFirewall: /^Let the gateway through the vault's firewall/,
    ForbiddenByPolicy: /^az keyvault set-policy --name contoso-vault --object-id \S+ --secret-permissions get list$/,
  })) {
    it(`names what mends a vault's ${inner}`, async () => {
      const { azure, check } = checkedAzure();
      const body = { error: { code: 'Forbidden', message: 'x', innererror: { code: inner } } };
      const headers = { 'x-ms-request-id': 'one' };
      azure.addFault({ service: 'key-vault', path: '/secrets', status: 403, headers, body });
      azure.fetch = challengedFirst(azure.fetch);
      const { rows } = await check();
      assert.match(fixes(rows)[0] ?? '', fix);
    });
  }

  it('skips all that an identity without a token cannot ask', async () => {
    const { azure, check } = checkedAzure();
    azure.addFault({ service: 'imds', reset: true });
    const { code, rows, out } = await check();
    assert.deepEqual(
      [code, inState(rows, 'FAILED').length, rows.find(({ what }) => what === 'identity')?.state],
      [1, 1, 'FAILED'],
    );
    assert.deepEqual(
      inState(rows, 'skipped').filter((row) => row.endsWith('the identity has failed')),
      [
        ...['subscriptions', 'vault contoso-vault', 'vault contoso-vault: list', 'vault contoso-vault: get'].map(
          (what) => `${what}: the identity has failed`,
        ),
      ],
    );
    assert.doesNotMatch(out, /ECONNRESET/);
  });

  it('does not wait for ever on one that never answers', async () => {
    const { azure, check } = checkedAzure();
    azure.addFault({ service: 'arm', delayInMs: 3_600_000 });
    azure.addFault({ service: 'entra', delayInMs: 3_600_000 });
    const patience = new AbortController();
    const silent = ['management.azure.com', 'sts.windows.net'].map((host) =>
      arrival(azure, (url) => url.startsWith(`https://${host}`)),
    );
    void Promise.all(silent).then(() => patience.abort());
    const { rows } = await check({}, { signal: patience.signal });
    const ofSilent = rows.filter(({ what }) => /^(issuer|subscription)/.test(what));
    assert.deepEqual(inState(ofSilent, 'FAILED'), [
      'issuer sts.windows.net: sts.windows.net did not answer within the time of this check.',
      `subscription ${azure.world.subscriptions[0]?.subscriptionId}: management.azure.com did not answer within this request's time. Try again.`,
    ]);
  });

  it('prints every complaint about the settings, and asks nothing', async () => {
    const { azure, check } = checkedAzure();
    const { code, rows } = await check({ PORT: 'http', AZURE_CLOUD: 'moon' });
    assert.deepEqual([code, callsOf(azure)], [1, []]);
    assert.deepEqual(inState(rows, 'FAILED'), [
      'settings: PORT is "http": give a whole number from 0 to 65535 (default 8080).',
      'settings: AZURE_CLOUD is "moon": give one of public, usgov, china (default public).',
    ]);
  });

  it('prints every complaint about the policy, and checks on', async () => {
    const { check } = checkedAzure();
    const { code, rows } = await check({
      ACCESS_POLICY: textFile('permit (principal, action, resource);\nforbid (principal, action, resource);'),
    });
    const about = 'this policy has no id: write @id("a-name") before it.';
    assert.equal(code, 1);
    assert.deepEqual(inState(rows, 'FAILED'), [
      `access policy: ACCESS_POLICY, line 1, column 1: ${about}`,
      `access policy: ACCESS_POLICY, line 2, column 1: ${about}`,
    ]);
  });

  it('fails trusted documents that do not fit the schema, and counts those that do', async () => {
    const { check } = checkedAzure();
    const [good, bad] = ['{ viewer { id } }', '{ viewer { no } }'].map((a) => textFile(JSON.stringify({ a })));
    const { rows } = await check({ TRUSTED_DOCUMENTS: good });
    assert.equal(rows.find(({ what }) => what === 'trusted documents')?.detail, `${good}, 1 in it`);
    const { rows: refused } = await check({ TRUSTED_DOCUMENTS: bad });
    assert.match(
      inState(refused, 'FAILED').join(),
      /^trusted documents: TRUSTED_DOCUMENTS: a: Cannot query field "no"/,
    );
  });

  it('fails an issuer that is another, and names where it is set', async () => {
    const { check } = checkedAzure();
    const { rows } = await check({ CALLER_ISSUERS: 'https://sts.windows.net/nobody/' });
    assert.deepEqual([inState(rows, 'FAILED').length, /CALLER_ISSUERS/.test(fixes(rows)[0] ?? '')], [1, true]);
  });

  for (const file of ['/tmp', '/proc/nope', '/proc/none/audit.log', '/dev/full']) {
    it(`fails an audit file that cannot be written, in the words of the start (${file})`, async () => {
      const { check } = checkedAzure();
      const { rows } = await check({ AUDIT_FILE: file });
      const [failure = ''] = inState(rows, 'FAILED');
      const refused = createAudit({ file, key: undefined }, createLog('silent', { write() {} }));
      await assert.rejects(refused, ({ message }: Error) => `audit: ${message}`.startsWith(failure) && failure !== '');
    });
  }

  it('leaves an audit file as it is, and none where there was none', async () => {
    const { check } = checkedAzure();
    const folder = mkdtempSync(join(tmpdir(), 'gateway-check-audit-'));
    const there = join(folder, 'there');
    writeFileSync(there, 'a line\n');
    const states = [];
    for (const file of [there, join(folder, 'not-there')]) {
      const { rows } = await check({ AUDIT_FILE: file });
      states.push(rows.find(({ what }) => what === 'audit')?.state);
    }
    const left = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
    rmSync(folder, { recursive: true });
    assert.deepEqual([states, left], [['ok', 'ok'], ['a line\n']]);
  });

  it('fails TLS files that do not fit', async () => {
    const { check } = checkedAzure();
    const [certificate, key] = [textFile('no certificate'), textFile('no key')];
    const { rows } = await check({ TLS_CERT_FILE: certificate, TLS_KEY_FILE: key });
    assert.match(inState(rows, 'FAILED').join(), /^TLS: TLS_CERT_FILE and TLS_KEY_FILE cannot be used \(ERR_OSSL/);
  });

  it('fails a port that another program has, and not one that a gateway has', async () => {
    const { check } = checkedAzure();
    const states = [];
    for (const status of ['something else', 'live']) {
      await using server = await listening(JSON.stringify({ status }));
      const { rows } = await check({ PORT: server.port });
      states.push(rows.find(({ what }) => what === 'port')?.state);
    }
    assert.deepEqual(states, ['FAILED', 'ok']);
  });

  it('warns of a collector that takes no connections, naming its host alone', async () => {
    const { check } = checkedAzure();
    const server = await listening('');
    await server[Symbol.asyncDispose]();
    const { code, rows } = await check({
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://user:hidden@127.0.0.1:${server.port}/v1`,
    });
    assert.equal(code, 0);
    assert.deepEqual(inState(rows, 'warning'), [`traces: 127.0.0.1:${server.port} cannot be reached (ECONNREFUSED).`]);
  });

  it('is a table for people, the fix under what has failed', async () => {
    const { objectId, azure, check, takeAway } = checkedAzure();
    const id = azure.world.subscriptions[0]?.id ?? '';
    takeAway('Reader', id);
    const { out } = await check({ KEYVAULT_VAULT_NAME: '' }, {}, []);
    const lines = out.split('\n');
    const at = lines.findIndex((line) => line.startsWith('FAILED   subscription '));
    assert.equal(
      lines[at + 1],
      `  fix: az role assignment create --assignee-object-id ${objectId} --assignee-principal-type ServicePrincipal --role "Reader" --scope ${id}`,
    );
    assert.equal(lines.at(-2), '6 ok, 1 FAILED, 5 skipped.');
  });
});

/** A vault whose firewall looks at whoever has shown a token: the challenge comes before. */
function challengedFirst(fetch: (request: Request) => Promise<Response>) {
  const challenge = 'Bearer authorization="https://login.windows.net/TENANT", resource="https://vault.azure.net"';
  return async (request: Request): Promise<Response> => {
    const isVault = new URL(request.url).hostname.endsWith('.vault.azure.net');
    if (!isVault || request.headers.has('authorization')) return fetch(request);
    return Response.json(
      { error: { code: 'Unauthorized' } },
      { status: 401, headers: { 'www-authenticate': challenge } },
    );
  };
}

async function listening(body: string) {
  const server = createServer((_request, response) => response.end(body)).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    port: String((server.address() as AddressInfo).port),
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
