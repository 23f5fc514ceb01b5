import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { contoso } from '../emulator/contoso.ts';
import { codes, gatewayOver, names } from './support/gateway.ts';

const COLD = ['key-vault', 'imds'];

describe('secret', () => {
  it('answers groups and a value at the least possible cost', async () => {
    const { ask, azure } = await gatewayOver();
    const { data } = await ask('{ resourceGroups { name } secret(name: "SampleSecret") { name value } }');
    assert.deepEqual(data.secret, { name: 'SampleSecret', value: 'MSI Secret!' });
    assert.deepEqual(
      azure.calls.map(({ service, status }) => `${service} ${status}`).sort(),
      // One token an audience, one challenge a vault, one get, one list page.
      ['arm 200', 'imds 200', 'imds 200', 'key-vault 200', 'key-vault 401'],
    );
  });

  it('tells all that Key Vault tells of a version', async () => {
    const { ask } = await gatewayOver();
    const fields =
      'id name vault version contentType enabled createdAt updatedAt expiresAt notBefore tags { key value }';
    const { data } = await ask(
      `{ withValue: secret(name: "samplesecret") { ${fields} value } without: secret(name: "SampleSecret", vault: "Contoso-Vault") { ${fields} } }`,
    );
    const [{ version } = { version: '' }] = contoso().vaults[0]?.secrets[0]?.versions ?? [];
    const properties = {
      id: `https://contoso-vault.vault.azure.net/secrets/SampleSecret/${version}`,
      name: 'SampleSecret',
      vault: 'contoso-vault',
      version,
      contentType: 'text/plain',
      enabled: true,
      createdAt: '2026-01-01T08:00:00.000Z',
      updatedAt: '2026-01-01T08:00:00.000Z',
      expiresAt: '2099-12-31T23:59:59.000Z',
      notBefore: null,
      tags: [
        { key: 'env', value: 'prod' },
        { key: 'team', value: 'platform' },
      ],
    };
    assert.deepEqual(data, { withValue: { ...properties, value: 'MSI Secret!' }, without: properties });
  });

  it('reads no value unless it is selected', async () => {
    const { ask, azure } = await gatewayOver();
    const { data } = await ask('{ secret(name: "SampleSecret") { enabled } }');
    assert.deepEqual(data, { secret: { enabled: true } });
    const paths = azure.calls.filter(({ service }) => service === 'key-vault').map(({ path }) => path);
    assert.deepEqual(paths, ['/secrets/SampleSecret/versions', '/secrets/SampleSecret/versions']);
  });

  for (const [how, query] of Object.entries({
    'by @include':
      'query ($value: Boolean = false) { secret(name: "SampleSecret") { name value @include(if: $value) } }',
    'by @skip': 'query ($no: Boolean = true) { secret(name: "SampleSecret") { name ... @skip(if: $no) { value } } }',
  })) {
    it(`reads no value that is left out ${how}`, async () => {
      const { ask, azure } = await gatewayOver();
      assert.deepEqual(await ask(query), { data: { secret: { name: 'SampleSecret' } } });
      assert.ok(azure.calls.every(({ path }) => path !== '/secrets/SampleSecret/'));
    });
  }

  it('reads a value that a fragment selects under another name', async () => {
    const { ask } = await gatewayOver();
    const { data } = await ask('{ secret(name: "SampleSecret") { ...f } } fragment f on Secret { password: value }');
    assert.deepEqual(data, { secret: { password: 'MSI Secret!' } });
  });

  it('reads ten aliases of one secret by one get, in whatever case and with or without its value', async () => {
    const { ask, upstream } = await gatewayOver();
    const aliases = Array.from({ length: 10 }, (_, index) => {
      const name = index % 2 ? 'SampleSecret' : 'samplesecret';
      return `a${index}: secret(name: "${name}") { ${index < 5 ? 'value' : 'name'} }`;
    });
    await ask(`{ ${aliases.join(' ')} }`);
    assert.deepEqual(upstream(), [...COLD, 'key-vault']);
  });

  it('is challenged once a vault, however many secrets a cold process is asked for', async () => {
    const { ask, azure } = await gatewayOver();
    const [vault] = contoso().vaults;
    const asked = names(vault?.secrets ?? [])
      .slice(8, 24)
      .map((name, index) => `s${index}: secret(name: "${name}") { value }`);
    await ask(`{ ${asked.join(' ')} }`);
    const challenges = azure.calls.filter(({ status }) => status === 401);
    assert.equal(challenges.length, 1);
    assert.equal(azure.calls.length, 1 + 1 + 16);
  });

  it('reads at most 16 of a vault at a time', async () => {
    const { ask, azure } = await gatewayOver({ world: contoso({ secrets: 40 }) });
    const underWay = { now: 0, most: 0 };
    const fetch = azure.fetch;
    azure.fetch = async (request) => {
      underWay.most = Math.max(underWay.most, ++underWay.now);
      return fetch(request).finally(() => underWay.now--);
    };
    const asked = names(azure.world.vaults[0]?.secrets ?? [])
      .slice(-40)
      .map((name, index) => `s${index}: secret(name: "${name}") { value }`);
    const { data } = await ask(`{ ${asked.join(' ')} }`);
    assert.equal(Object.keys(data).length, 40);
    assert.equal(underWay.most, 16);
  });

  it('answers an older version', async () => {
    const { ask } = await gatewayOver();
    const [oldest] = contoso().vaults[0]?.secrets.find(({ name }) => name === 'billing-db-password')?.versions ?? [];
    const query =
      'query ($version: String) { secret(name: "billing-db-password", version: $version) { version value } }';
    const { data } = await ask(query, { version: oldest?.version.toUpperCase() });
    assert.deepEqual(data.secret, { version: oldest?.version, value: oldest?.value });
  });

  it('answers null for a secret that is absent, deleted, or has no such version', async () => {
    const { ask } = await gatewayOver();
    const version = 'f'.repeat(32);
    const answer = await ask(`{
      absent: secret(name: "nothing") { value }
      properties: secret(name: "nothing-else") { name }
      deleted: secret(name: "deleted-token") { value }
      version: secret(name: "SampleSecret", version: "${version}") { value }
      versionProperties: secret(name: "Root-Key", version: "${version}") { name }
    }`);
    const nothing = { absent: null, properties: null, deleted: null, version: null, versionProperties: null };
    assert.deepEqual(answer, { data: nothing });
  });

  it('answers the value of an expired secret and of one that is not yet valid, as Key Vault does', async () => {
    const { ask } = await gatewayOver();
    const { data, errors } = await ask(
      '{ a: secret(name: "expired-certificate-password") { value } b: secret(name: "next-quarter-key") { value } }',
    );
    assert.equal(errors, undefined);
    assert.ok(data.a.value && data.b.value);
  });

  it('answers the properties of a disabled secret, and SECRET_DISABLED at its value', async () => {
    const { ask } = await gatewayOver();
    const answer = await ask('{ secret(name: "retired-api-key") { name enabled value } }');
    assert.deepEqual(answer.data, { secret: { name: 'retired-api-key', enabled: false, value: null } });
    assert.deepEqual(
      answer.errors?.map(({ path }) => path),
      [['secret', 'value']],
    );
    assert.deepEqual(codes(answer), ['SECRET_DISABLED']);
  });

  it('answers the disabled one of two versions of one second', async () => {
    const { ask, azure } = await gatewayOver();
    const versions = azure.world.vaults[0]?.secrets[0]?.versions;
    const [newest] = versions ?? [];
    assert.ok(versions && newest);
    // By its digits it would come after the other one.
    versions.push({ ...newest, version: '0'.repeat(32), enabled: false });
    const { data } = await ask('{ secret(name: "SampleSecret") { version enabled value } }');
    assert.deepEqual(data, { secret: { version: '0'.repeat(32), enabled: false, value: null } });
  });

  it('says FORBIDDEN at the value alone where the identity may list and not get', async () => {
    const { ask, azure } = await gatewayOver();
    for (const assignment of azure.world.roleAssignments) {
      if (assignment.role === 'Key Vault Secrets User') assignment.role = 'Key Vault Reader';
    }
    const answer = await ask('{ secret(name: "SampleSecret") { name value } }');
    assert.deepEqual(answer.data, { secret: { name: 'SampleSecret', value: null } });
    assert.deepEqual(codes(answer), ['FORBIDDEN']);
  });

  it('asks which vault where none is given and none configured, at no cost', async () => {
    const { ask, upstream } = await gatewayOver({ env: { KEYVAULT_VAULT_NAME: '' } });
    const answer = await ask('{ secret(name: "SampleSecret") { value } secrets { name } }');
    assert.deepEqual(codes(answer), ['BAD_USER_INPUT', 'BAD_USER_INPUT']);
    assert.deepEqual(upstream(), []);
  });

  it('answers of another vault while one does not answer', async () => {
    const { ask, azure } = await gatewayOver({ env: { REQUEST_TIMEOUT_SECONDS: '1' } });
    azure.addFault({ service: 'key-vault', host: 'contoso-payments.vault.azure.net', delayInMs: 60_000 });
    const answer = await ask(
      '{ slow: secret(name: "SampleSecret", vault: "contoso-payments") { value } fast: secret(name: "SampleSecret") { value } }',
    );
    assert.deepEqual(answer.data, { slow: null, fast: { value: 'MSI Secret!' } });
    assert.deepEqual(codes(answer), ['UPSTREAM_TIMEOUT']);
  });
});

