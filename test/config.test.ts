import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { ConfigError, readConfig } from '../src/config.ts';

const GUID = '11111111-2222-3333-4444-555555555555';
const OTHER = '99999999-8888-7777-6666-555555555555';

describe('the configuration', () => {
  it('needs no setting at all', () => {
    const { cloud, limits, cache, ...config } = readConfig({});
    assert.deepEqual(config, {
      host: '127.0.0.1',
      port: 8080,
      tls: undefined,
      metrics: { port: 9464, isNamed: false },
      drainInMs: 5000,
      traces: false,
      requestTimeoutInMs: 25_000,
      logLevel: 'info',
      subscriptionId: undefined,
      vaultName: undefined,
      credential: { kind: 'managed-identity', clientId: undefined },
      callers: { issuers: [], audiences: [] },
      accessPolicyFile: undefined,
      audit: { file: undefined, key: undefined },
      corsOrigins: [],
      explorer: true,
      trustedDocumentsFile: undefined,
      maxRowsPerLevel: 10_000,
      governor: { share: 1, maxUpstreamCalls: 100 },
    });
    assert.equal(cloud.name, 'public');
    assert.deepEqual(limits, {
      ...{ maxDepth: 12, maxAliases: 100, maxTokens: 2000, maxSecrets: 50 },
      ...{ maxDirectives: 50, maxHeaderBytes: 16_384, headersTimeoutInMs: 10_000, receiveTimeoutInMs: 30_000 },
      ...{ sendTimeoutInMs: 30_000, maxUnsentBytes: 32_000_000, maxConnections: 2000 },
      ...{ maxBodyBytes: 300_000, maxInFlight: 500, maxAnswerBytes: 400_000_000, rateLimitPerMinute: 600 },
    });
    assert.deepEqual(cache, {
      ...{ inventoryTtlInMs: 30_000, metadataTtlInMs: 300_000, secretTtlInMs: 60_000, absenceTtlInMs: 5_000 },
      ...{ maxStaleInMs: 900_000, maxScopeSets: 100, maxSize: 16_000_000, freshReadsPerMinute: 30 },
    });
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
    const env = { AZURE_FEDERATED_TOKEN_FILE: 'package.json', AZURE_CLIENT_ID: GUID, AZURE_TENANT_ID: OTHER };
    const chosen = { kind: 'workload-identity', clientId: GUID, tenantId: OTHER, tokenFile: 'package.json' };
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
    'a metrics port': [{ METRICS_PORT: 'off' }, /^METRICS_PORT is "off": give a whole number from 0 to 65535/],
    'one port for two': [{ PORT: '9464', METRICS_PORT: '9464' }, /^PORT and METRICS_PORT are both 9464/],
    'a drain': [{ DRAIN_SECONDS: '5s' }, /^DRAIN_SECONDS is "5s"/],
    'a collector': [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, /^OTEL_EXPORTER_OTLP_ENDPOINT is no http URL/],
    'a port out of range': [{ PORT: '65536' }, /^PORT/],
    'an issuer that is no https URL': [
      { CALLER_ISSUERS: 'http://issuer.example', CALLER_AUDIENCE: 'api://x' },
      /^CALLER_ISSUERS has "http:\/\/issuer.example": give https URLs/,
    ],
    'an issuer without an audience': [{ CALLER_ISSUERS: 'https://issuer.example' }, /belong together/],
    'an origin with a path': [{ CORS_ORIGINS: 'https://a.example/b' }, /^CORS_ORIGINS has "https:\/\/a.example\/b"/],
    'a policy that is not there': [{ ACCESS_POLICY: '/nowhere' }, /^ACCESS_POLICY is "\/nowhere": no file can be read/],
    'a share': [{ GOVERNOR_SHARE: '0' }, /^GOVERNOR_SHARE is "0": give a number above 0 and up to 1, such as 0.5/],
    'a limit': [{ MAX_DEPTH: '-1' }, /^MAX_DEPTH is "-1": give a whole number from 1 to 100/],
    'a short key': [{ AUDIT_KEY: 'hunter2' }, /^AUDIT_KEY has 7 characters: give 32 or more/],
    'a proxy': [{ HTTPS_PROXY: 'garbage' }, /^HTTPS_PROXY is no URL/],
    'a switch': [{ EXPLORER: 'yes' }, /^EXPLORER is "yes": give one of on, off/],
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
    assert.equal(complaintsOf({ PORT: 'x', MAX_TOKENS: 'x', AZURE_CLOUD: 'x', LOG_LEVEL: 'x' }).length, 4);
  });

  it('serves GraphiQL on loopback by any of its names, and elsewhere where it is told to', () => {
    const explorer = (env: Record<string, string>) => readConfig(env).explorer;
    for (const HOST of ['127.0.0.1', '127.9.9.9', '::1', 'localhost']) assert.equal(explorer({ HOST }), true);
    assert.equal(explorer({ HOST: '0.0.0.0' }), false);
    assert.equal(explorer({ HOST: '0.0.0.0', EXPLORER: 'on' }), true);
  });

  it('is listed whole in .env.example and in the README', () => {
    const files = ['src/config.ts', ...readdirSync('src/config').map((file) => `src/config/${file}`)];
    const source = files.map((file) => readFileSync(file, 'utf8')).join('');
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
