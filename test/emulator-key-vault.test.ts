import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SecretClient } from '@azure/keyvault-secrets';
import { type Azure, createAzure } from '../emulator/azure.ts';
import { createManualClock } from '../emulator/clock.ts';
import { ask, callsOf, codeOf, credentialOf, tokenFor } from './support/emulator.ts';
import { transportTo } from './support/transport.ts';

const VAULT = 'https://contoso-vault.vault.azure.net';
const VERSION = 'api-version=2025-07-01';

describe('Key Vault', () => {
  it('gives the SDK SampleSecret after one challenge', async () => {
    const azure = createAzure();
    const { value, properties } = await clientOf(azure).getSecret('SampleSecret');
    assert.deepEqual(
      [value, properties.contentType, properties.tags],
      ['MSI Secret!', 'text/plain', { team: 'platform', env: 'prod' }],
    );
    assert.deepEqual(callsOf(azure), [
      'key-vault /secrets/SampleSecret/ 401',
      'imds /metadata/identity/oauth2/token 200',
      'key-vault /secrets/SampleSecret/ 200',
    ]);
  });

  it('challenges in the words the SDK reads', async () => {
    const azure = createAzure();
    const hosts = ['vault.azure.net', 'vault.usgovcloudapi.net', 'vault.azure.cn'];
    const answers = hosts.map((host) => azure.fetch(new Request(`https://contoso-vault.${host}/secrets?${VERSION}`)));
    const tenant = azure.world.tenant.id;
    assert.deepEqual(
      (await Promise.all(answers)).map((answer) => answer.headers.get('www-authenticate')),
      [
        `Bearer authorization="https://login.windows.net/${tenant}", resource="https://vault.azure.net"`,
        `Bearer authorization="https://login.microsoftonline.us/${tenant}", resource="https://vault.usgovcloudapi.net"`,
        `Bearer authorization="https://login.chinacloudapi.cn/${tenant}", resource="https://vault.azure.cn"`,
      ],
    );
  });

  it('answers the version that was created last, whatever the case of the name', async () => {
    const azure = createAzure();
    const { version } = azure.setSecret({ vault: 'contoso-vault', name: 'billing-db-password', value: 'demo v4' });
    const secret = await clientOf(azure).getSecret('BILLING-DB-PASSWORD');
    assert.deepEqual([secret.value, secret.properties.version], ['demo v4', version]);
  });

  it('answers an older version by its id', async () => {
    const azure = createAzure();
    const [first] = versionsOf(azure, 'billing-db-password');
    const secret = await clientOf(azure).getSecret('billing-db-password', { version: first?.version ?? '' });
    assert.equal(secret.value, 'contoso demo value, not a secret: billing-db-password v1');
  });

  it('lists secrets 25 a page, without versions, values and deleted ones', async () => {
    const azure = createAzure();
    const pages = await Array.fromAsync(clientOf(azure).listPropertiesOfSecrets().byPage());
    const names = pages.flat().map(({ name }) => name);
    const expected = azure.world.vaults[0]?.secrets.map(({ name }) => name).filter((name) => name !== 'deleted-token');
    assert.deepEqual(
      pages.map((page) => page.length),
      [25, 5],
    );
    assert.deepEqual(names, expected);
    const { body } = await ask(azure, `${VAULT}/secrets?${VERSION}`);
    assert.doesNotMatch(JSON.stringify(body), /"value":"|\/secrets\/[^/"]+\/[0-9a-f]{32}/);
  });

  it('lists the versions of a secret, oldest first and without values', async () => {
    const azure = createAzure();
    const list = clientOf(azure).listPropertiesOfSecretVersions('billing-db-password');
    assert.deepEqual(
      (await Array.fromAsync(list)).map(({ version }) => version),
      versionsOf(azure, 'billing-db-password').map(({ version }) => version),
    );
    const { body } = await ask(azure, `${VAULT}/secrets/billing-db-password/versions?${VERSION}`);
    assert.doesNotMatch(JSON.stringify(body), /"value":"/);
  });

  it('lists no versions of a secret that does not exist', async () => {
    const { status, body } = await ask(createAzure(), `${VAULT}/secrets/none/versions?${VERSION}`);
    assert.deepEqual({ status, body }, { status: 200, body: { value: [], nextLink: null } });
  });

  it('keeps a deleted secret where it can be recovered', async () => {
    const azure = createAzure();
    const client = clientOf(azure);
    const { deletedOn, name } = await client.getDeletedSecret('deleted-token');
    assert.deepEqual([name, deletedOn], ['deleted-token', new Date('2026-10-01T12:00:00Z')]);
    await assert.rejects(client.getSecret('deleted-token'), { statusCode: 404, code: 'SecretNotFound' });
  });

  it('reads secrets that have expired or are not yet valid', async () => {
    const client = clientOf(createAzure());
    const secrets = [
      await client.getSecret('expired-certificate-password'),
      await client.getSecret('next-quarter-key'),
    ];
    assert.deepEqual(
      secrets.map(({ properties }) => properties.expiresOn ?? properties.notBefore),
      [new Date('2026-03-31'), new Date('2099-01-01')],
    );
  });

  it('has its own error for everything it refuses', async () => {
    const azure = createAzure();
    const urls = [
      `/secrets/retired-api-key?${VERSION}`,
      `/secrets/none?${VERSION}`,
      `/secrets/SampleSecret/${'0'.repeat(32)}?${VERSION}`,
      `/secrets/not_a_name?${VERSION}`,
      `/secrets?${VERSION}&maxresults=26`,
      `/secrets?${VERSION}&maxresults=0`,
      '/secrets',
      '/secrets?api-version=1.0',
      `/keys?${VERSION}`,
    ];
    const codes = await Promise.all(urls.map(async (url) => codeOf(await ask(azure, `${VAULT}${url}`))));
    assert.deepEqual(codes, [
      '403 Forbidden/SecretDisabled',
      '404 SecretNotFound',
      '404 SecretNotFound',
      '400 BadParameter',
      '400 BadParameter',
      '400 BadParameter',
      '400 BadParameter',
      '400 BadParameter',
      '404 NotFound',
    ]);
  });

  it('builds its links from the host it was called by', async () => {
    const azure = createAzure();
    const token = await tokenFor(azure, 'https://vault.azure.net');
    const { body } = await ask(azure, `https://contoso-vault.vault.azure.net:8443/secrets?${VERSION}`, token);
    const { nextLink, value } = JSON.parse(JSON.stringify(body));
    assert.deepEqual(
      [nextLink, value[0].id].map((url) => new URL(url).host),
      ['contoso-vault.vault.azure.net:8443', 'contoso-vault.vault.azure.net:8443'],
    );
  });

  it('takes 4,000 requests in ten seconds', async () => {
    const clock = createManualClock();
    const azure = createAzure({ clock });
    const token = await tokenFor(azure, 'https://vault.azure.net');
    const read = () => ask(azure, `${VAULT}/secrets/Root-Key?${VERSION}`, token);
    const answers = await Promise.all(Array.from({ length: 4001 }, read));
    const refused = answers.filter(({ status }) => status !== 200).map(codeOf);
    clock.advance(10_000);
    assert.deepEqual([...refused, (await read()).status], ['429 Throttled', 200]);
  });
});

