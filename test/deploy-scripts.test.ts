import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkContainerGroup } from '../deploy/check/aci.ts';
import { printed } from '../deploy/check/finding.ts';
import { checkTypes } from '../deploy/check/kubernetes/types.ts';
import { selects } from '../deploy/check/kubernetes/world.ts';
import { render } from '../deploy/check/kustomize.ts';
import { placeOf, textsOf } from '../deploy/check/place.ts';
import { parseDocuments } from '../deploy/check/yaml.ts';
import { runWithAzure } from './support/azure-cli.ts';
import { textFile } from './support/file.ts';
import { appliedWith } from './support/kubectl.ts';

const GUID = '11111111-1111-1111-1111-111111111111';
const IDENTITY = `/subscriptions/${GUID}/resourceGroups/gateway/providers/Microsoft.ManagedIdentity/userAssignedIdentities/gateway`;
const VAULT = `/subscriptions/${GUID}/resourceGroups/gateway/providers/Microsoft.KeyVault/vaults/contoso-vault`;
const READER = 'acdd72a7-3385-48ef-bd42-f606fba81ae7';
const SECRETS_USER = '4633458b-17de-408a-b874-0445c86b69e6';

const GROUP = {
  ...{ RESOURCE_GROUP: 'gateway', LOCATION: 'westeurope', GROUP_NAME: 'gateway', IDENTITY_NAME: 'gateway' },
  ...{ IMAGE: 'ghcr.io/contoso/azure-graphql-gateway:1.2.3', AZURE_SUBSCRIPTION_ID: GUID },
  ...{
    KEYVAULT_VAULT_NAME: 'contoso-vault',
    CALLER_AUDIENCE: GUID,
    AUDIT_KEY: 'a-key-of-more-than-32-characters-for-a-test',
  },
  ...{ TLS_CERT: textFile('certificate\n'), TLS_KEY: textFile('key\n'), POLICY: textFile('policy\n') },
  ...{ VNET_NAME: 'gateway', SUBNET_ID: `${IDENTITY}/subnet`, DNS_LABEL: 'gateway-contoso' },
};
const ANSWERS = { id: IDENTITY, clientId: GUID, tenantId: GUID };

