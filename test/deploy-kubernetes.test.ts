import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { checkFolder } from '../deploy/check/check.ts';
import type { Finding } from '../deploy/check/finding.ts';
import { printed } from '../deploy/check/finding.ts';
import { checkTypes } from '../deploy/check/kubernetes/types.ts';
import { checkKubernetes } from '../deploy/check/kubernetes.ts';
import { render } from '../deploy/check/kustomize.ts';
import { checkPolicyFile } from '../deploy/check/policy.ts';
import { KUBERNETES_DEFECTS } from './support/kubernetes-defects.ts';
import { NETWORK_DEFECTS } from './support/network-defects.ts';
import { OVERLAY_DEFECTS } from './support/overlay-defects.ts';
import { POD_DEFECTS } from './support/pod-defects.ts';
import { foundIn } from './support/seeded.ts';

const BASE = 'deploy/aks/base';

async function check(folder: string): Promise<readonly Finding[]> {
  const { resources, findings } = render(folder);
  return [...findings, ...(await checkKubernetes(resources))];
}

describe('the check of the AKS manifests', () => {
  for (const defect of [...KUBERNETES_DEFECTS, ...POD_DEFECTS, ...NETWORK_DEFECTS]) {
    it(`names ${defect.what}`, async () => {
      assert.deepEqual(await foundIn(BASE, defect, check), defect.found);
    });
  }

  for (const defect of OVERLAY_DEFECTS) {
    it(`names, in what is put on the base, ${defect.what}`, async () => {
      assert.deepEqual(await foundIn('deploy/aks', defect, checkFolder), defect.found);
    });
  }

  it('names fields that Kubernetes does not have, which an API server drops in silence', async () => {
    const misspelt = { file: 'deployment.yaml', from: 'readOnlyRootFilesystem', to: 'readOnlyRootFileSystem' };
    const found = await foundIn(BASE, misspelt, (copy) => checkTypes(render(copy).resources));
    assert.deepEqual(found, [
      "deployment.yaml: spec.template.spec.containers[0].securityContext.readOnlyRootFileSystem: Object literal may only specify known properties, and '\"readOnlyRootFileSystem\"' does not exist in type 'ISecurityContext'.",
    ]);
  });

  it('names a binding of pod identity that binds no pod', async () => {
    const unbound = {
      file: 'pod-identity/azure-identity.yaml',
      from: 'selector: azure-graphql-gateway',
      to: 'selector: gateway',
    };
    assert.deepEqual(await foundIn('deploy/aks', unbound, (copy) => check(`${copy}/pod-identity`)), [
      'pod-identity/azure-identity.yaml: spec.selector: no pod has the label aadpodidbinding: gateway.',
    ]);
  });

  it("names an access policy that the gateway's own check refuses", async () => {
    const wrong = { file: 'policy.cedar', from: '"contoso-vault"', to: '"Contoso-Vault"' };
    const found = await foundIn(BASE, wrong, (copy) =>
      checkPolicyFile(`${copy}/policy.cedar`, readFileSync(`${copy}/policy.cedar`, 'utf8')),
    );
    assert.deepEqual(found, [
      'policy.cedar: line 10, column 22: Vault::"Contoso-Vault" has upper-case letters: Azure\'s names have no case, write it in lower case.',
    ]);
  });

  for (const [what, from, to, message] of [
    ['permits nothing', /permit/g, 'forbid', 'no policy permits anything: nobody reads.'],
    [
      'forbids everything',
      /$/,
      '\n@id("nobody") forbid (principal, action, resource);\n',
      '"nobody" forbids everything to everybody, whatever others permit.',
    ],
    [
      'lets everybody read values',
      'principal in Role::"Secret.Reader"',
      'principal',
      '"secret-reader" lets everybody read values, without a token too: name a role, a group or a caller.',
    ],
    [
      'permits everything',
      /$/,
      '\n@id("all") permit (principal, action, resource);\n',
      '"all" lets everybody read values, without a token too: name a role, a group or a caller.',
    ],
  ] as const) {
    it(`names an access policy that ${what}`, async () => {
      const found = await foundIn(BASE, { file: 'policy.cedar', from, to }, (copy) =>
        checkPolicyFile(`${copy}/policy.cedar`, readFileSync(`${copy}/policy.cedar`, 'utf8')),
      );
      assert.deepEqual(found, [`policy.cedar: ${message}`]);
    });
  }
});

describe("an operator's overlay", () => {
  const env = {
    PATH: process.env.PATH,
    IMAGE: 'registry.example:5000/team/gateway:1.2.3',
    AZURE_CLIENT_ID: '11111111-1111-1111-1111-111111111111',
    AZURE_TENANT_ID: '22222222-2222-2222-2222-222222222222',
    AZURE_SUBSCRIPTION_ID: '33333333-3333-3333-3333-333333333333',
    KEYVAULT_VAULT_NAME: 'Contoso-Vault',
    CALLER_AUDIENCE: '44444444-4444-4444-4444-444444444444',
  };

  function overlay(IMAGE = env.IMAGE): { settings: unknown; image: unknown; found: Promise<readonly Finding[]> } {
    const aks = mkdtempSync(join(tmpdir(), 'gateway-overlay-'));
    try {
      cpSync('deploy/aks', aks, { recursive: true });
      const folder = join(aks, 'mine');
      execFileSync('sh', ['deploy/aks/overlay.sh', folder], { env: { ...env, IMAGE }, stdio: 'pipe' });
      const { resources } = render(folder);
      const text = JSON.stringify(resources);
      const settings = resources.find(({ file }) => file.endsWith('settings.env'))?.value.data;
      return { settings, image: /"image":"([^"]*)"/.exec(text)?.[1], found: check(folder) };
    } finally {
      rmSync(aks, { recursive: true, force: true });
    }
  }

  it('is of one build: a port of the registry is no tag', () => {
    for (const image of ['registry.example:5000/team/gateway', 'gateway', 'registry.example/gateway:']) {
      assert.throws(() => overlay(image), { status: 2 }, image);
    }
    const digest = `registry.example:5000/gateway@sha256:${'0'.repeat(64)}`;
    assert.equal(overlay(digest).image, digest);
  });

  it('is of a version, and of a name as registries have it', () => {
    const told = (image: string, words: string) =>
      assert.throws(
        () => overlay(image),
        ({ status, stderr }: { status: number; stderr: Buffer }) => status === 2 && String(stderr).includes(words),
      );
    told('ghcr.io/Owner/gateway:1.2.3', 'registry and name are in lower case');
    told('ghcr.io/owner/gateway:latest', 'latest is another build each time');
    assert.equal(overlay('ghcr.io/owner/gateway:1.2.3-RC1').image, 'ghcr.io/owner/gateway:1.2.3-RC1');
  });

  it('is written with their values, and right', async () => {
    const { settings, image, found } = overlay();
    assert.deepEqual(settings, {
      AZURE_SUBSCRIPTION_ID: env.AZURE_SUBSCRIPTION_ID,
      KEYVAULT_VAULT_NAME: env.KEYVAULT_VAULT_NAME,
      CALLER_ISSUERS: `https://login.microsoftonline.com/${env.AZURE_TENANT_ID}/v2.0`,
      CALLER_AUDIENCE: env.CALLER_AUDIENCE,
      GOVERNOR_SHARE: '0.16',
    });
    assert.equal(image, env.IMAGE);
    assert.deepEqual((await found).map(printed), []);
  });
});