describe('role assignments in Key Vault', () => {
  it('refuse a vault without a role, and say who asked for what', async () => {
    const azure = createAzure();
    const answer = await ask(azure, `https://contoso-legacy.vault.azure.net/secrets/mainframe-password?${VERSION}`);
    assert.equal(codeOf(answer), '403 Forbidden/ForbiddenByRbac');
    const { message } = JSON.parse(JSON.stringify(answer.body)).error;
    assert.match(
      message,
      /Caller: appid=\S+;oid=\S+;iss=\S+\r\nAction: 'Microsoft.KeyVault\/vaults\/secrets\/getSecret\/action'/,
    );
  });

  for (const [role, read, list] of [
    ['Key Vault Secrets User', 200, 200],
    ['Key Vault Reader', 403, 200],
    ['Key Vault Secrets Officer', 200, 200],
    ['Key Vault Administrator', 200, 200],
    ['Owner', 403, 403],
  ] as const) {
    it(`let ${role} read a value: ${read}, and the list: ${list}`, async () => {
      const azure = onlyRole(role, azureVaultId());
      const paths = ['/secrets/Root-Key', '/secrets'];
      const answers = await Promise.all(paths.map((path) => ask(azure, `${VAULT}${path}?${VERSION}`)));
      assert.deepEqual(
        answers.map(({ status }) => status),
        [read, list],
      );
    });
  }

  it('can be as narrow as one secret', async () => {
    const azure = onlyRole('Key Vault Secrets User', `${azureVaultId()}/secrets/Root-Key`);
    const names = ['root-key', 'SampleSecret', ''];
    const answers = await Promise.all(names.map((name) => ask(azure, `${VAULT}/secrets/${name}?${VERSION}`)));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 403, 403],
    );
  });
});

function clientOf(azure: Azure): SecretClient {
  return new SecretClient(VAULT, credentialOf(azure), { httpClient: transportTo(azure.fetch) });
}

function versionsOf(azure: Azure, name: string) {
  return azure.world.vaults[0]?.secrets.find((secret) => secret.name === name)?.versions ?? [];
}

function azureVaultId(): string {
  return createAzure().world.vaults[0]?.id ?? '';
}

function onlyRole(role: string, scope: string): Azure {
  const azure = createAzure();
  azure.world.roleAssignments.length = 0;
  azure.assignRole({ principalId: azure.world.identities[0]?.principalId ?? '', role, scope });
  return azure;
}