describe('versions', () => {
  it('answers every version, newest first, from the list that is read anyway', async () => {
    const { ask, upstream } = await gatewayOver();
    const { data } = await ask('{ secret(name: "billing-db-password") { version versions { version enabled } } }');
    const kept = contoso().vaults[0]?.secrets.find(({ name }) => name === 'billing-db-password')?.versions ?? [];
    const versions = kept.toReversed().map(({ version, enabled }) => ({ version, enabled }));
    assert.deepEqual(data.secret, { version: versions[0]?.version, versions });
    assert.deepEqual(upstream(), [...COLD, 'key-vault']);
  });
});

describe('secrets', () => {
  it('lists every secret of a vault by name, one call a page of 25, without a value', async () => {
    const { ask, azure } = await gatewayOver();
    const { data } = await ask('{ secrets { name version vault } }');
    const kept = names(contoso().vaults[0]?.secrets.filter(({ deletedAt }) => !deletedAt) ?? []);
    kept.sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
    assert.deepEqual(
      data.secrets,
      kept.map((name) => ({ name, version: null, vault: 'contoso-vault' })),
    );
    const pages = azure.calls.filter(({ service, status }) => service === 'key-vault' && status === 200);
    assert.equal(pages.length, Math.ceil(kept.length / 25));
  });

  it('says which role is missing where the vault refuses the identity', async () => {
    const { ask } = await gatewayOver();
    const answer = await ask('{ secrets(vault: "contoso-legacy") { name } }');
    assert.deepEqual(codes(answer), ['FORBIDDEN']);
    assert.match(answer.errors?.[0]?.message ?? '', /Key Vault Secrets User on vault contoso-legacy/);
  });

  it('names the host of a vault that does not exist', async () => {
    const { ask } = await gatewayOver();
    const answer = await ask('{ secrets(vault: "no-such-vault") { name } }');
    assert.deepEqual(codes(answer), ['UPSTREAM_UNAVAILABLE']);
    assert.match(answer.errors?.[0]?.message ?? '', /^no-such-vault\.vault\.azure\.net has no address/);
  });
});
