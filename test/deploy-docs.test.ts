import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parse, validate } from 'graphql';
import { checkFolder } from '../deploy/check/check.ts';
import { printed } from '../deploy/check/finding.ts';
import { checkTypes } from '../deploy/check/kubernetes/types.ts';
import { render } from '../deploy/check/kustomize.ts';
import { merged } from '../deploy/check/merge.ts';
import { fieldsOf, parseDocuments } from '../deploy/check/yaml.ts';
import { createSchema } from '../src/graphql/schema.ts';
import { checkPolicies } from '../src/policy/check.ts';
import { runWithAzure } from './support/azure-cli.ts';
import { textFile } from './support/file.ts';

for (const file of ['docs/deploying.md', 'docs/coming-from.md']) {
  describe(file, () => {
    const text = readFileSync(file, 'utf8');
    const fences = (language: string) =>
      [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code = '']) => code);

    it('asks what the schema has', () => {
      const schema = createSchema();
      const queries = [...text.matchAll(/`(\{ [a-zA-Z].*? \})`|"query": "(\{.*?\})"/g)].map(([, table, curl = '']) =>
        (table ?? curl).replaceAll('\\"', '"'),
      );
      assert.ok(queries.length > 0);
      assert.deepEqual(
        queries.flatMap((query) => validate(schema, parse(query)).map(({ message }) => `${query}: ${message}`)),
        [],
      );
    });

    it('has commands that a shell can read', () => {
      const { stderr } = spawnSync('bash', ['-n'], { input: fences('sh').join('\n'), encoding: 'utf8' });
      assert.equal(stderr, '');
    });

    it('asks a container group by the name in its certificate, which it trusts', () => {
      const asked = [...text.matchAll(/^curl .*:8443\/.*$/gm)].map(([line]) => line);
      assert.ok(asked.length > 0);
      assert.deepEqual(
        asked.filter((line) => !line.includes('--cacert "$TLS_CERT"') || /https:\/\/\$address/.test(line)),
        [],
      );
    });

    it('names files that are there', () => {
      const links = [...text.matchAll(/\]\((?!http|#)([^)#]+)/g)].map(([, link = '']) => `docs/${link}`);
      const scripts = [...text.matchAll(/\bdeploy\/[\w/.-]+\.(?:sh|json|yaml)/g)].map(([path]) => path);
      const written = (path: string) => path.startsWith('deploy/aks/mine');
      assert.deepEqual(
        [...links, ...scripts].filter((path) => !existsSync(path) && !written(path)),
        [],
      );
    });

    it('has policies that the gateway takes, and manifests that Kubernetes takes', () => {
      for (const policy of fences('cedar')) assert.ok(checkPolicies(policy).length > 0);
      const manifests = fences('yaml')
        .flatMap((yaml) => parseDocuments(yaml, file))
        .map(fieldsOf);
      // A patch says only what it changes.
      const patched = manifests.map((value) => ({ file, value: fieldsOf(merged(shipped(value.kind), value)) }));
      const wrong = checkTypes(patched);
      assert.deepEqual(wrong, []);
    });
  });
}

describe('every command of README.md and docs/', () => {
  const texts = ['README.md', 'CONTRIBUTING.md', ...readdirSync('docs').map((file) => `docs/${file}`)]
    .filter((file) => file.endsWith('.md'))
    .map((file) => ({ file, text: readFileSync(file, 'utf8') }));
  const commandsIn = (text: string) => [
    ...[...text.matchAll(/^```sh\n(.*?)^```/gms)].map(([, code = '']) => code),
    ...[...text.matchAll(/`((?:az|curl|docker|export|gh|kubectl|npm|npx|sh) [^`\n]+)`/g)].map(([, code = '']) => code),
  ];

  it('has its placeholders in quotes: a shell takes them for redirections else', () => {
    const bare = (code: string) =>
      code.replaceAll(/\\.|"(?:[^"\\]|\\.)*"|'[^']*'|^#.*$|\s#.*$/gm, '').match(/<[a-z][^<>\n]*>/g) ?? [];
    assert.ok(texts.flatMap(({ text }) => commandsIn(text)).length > 100);
    assert.deepEqual(
      texts.flatMap(({ file, text }) =>
        commandsIn(text).flatMap((code) => bare(code).map((word) => `${file}: ${word}`)),
      ),
      [],
    );
  });
});

describe('the steps before both roads in docs/deploying.md', () => {
  const text = readFileSync('docs/deploying.md', 'utf8');
  const GUID = '11111111-1111-1111-1111-111111111111';

  it('have the cluster’s issuer switched on before the identity is to trust it', () => {
    const [on, trusted] = ['--enable-oidc-issuer', 'sh deploy/azure/identity.sh'].map((words) => text.indexOf(words));
    assert.ok(on !== undefined && trusted !== undefined && on > 0 && on < trusted);
  });

  it('give the template all that the script has', () => {
    const [, code = ''] = /^```sh\n(subscriptions=.*?)^```/ms.exec(text) ?? [];
    const { commands } = runWithAzure(
      [textFile(code)],
      {
        ...{ RESOURCE_GROUP: 'gateway', LOCATION: 'westeurope', IDENTITY_NAME: 'gateway', AKS_NAME: 'cluster' },
        ...{ KEYVAULT_VAULT_NAME: 'vault', READ_SUBSCRIPTIONS: `${GUID} two`, OIDC_ISSUER: 'https://issuer.example/' },
      },
      {},
    );
    const template = JSON.parse(readFileSync('deploy/azure/identity.json', 'utf8'));
    assert.deepEqual(
      commands.map(([, , verb]) => verb),
      ['validate', 'create'],
    );
    for (const words of commands) {
      const given = Object.fromEntries(words.slice(words.indexOf('--parameters') + 1).map((word) => word.split('=')));
      assert.deepEqual(Object.keys(given).toSorted(), Object.keys(template.parameters).toSorted());
      assert.deepEqual(JSON.parse(given.readSubscriptions), [GUID, 'two']);
      assert.deepEqual([given.oidcIssuer, given.clusterName], ['https://issuer.example/', 'cluster']);
    }
  });
});

describe('the road of a private image in docs/deploying.md', () => {
  it('ends in an overlay whose service account names the secret', async () => {
    const [, code = ''] = /^(printf 'imagePullSecrets.*)$/m.exec(readFileSync('docs/deploying.md', 'utf8')) ?? [];
    const copy = mkdtempSync(join(tmpdir(), 'gateway-private-image-'));
    cpSync('deploy', join(copy, 'deploy'), { recursive: true });
    const { stdout } = spawnSync('sh', ['-c', code.replace(/>>.*/, '')], { encoding: 'utf8' });
    appendFileSync(join(copy, 'deploy/aks/base/service-account.yaml'), stdout);
    const findings = await checkFolder(join(copy, 'deploy'));
    const account = render(join(copy, 'deploy/aks/base')).resources.find(
      ({ value }) => value.kind === 'ServiceAccount',
    );
    rmSync(copy, { recursive: true });
    assert.deepEqual(findings.map(printed), []);
    assert.deepEqual(account?.value.imagePullSecrets, [{ name: 'gateway-registry' }]);
  });
});

describe('the road of AAD pod identity in docs/deploying.md', () => {
  it('ends in an overlay with the operator’s image, settings and policy, and gives the kubelet its two roles', async () => {
    const [section = ''] =
      /### The older AAD pod identity\n.*?(?=\n## )/s.exec(readFileSync('docs/deploying.md', 'utf8')) ?? [];
    const commands = [...section.matchAll(/^```sh\n(.*?)^```/gms)].map(([, code = '']) => code).join('');
    const copy = mkdtempSync(join(tmpdir(), 'gateway-older-road-'));
    cpSync('deploy', join(copy, 'deploy'), { recursive: true });
    // What `npm run deploy:check` says is asked below.
    const script = textFile(`set -e; cd ${copy}\n${commands.replace(/^npm run.*$/m, '')}`);
    const GUID = '11111111-1111-1111-1111-111111111111';
    const env = {
      ...{ IMAGE: 'registry.example:5000/gateway:1.2.3', AZURE_CLIENT_ID: GUID, AZURE_TENANT_ID: GUID },
      ...{ AZURE_SUBSCRIPTION_ID: GUID, KEYVAULT_VAULT_NAME: 'billing-vault', CALLER_AUDIENCE: GUID },
      ...{ RESOURCE_GROUP: 'gateway', IDENTITY_NAME: 'gateway', AKS_RESOURCE_GROUP: 'aks', AKS_NAME: 'aks' },
    };
    const id = `/subscriptions/${GUID}/resourceGroups/gateway/providers/Microsoft.ManagedIdentity/userAssignedIdentities/gateway`;
    const answers = { id, nodeResourceGroup: 'nodes' };
    const asked = runWithAzure([script], env, { ...answers, 'identityProfile.kubeletidentity.objectId': 'kubelet' });
    const given = asked.commands
      .filter(([first]) => first === 'role')
      .map((words) => ['--assignee-object-id', '--role'].map((flag) => words[words.indexOf(flag) + 1]));
    const findings = await checkFolder(join(copy, 'deploy'));
    const applied = JSON.stringify(render(join(copy, 'deploy/aks/mine')).resources);
    rmSync(copy, { recursive: true });
    assert.deepEqual(given, [
      ['kubelet', 'Managed Identity Operator'],
      ['kubelet', 'Virtual Machine Contributor'],
    ]);
    assert.deepEqual(findings.map(printed), []);
    assert.match(applied, /"image":"registry\.example:5000\/gateway:1\.2\.3"/);
    assert.match(applied, new RegExp(`"resourceID":"${answers.id}","clientID":"${GUID}"`));
    assert.doesNotMatch(applied, /contoso-vault/);
  });
});

function shipped(kind: unknown): unknown {
  return render('deploy/aks/base').resources.find(({ value }) => value.kind === kind)?.value;
}
