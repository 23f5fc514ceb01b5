import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { ConfigError, readConfig } from '../src/config.ts';

const GUID = '11111111-2222-3333-4444-555555555555';
const OTHER = '99999999-8888-7777-6666-555555555555';

describe('the configuration', () => {
  it('needs no setting at all', () => {
    const { cloud, ...config } = readConfig({});
    assert.deepEqual(config, {
      host: '127.0.0.1',
      port: 8080,
      tls: undefined,
      requestTimeoutInMs: 25_000,
      logLevel: 'info',
      subscriptionId: undefined,
      vaultName: undefined,
      credential: { kind: 'managed-identity', clientId: undefined },
    });
    assert.equal(cloud.name, 'public');
  });

  it('takes an empty variable for an absent one', () => {
    assert.deepEqual(readConfig({ PORT: '', AZURE_CLIENT_ID: ' ', TLS_CERT_FILE: '' }), readConfig({}));
  });

  it('takes the older names, and the newer where both are set', () => {
    const older = { SUBSCRIPTION_ID: OTHER, MSI_USER_ASSIGNED_CLIENTID: OTHER };
    const config = readConfig({ ...older, AZURE_SUBSCRIPTION_ID: GUID });
    assert.equal(config.subscriptionId, GUID);
    assert.deepEqual(config.credential, { kind: 'managed-identity', clientId: OTHER });
  });

  it('chooses workload identity where a federated token file is set', () => {
    const env = { AZURE_FEDERATED_TOKEN_FILE: '/token', AZURE_CLIENT_ID: GUID, AZURE_TENANT_ID: OTHER };
    const chosen = { kind: 'workload-identity', clientId: GUID, tenantId: OTHER, tokenFile: '/token' };
    assert.deepEqual(readConfig(env).credential, chosen);
    assert.equal(readConfig({ ...env, AZURE_CREDENTIAL: 'managed-identity' }).credential.kind, 'managed-identity');
    assert.equal(readConfig({ ...env, AZURE_CREDENTIAL: 'developer' }).credential.kind, 'developer');
  });

  it('moves endpoint, authority, scope and vault suffix together with the cloud', () => {
    assert.deepEqual(readConfig({ AZURE_CLOUD: 'china' }).cloud, {
      name: 'china',
      endpoint: 'https://management.chinacloudapi.cn',
      authorityHost: 'https://login.chinacloudapi.cn',
      scope: 'https://management.chinacloudapi.cn/.default',
      vaultSuffix: 'vault.azure.cn',
    });
  });

  const nonsense: Record<string, [env: Record<string, string>, complaint: RegExp]> = {
    'a port': [{ PORT: '80a' }, /^PORT is "80a": give a whole number from 0 to 65535/],
    'a port out of range': [{ PORT: '65536' }, /^PORT/],
    'a host open to the network': [{ HOST: '0.0.0.0' }, /^HOST is "0.0.0.0": .* Set HOST=127.0.0.1/],
    'a certificate without its key': [
      { TLS_CERT_FILE: 'package.json' },
      /^TLS_CERT_FILE and TLS_KEY_FILE belong together/,
    ],
    'a file that is not there': [
      { TLS_CERT_FILE: '/nowhere', TLS_KEY_FILE: 'package.json' },
      /^TLS_CERT_FILE is "\/nowhere"/,
    ],
    'a time': [{ REQUEST_TIMEOUT_SECONDS: '0' }, /^REQUEST_TIMEOUT_SECONDS is "0": give a whole number from 1 to 600/],
    'a log level': [{ LOG_LEVEL: 'loud' }, /^LOG_LEVEL is "loud": give one of trace, debug, info/],
    'a subscription': [{ AZURE_SUBSCRIPTION_ID: 'prod' }, /^AZURE_SUBSCRIPTION_ID is "prod": give a GUID/],
    'a subscription by its older name': [{ SUBSCRIPTION_ID: 'prod' }, /^SUBSCRIPTION_ID is "prod"/],
    'a client id': [{ AZURE_CLIENT_ID: 'me' }, /^AZURE_CLIENT_ID is "me": give a GUID/],
    'a vault url': [
      { KEYVAULT_VAULT_NAME: 'https://v.vault.azure.net' },
      /^KEYVAULT_VAULT_NAME .* the vault's name alone/,
    ],
    'a credential': [{ AZURE_CREDENTIAL: 'default' }, /^AZURE_CREDENTIAL is "default": give one of managed-identity/],
    'a cloud': [{ AZURE_CLOUD: 'moon' }, /^AZURE_CLOUD is "moon": give one of public, usgov, china/],
    'a workload identity without its file': [
      { AZURE_CREDENTIAL: 'workload-identity', AZURE_CLIENT_ID: GUID },
      /AZURE_TENANT_ID, AZURE_FEDERATED_TOKEN_FILE is not set/,
    ],
  };
  for (const [what, [env, complaint]] of Object.entries(nonsense)) {
    it(`complains of ${what}`, () => {
      const complaints = complaintsOf(env);
      assert.equal(complaints.length, 1);
      assert.match(complaints[0] ?? '', complaint);
    });
  }

  it('has all its complaints at once', () => {
    assert.equal(complaintsOf({ PORT: 'x', HOST: '10.0.0.1', AZURE_CLOUD: 'x', LOG_LEVEL: 'x' }).length, 4);
  });

  it('listens on loopback by any of its names', () => {
    for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost'])
      assert.equal(readConfig({ HOST: host }).host, host);
  });

  it('is listed whole in .env.example and in the README', () => {
    const source = readFileSync('src/config.ts', 'utf8');
    const settings = [...new Set(source.match(/(?<=')[A-Z][A-Z0-9]*_?[A-Z_0-9]*(?=')/g))].filter(
      (name) => name.length > 3,
    );
    const text = (file: string) => readFileSync(file, 'utf8');
    assert.deepEqual(
      settings.filter((name) => !text('.env.example').includes(name)),
      [],
    );
    assert.deepEqual(
      settings.filter((name) => !text('README.md').includes(`\`${name}\``)),
      [],
    );
  });
});

function complaintsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.complaints;
  }
  return [];
}