describe('the scripts of the container group', () => {
  for (const road of ['private', 'public']) {
    it(`fill in a group that is right (${road})`, () => {
      const { file } = runWithAzure(['deploy/aci/apply.sh', road], GROUP, ANSWERS);
      const [value] = parseDocuments(file, road);
      assert.doesNotMatch(file, /\$\{[A-Z]/);
      assert.deepEqual(checkContainerGroup(road, value).map(printed), []);
      const group = placeOf('', value);
      assert.deepEqual(Object.keys(Object(group.at('identity', 'userAssignedIdentities').value)), [IDENTITY]);
      assert.equal(group.at('properties', 'volumes', '0', 'secret', 'policy.cedar').text(), btoa('policy\n'));
    });

    it(`give the commands the same settings as the file (${road})`, () => {
      const { commands, given } = runWithAzure(['deploy/aci/create.sh', road], GROUP, ANSWERS);
      const create = commands.find(([first, second]) => first === 'container' && second === 'create') ?? [];
      const settings = create
        .filter((word) => /^[A-Z_]+=/.test(word))
        .map((word) => word.replace(/^(\w+)=@.*/, (_, name) => `${name}=${given[name]}`));
      assert.deepEqual(
        settings.toSorted(),
        settingsOf(runWithAzure(['deploy/aci/apply.sh', road], GROUP, ANSWERS).file),
      );
    });
  }

  it('check in a group of its own, which has no address of the internet and ends', () => {
    const { commands } = runWithAzure(['deploy/aci/create.sh', 'public', 'check'], GROUP, ANSWERS);
    const create = commands.find(([first, second]) => first === 'container' && second === 'create') ?? [];
    const given = ['--name', '--restart-policy', '--command-line'].map((flag) => create[create.indexOf(flag) + 1]);
    assert.deepEqual(given, ['gateway-check', 'Never', '/usr/bin/node /app/dist/cli.js check']);
    assert.equal(create.includes('--ip-address'), false);
  });

  it('show nobody who lists processes a key or a password', () => {
    const registry = { REGISTRY_SERVER: 'ghcr.io', REGISTRY_USERNAME: 'octocat', REGISTRY_PASSWORD: 'a "password"' };
    const { commands, given } = runWithAzure(['deploy/aci/create.sh', 'private'], { ...GROUP, ...registry }, ANSWERS);
    assert.doesNotMatch(JSON.stringify(commands), /a-key-of|"key|password\\"/);
    assert.deepEqual(given, {
      ...{ 'policy.cedar': 'policy\n', 'tls.crt': 'certificate\n', 'tls.key': 'key\n' },
      ...{ AUDIT_KEY: GROUP.AUDIT_KEY, '--registry-password': registry.REGISTRY_PASSWORD },
    });
  });

  for (const [whose, registry, flags, credentials] of [
    [
      'of Azure, as the identity',
      { REGISTRY_SERVER: 'contoso.azurecr.io' },
      ['--registry-login-server', 'contoso.azurecr.io', '--acr-identity', IDENTITY],
      { server: 'contoso.azurecr.io', identity: IDENTITY },
    ],
    [
      'of others, by a password',
      { REGISTRY_SERVER: 'ghcr.io', REGISTRY_USERNAME: 'octocat', REGISTRY_PASSWORD: 'a "password"' },
      ['--registry-login-server', 'ghcr.io', '--registry-username', 'octocat', '--registry-password'],
      { server: 'ghcr.io', username: 'octocat', password: 'a "password"' },
    ],
  ] as const) {
    it(`pull a private image from a registry ${whose}`, () => {
      const env = { ...GROUP, ...registry };
      const { commands } = runWithAzure(['deploy/aci/create.sh', 'private'], env, ANSWERS);
      const create = commands.find(([first, second]) => first === 'container' && second === 'create') ?? [];
      const from = create.indexOf('--registry-login-server');
      assert.deepEqual(create.slice(from, from + flags.length), flags);
      const [value] = parseDocuments(runWithAzure(['deploy/aci/apply.sh', 'private'], env, ANSWERS).file, 'private');
      assert.deepEqual(placeOf('', value).at('properties', 'imageRegistryCredentials').value, [credentials]);
      assert.deepEqual(checkContainerGroup('private', value).map(printed), []);
    });
  }

  it('make no group of a file that is not there', () => {
    const isTold = ({ status, stderr }: { status: number; stderr: Buffer }) =>
      status === 2 && String(stderr).startsWith('/no/such.key cannot be read');
    assert.throws(
      () => runWithAzure(['deploy/aci/create.sh', 'private'], { ...GROUP, TLS_KEY: '/no/such.key' }, ANSWERS),
      isTold,
    );
  });

  it('make no group of an address that is neither', () => {
    assert.throws(() => runWithAzure(['deploy/aci/create.sh', 'http'], GROUP, ANSWERS), { status: 2 });
  });
});

describe('the script of the check on AKS', () => {
  it('makes a job of the pods that serve, which checks once and is asked nothing', () => {
    const deployment =
      render('deploy/aks/base').resources.find(({ value }) => value.kind === 'Deployment')?.value ?? {};
    const job = appliedWith('deploy/aks/check.sh', structuredClone(deployment));
    assert.deepEqual(checkTypes([{ file: 'job', value: job }]).map(printed), []);
    const template = placeOf('', job).at('spec', 'template');
    const served = placeOf('', deployment).at('spec', 'template');
    const [container, server] = [template, served].map((one) => one.at('spec', 'containers', '0'));
    const { startupProbe, livenessProbe, readinessProbe, ...kept } = Object(server?.value);
    assert.deepEqual(container?.value, { ...kept, args: ['check'] });
    assert.deepEqual(template.at('metadata', 'labels').value, {
      ...Object(served.at('metadata', 'labels').value),
      'app.kubernetes.io/component': 'check',
    });
    assert.deepEqual(template.at('spec').value, {
      ...Object(served.at('spec').value),
      containers: [container?.value],
      restartPolicy: 'Never',
    });
  });
});

describe('the pod of the check on AKS', () => {
  it('is bounded as those that serve are, and chosen by nothing else', () => {
    const { resources } = render('deploy/aks/base');
    const deployment = resources.find(({ value }) => value.kind === 'Deployment')?.value ?? {};
    const job = placeOf('', appliedWith('deploy/aks/check.sh', structuredClone(deployment)));
    const labels = textsOf(job.at('spec', 'template', 'metadata', 'labels'));
    const choosing = resources.flatMap(({ value }) => {
      const spec = placeOf('', value).at('spec');
      const selector = [spec.at('selector', 'matchLabels'), spec.at('podSelector', 'matchLabels'), spec.at('selector')];
      const given = selector.find((one) => textsOf(one).size > 0);
      return given && selects(given, labels) ? [value.kind] : [];
    });
    assert.deepEqual(choosing, ['NetworkPolicy']);
  });
});

describe('the script of the identity', () => {
  it('assigns the least roles on what it is told, and nothing else', () => {
    const env = { ...GROUP, READ_SUBSCRIPTIONS: 'one two', READ_VAULTS: `${VAULT}2/secrets/a`, AKS_NAME: 'cluster' };
    const answers = { principalId: 'principal', id: VAULT, 'oidcIssuerProfile.issuerUrl': 'https://issuer.example/' };
    const { commands } = runWithAzure(['deploy/azure/identity.sh'], env, answers);
    const assigned = commands
      .filter(([first]) => first === 'role')
      .map((words) => ['--assignee-object-id', '--role', '--scope'].map((flag) => words[words.indexOf(flag) + 1]));
    assert.deepEqual(assigned, [
      ['principal', READER, '/subscriptions/one'],
      ['principal', READER, '/subscriptions/two'],
      ['principal', SECRETS_USER, VAULT],
      ['principal', SECRETS_USER, `${VAULT}2/secrets/a`],
    ]);
  });
});

describe('the script of the identity on AKS', () => {
  it('says what is missing of the cluster before it makes anything', () => {
    const env = { ...GROUP, READ_SUBSCRIPTIONS: 'one', AKS_NAME: 'cluster', AKS_RESOURCE_GROUP: 'clusters' };
    const isTold = ({ stderr }: { stderr: Buffer }) =>
      /^The cluster cluster has no OIDC issuer.*\n {2}az aks update --resource-group clusters --name cluster --enable-oidc-issuer/.test(
        String(stderr),
      );
    const refusals = { create: 'Something was made.' };
    assert.throws(() => runWithAzure(['deploy/azure/identity.sh'], env, ANSWERS, refusals), isTold);
  });
});

describe('the script that gives a role', () => {
  const grant = (told: string) =>
    runWithAzure(
      ['deploy/azure/grant.sh', 'Estate.Reader', GUID],
      { CALLER_AUDIENCE: GUID },
      { id: 'resource', "appRoles[?value=='Estate.Reader'].id": 'role' },
      { POST: told },
    );

  it('gives it again to whom has it, and tells of every other refusal', () => {
    grant('Bad Request({"error":{"message":"Permission being assigned already exists on the object"}})');
    const isTold = ({ status, stderr }: { status: number; stderr: Buffer }) =>
      status === 1 && String(stderr) === 'Forbidden: Insufficient privileges\n';
    assert.throws(() => grant('Forbidden: Insufficient privileges'), isTold);
  });
});

function settingsOf(file: string): string[] {
  const [container] = placeOf('', parseDocuments(file, '')[0]).at('properties', 'containers').all();
  const variables = container?.at('properties', 'environmentVariables').all() ?? [];
  return variables
    .map(
      (variable) => `${variable.at('name').text()}=${variable.at('value').text() ?? variable.at('secureValue').text()}`,
    )
    .toSorted();
}
